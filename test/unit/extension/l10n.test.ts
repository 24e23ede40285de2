/** What people read is there in English and in Simplified Chinese: all of it, with the same places to fill in. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { everyNextStep, meanings } from "../../../src/extension/failureSentences.ts";
import { reasonIn, reasons } from "../../../src/extension/reasons.ts";
import { english } from "../../../src/extension/translate.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const texts = (path: string) => JSON.parse(read(path)) as Record<string, string>;

const chinese = texts("l10n/bundle.l10n.zh-cn.json");
const manifest = read("package.json");
const manifestTexts = { en: texts("package.nls.json"), zh: texts("package.nls.zh-cn.json") };

const call = /(?<!\.)\bt\((?!text\b)\s*|\bl10n\.t\((?!text\b)\s*/g;
const literal = /^("(?:[^"\\\n]|\\.)*")\s*[,)]/;
/** Tables whose texts are all said by `t`, and how they are said. */
const sentences = [...everyNextStep, meanings].flatMap((table) => Object.values(table));
const tables = [...reasons, ...sentences];
const tableCalls = ["reason)", "nextStepOf(failure.code, telling)", "meanings[failure.code])"];

/** Every text that the sources say by `t("...")`, and what is in other calls of it. */
async function saidInSources(): Promise<{ keys: Set<string>; others: string[] }> {
  const keys = new Set<string>(tables);
  const others: string[] = [];
  for await (const path of glob("src/extension/**/*.ts", { cwd: repository })) {
    const source = read(path);
    for (const { index, 0: start } of source.matchAll(call)) {
      const rest = source.slice(index + start.length);
      const [, text] = literal.exec(rest) ?? [];
      if (text !== undefined) keys.add(JSON.parse(text) as string);
      else others.push(/^[^\n]*?\)/.exec(rest)?.[0] ?? rest.slice(0, 40));
    }
  }
  return { keys, others };
}

const places = (text: string): readonly string[] => (text.match(/\{\d+\}/g) ?? []).sort();
/** Commands and settings stay what they are in every language. */
const names = (text: string): readonly string[] =>
  (text.match(/command:[\w.]+|slipstream(\.\w+)+|`[^`]+`|NODE_EXTRA_CA_CERTS/g) ?? []).sort();

describe("the texts of the window", () => {
  it("are all there in Chinese, and none more", async () => {
    const { keys } = await saidInSources();
    assert.ok(keys.size > 100, "the sources say texts");
    assert.deepEqual(Object.keys(chinese).sort(), [...keys].sort());
  });

  it("are literals, so that none is missed, but for those of the tables", async () => {
    const { others } = await saidInSources();
    assert.deepEqual([...new Set(others)].sort(), [...tableCalls].sort());
  });

  it("have the same places and names in Chinese, and are Chinese", () => {
    for (const [key, text] of Object.entries(chinese)) {
      assert.deepEqual(places(text), places(key), key);
      assert.deepEqual(names(text), names(key), key);
      assert.match(text, /[\p{Script=Han}（]/u, key);
      assert.doesNotMatch(
        text,
        /\p{Script=Han}[,;:?!]|[,;?!]\p{Script=Han}/u,
        `Latin marks: ${key}`,
      );
    }
  });
});

describe("the texts of the manifest", () => {
  const used = [...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? "").sort();

  it("are used, each once, in both languages", () => {
    assert.deepEqual(Object.keys(manifestTexts.en).sort(), used);
    assert.deepEqual(Object.keys(manifestTexts.zh).sort(), used);
  });

  it("name the same commands and settings in both languages, and are Chinese", () => {
    for (const [key, text] of Object.entries(manifestTexts.zh)) {
      assert.deepEqual(names(text), names(manifestTexts.en[key] ?? ""), key);
      assert.match(text, /\p{Script=Han}/u, key);
    }
  });

  it("are none of the manifest's own: whatever people read there has a key", () => {
    const literals = [
      ...manifest.matchAll(
        /"(\w*(?:[dD]escription|[tT]itle|altText|ErrorMessage))": "([^%"][^"]*)"/g,
      ),
    ];
    const allowed = new Set(["Slipstream"]); // a name
    assert.deepEqual(
      literals.map(([, , text]) => text).filter((text) => !allowed.has(text ?? "")),
      [],
    );
  });
});

describe("the reasons", () => {
  it("that are given somewhere are all in the table", () => {
    const given = (path: string, pattern: RegExp) =>
      [...read(path).matchAll(pattern)].map(([, reason]) => reason ?? "");
    const cancels = read("src/completion/ask.ts").split("export type CancelReason =")[1] ?? "";
    const found = [
      ...[...(cancels.split(";")[0] ?? "").matchAll(/\| "([^"]+)"/g)].map(([, reason]) => reason),
      ...given("src/completion/tidy/tidy.ts", /^ {2}\["([^"]+)", /gm),
      ...given("src/completion/tidy/tidy.ts", /by: "([^"]+)"/g),
      ...given("src/completion/offers.ts", /Reason = "([^"]+)"/g),
      ...given("src/completion/documentCompleter.ts", /reason \|\| "([^"]+)"/g),
      ...given("src/extension/admission.ts", /(?:return|[rR]eason =) "([^"]+)"/g),
      ...given("src/extension/reasons.ts", /anyPause = "([^"]+)"/g),
      ...given("src/extension/inlineProvider.ts", /onRefused\("([^"]+)"/g),
      ...given("src/extension/statusBar.ts", /editorNotAsking = "([^"]+)"/g),
    ];
    assert.ok(found.length >= 35, `${found.length} found`);
    assert.deepEqual([...new Set(found)].sort(), [...reasons].sort());
  });

  it("are said with their language, and as they are where they are not known", () => {
    assert.equal(reasonIn(english, "off for markdown"), "off for markdown");
    assert.equal(
      reasonIn(() => "x", "off for markdown"),
      "x",
    );
    assert.equal(reasonIn(english, "paused until 10:40"), "paused until 10:40");
    assert.equal(
      reasonIn((text) => text.toUpperCase(), "paused until 10:40"),
      "PAUSED UNTIL {0}",
    );
    assert.equal(
      reasonIn(() => "x", "typed on"),
      "x",
    );
    assert.equal(
      reasonIn(() => "x", "a server's own words"),
      "a server's own words",
    );
  });
});
