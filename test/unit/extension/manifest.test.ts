/** The manifest's promises that no type checks: who may set what, and where its walkthrough leads. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const repository = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");

interface Property {
  readonly scope?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}
interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}
const manifest = JSON.parse(read("package.json")) as {
  contributes: {
    commands: readonly { command: string }[];
    configuration: { properties: Record<string, Property> };
    walkthroughs: readonly { id: string; steps: readonly Step[] }[];
  };
};
const { commands, configuration, walkthroughs } = manifest.contributes;
const settings = Object.entries(configuration.properties);
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);

describe("the settings of the manifest", () => {
  it("that decide where code goes or what is run are the machine's: no folder sets them, no sync carries them", () => {
    const guarded = settings.filter(([name]) => /^slipstream\.(upstream|gateway)\./.test(name));
    assert.ok(guarded.length >= 7);
    for (const [name, { scope }] of guarded) assert.equal(scope, "machine", name);
  });

  it("hold no key or token: those are in the secret storage", () => {
    for (const [name] of settings) assert.doesNotMatch(name, /key|token$|secret|password/i);
  });

  it("say what each choice means, and take addresses by a pattern", () => {
    for (const [name, property] of settings) {
      const { enum: choices, enumDescriptions, markdownEnumDescriptions, pattern } = property;
      const meanings = markdownEnumDescriptions ?? enumDescriptions;
      assert.equal(meanings?.length, choices?.length, name);
      if (!name.endsWith(".url")) continue;
      const takes = new RegExp(pattern ?? "none");
      const scheme = name.includes("gateway") ? "wss" : "https";
      assert.ok(takes.test("") && takes.test(`${scheme}://example.com/v1`), name);
      assert.ok(!takes.test("example.com") && !takes.test("ftp://example.com"), name);
    }
  });
});

describe("the walkthrough", () => {
  it("has its five steps, each with a picture that is there and is drawn in the theme's colours", () => {
    assert.deepEqual(
      steps.map(({ id }) => id),
      ["try", "word", "pause", "connect", "latency"],
    );
    for (const { media } of steps) {
      assert.ok(existsSync(join(repository, media.svg)), media.svg);
      const picture = read(media.svg);
      assert.match(picture, /var\(--vscode-/);
      assert.ok(
        picture.length < 4_000 && !/<(script|image)|href|http:\/\/(?!www\.w3)/.test(picture),
      );
    }
  });

  it("leads to commands that there are, in both languages", () => {
    const ours = new Set(commands.map(({ command }) => command));
    for (const file of ["package.nls.json", "package.nls.zh-cn.json"]) {
      const mentioned = [...read(file).matchAll(/command:([\w.]+)/g)].map(([, name]) => name ?? "");
      assert.ok(mentioned.length >= steps.length);
      for (const name of mentioned)
        assert.ok(!name.startsWith("slipstream.") || ours.has(name), name);
    }
    // A button takes the focus out of the editor, which hides what such a command would act on.
    for (const file of ["package.nls.json", "package.nls.zh-cn.json"])
      assert.doesNotMatch(read(file), /command:editor\.action\.inlineSuggest/);
    for (const event of steps.flatMap(({ completionEvents }) => completionEvents)) {
      const name = event.replace("onCommand:", "");
      assert.ok(!name.startsWith("slipstream.") || ours.has(name), name);
    }
  });
});
