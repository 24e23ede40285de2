/** What people read is there in every language, with the same places to fill in. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";

const repository = join(import.meta.dirname, "../../..");
const languages = ["zh-cn"];

type Texts = Readonly<Record<string, string>>;

const readTexts = (path: string): Texts =>
  JSON.parse(readFileSync(join(repository, path), "utf8")) as Texts;

/** What is filled in, and icons. */
const placesIn = (text: string): string[] => (text.match(/\{\d+\}|\$\([\w-]+\)/g) ?? []).sort();

/** Every text that the sources give to `l10n.t`. A text that is put together cannot be translated. */
async function textsInSource(): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  for await (const path of glob("src/**/*.ts", { cwd: repository })) {
    const source = readFileSync(join(repository, path), "utf8");
    if (!source.includes("l10n")) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(file))) {
        const [text] = node.arguments;
        assert.ok(text && ts.isStringLiteralLike(text), `${path}: ${node.getText(file)}`);
        texts.add(text.text);
      }
      ts.forEachChild(node, visit);
    };
    const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest);
    visit(file);
  }
  return texts;
}

void describe("In every language", () => {
  for (const language of languages) {
    void it(`${language} has each text of the sources, and no other`, async () => {
      const translated = readTexts(`l10n/bundle.l10n.${language}.json`);
      const texts = [...(await textsInSource())].sort();
      assert.ok(texts.length > 0);
      assert.deepEqual(Object.keys(translated).sort(), texts);
      for (const text of texts) {
        assert.ok(translated[text]?.trim(), text);
        assert.deepEqual(placesIn(translated[text] ?? ""), placesIn(text), text);
      }
    });

    void it(`${language} has each text of the manifest, and no other`, () => {
      const [original, translated] = ["", `.${language}`].map((name) =>
        readTexts(`package.nls${name}.json`),
      );
      assert.ok(original && translated);
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(original).sort());
      for (const [key, text] of Object.entries(original)) {
        assert.ok(translated[key]?.trim(), key);
        assert.deepEqual(placesIn(translated[key] ?? ""), placesIn(text), key);
      }
    });
  }

  void it("the manifest names no text that is not there", () => {
    const manifest = readFileSync(join(repository, "package.json"), "utf8");
    const named = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(readTexts("package.nls.json")).sort());
  });
});
