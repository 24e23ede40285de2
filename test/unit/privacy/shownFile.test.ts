import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isFileItself, pathsShown } from "../../../src/privacy/shownFile.ts";

const addresses: readonly (readonly [string, string, string, readonly string[]])[] = [
  ["a file", "file", "/p/a.ts", ["/p/a.ts"]],
  ["a state of it in git", "git", "/p/a.ts", ["/p/a.ts"]],
  ["a state of it that git gives no language", "git", "/p/a.ts.git", ["/p/a.ts.git", "/p/a.ts"]],
  ["a change of a submodule", "git", "/p/sub.diff", ["/p/sub.diff", "/p/sub"]],
  ["what the editor kept of it", "vscode-local-history", "/p/a.ts", ["/p/a.ts"]],
  ["a new document that will be a file", "untitled", "/p/a.ts", ["/p/a.ts"]],
  ["a new document", "untitled", "Untitled-1", []],
  ["output", "output", "extension-output-1", []],
];

void describe("The files whose text a document shows", () => {
  for (const [what, scheme, path, shown] of addresses) {
    void it(`are known of ${what}`, () => {
      assert.deepEqual(pathsShown({ scheme, path }), shown);
    });
  }

  void it("are read by the address itself of files here, remote and virtual, and by no other", () => {
    const schemes = ["file", "vscode-remote", "vscode-vfs", "git", "untitled"];
    assert.deepEqual(
      schemes.map((scheme) => isFileItself({ scheme, path: "/p/a.ts" })),
      [true, true, true, false, false],
    );
  });
});
