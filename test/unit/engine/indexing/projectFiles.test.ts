import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SkipCounter } from "../../../../src/engine/indexing/skipped.ts";
import { ProjectFiles } from "../../../../src/engine/indexing/projectFiles.ts";

describe("the folder of a file by what it is learned under", () => {
  const files = new ProjectFiles([
    { name: "web", folder: join("/one") },
    { name: "web/admin", folder: join("/two") },
  ]);

  it("is in the root whose name is the longest that fits", () => {
    assert.equal(files.folderOf("web/src/a.ts"), join("/one/src"));
    assert.equal(files.folderOf("web/admin/src/a.ts"), join("/two/src"));
    assert.equal(files.folderOf("web/a.ts"), join("/one"));
  });

  it("is unknown outside of the roots", () => {
    for (const key of ["Untitled-1", "other/a.ts", "webs/a.ts", "web/../../etc/a.ts"])
      assert.equal(files.folderOf(key), undefined);
  });
});

describe("folders of a workspace that lie in one another", () => {
  for (const isOuterFirst of [true, false]) {
    it(`have each file once, under the innermost, the outer one ${isOuterFirst ? "first" : "last"}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "nested-"));
      t.after(() => {
        rmSync(folder, { recursive: true });
      });
      const inner = join(folder, "packages", "a");
      mkdirSync(inner, { recursive: true });
      for (const path of [join(folder, "top.ts"), join(inner, "x.ts")]) writeFileSync(path, "");
      const roots = [
        { name: "repo", folder },
        { name: "a", folder: inner },
      ];
      const files = new ProjectFiles(isOuterFirst ? roots : roots.toReversed());
      const found = await files.all(new SkipCounter());
      assert.deepEqual(found.map(({ key }) => key).toSorted(), ["a/x.ts", "repo/top.ts"]);
      assert.equal((await files.at(join(inner, "x.ts")))?.key, "a/x.ts");
      assert.equal((await files.at(join(folder, "top.ts")))?.key, "repo/top.ts");
      assert.ok(files.isDecisive(join(folder, "packages")), "the inner one goes with it");
      assert.ok(!files.isDecisive(join(folder, "pack")));
    });
  }
});
