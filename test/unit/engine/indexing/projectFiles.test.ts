import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
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
