import assert from "node:assert/strict";
import { matchesGlob } from "node:path/posix";
import { describe, it } from "node:test";
import { excludedGlob, includedGlob } from "../../../src/chat/fileGlobs.ts";

void describe("The search for a file", () => {
  const finds = (text: string, path: string) => matchesGlob(path, includedGlob(text));

  for (const [text, path] of [
    ["", "a.ts"],
    ["", "src/chat/a.ts"],
    ["AREA", "src/area.ts"],
    ["area", "src/Area.ts"],
    ["chat", "src/chat/history.ts"],
    ["src/chat/hi", "src/chat/history.ts"],
    ["chat\\hi", "src/chat/history.ts"],
    ["[id]", "pages/[id].tsx"],
    ["a{b", "a{b.ts"],
    ["größe", "src/GRÖßE.md"],
    [" area ", "area.ts"],
  ] as const) {
    void it(`for ${JSON.stringify(text)} finds ${path}`, () => {
      assert.ok(finds(text, path), includedGlob(text));
    });
  }

  void it("finds no others", () => {
    assert.ok(!finds("area", "src/circle.ts"));
    assert.ok(!finds("chat/hi", "src/chat/old/history.ts"));
  });

  void it("leaves out what the editor's settings do, and packages", () => {
    const glob = excludedGlob([
      { "**/.git": true, "**/*.js": { when: "$(basename).ts" }, "**/dist": false },
      { "**/*.{map,min.{js,css}}": true, "**/node_modules": true },
      undefined,
    ]);
    assert.equal(glob, "{**/node_modules,**/.git,**/*.map,**/*.min.js,**/*.min.css}");
  });
});
