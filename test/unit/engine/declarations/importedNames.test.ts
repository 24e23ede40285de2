import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importedNames } from "../../../../src/engine/declarations/importedNames.ts";

describe("the packages a text imports", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["are named by imports", 'import express, { type Request } from "express";', ["express"]],
    ["are named by imports for their effect", "import 'dotenv/config';", ["dotenv/config"]],
    ["are named by imports over lines", 'import {\n  a,\n  b,\n} from "ab";\n', ["ab"]],
    ["are named by require and import()", "require('a'); await import(\"b\")", ["a", "b"]],
    ["are named by exports from them", 'export * from "@scope/pack";', ["@scope/pack"]],
    ["may be parts of Node", 'import fs from "node:fs/promises";', ["node:fs/promises"]],
    ["are told once", 'import a from "a";\nimport { b } from "a";', ["a"]],
    [
      "are no files of the project",
      'import a from "./a.ts"; import b from "../b"; import "/c"',
      [],
    ],
    ["are no paths that lead out of them", 'import "a/../../b"; import "a/./b"; import ".."', []],
    [
      "are no addresses",
      'import "https://example.org/a.js"; import "#inside"; import "data:x"',
      [],
    ],
    ["are no strings of other lines", 'import a from\n;const b = "c";', []],
  ];
  for (const [name, text, names] of cases) {
    it(name, () => {
      assert.deepEqual(importedNames(text), names);
    });
  }

  it("are forty at most, and looked for at the text's top alone", () => {
    const many = Array.from({ length: 60 }, (_, at) => `import "p${at}";`);
    assert.equal(importedNames(many.join("\n")).length, 40);
    assert.deepEqual(importedNames(`${" ".repeat(40_000)}import "late";`), []);
  });

  it("are found in a text that is cut anywhere, as in one piece", () => {
    const text = 'import a from "first";\nimport "second";\n';
    for (let at = 0; at <= text.length; at += 1)
      assert.deepEqual(importedNames(text.slice(0, at), text.slice(at)), ["first", "second"]);
    assert.deepEqual(importedNames(" ".repeat(40_000), 'import "late";'), []);
    assert.deepEqual(importedNames(" ".repeat(30_000), `${" ".repeat(10_000)}import "late";`), []);
  });
});
