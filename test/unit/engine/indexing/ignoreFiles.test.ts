import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { slipstreamRulesIn } from "../../../../src/engine/indexing/ignoreFiles.ts";
import { IndexedFolder } from "../../../helpers/indexedFolder.ts";

describe("ignore files of the project", () => {
  let project: IndexedFolder;
  beforeEach(() => {
    project = new IndexedFolder();
    project.write("a.ts", "zebra(1);\n");
    project.write("closed/b.ts", "yonder(1);\n");
  });
  afterEach(() => {
    project.dispose();
  });

  it("are heeded in UTF-16", async () => {
    project.write(".slipstreamignore", Buffer.from("\uFEFFclosed/\r\n", "utf16le"));
    await project.learned();
    assert.ok(project.knows("zebra") && !project.knows("yonder"));
  });

  it("forbid all below them where they are in an unknown encoding", async () => {
    project.write("closed/.gitignore", Buffer.from("Schlüssel/\n", "latin1"));
    project.write("closed/.slipstreamignore", Buffer.from("x/\n", "utf16le"));
    await project.learned();
    assert.ok(project.knows("zebra") && !project.knows("yonder"));
    assert.equal(slipstreamRulesIn(`${project.folder}/closed`), "*");
  });
});
