import assert from "node:assert/strict";
import { join } from "node:path";
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

  it("are those of git in a linked work tree, and in a submodule within", async () => {
    const git = (...names: string[]) => ["main", ".git", ...names].join("/");
    project.write(git("info", "exclude"), "b.ts\n");
    project.write(git("worktrees", "tree", "commondir"), "../..\n");
    project.write("tree/.git", `gitdir: ${project.folder}/${git("worktrees", "tree")}\n`);
    project.write("tree/src/a.ts", "zealous(1);\n");
    project.write("tree/src/b.ts", "yearly(1);\n");
    project.write(git("modules", "sub", "info", "exclude"), "c.ts\n");
    project.write("tree/sub/.git", "gitdir: ../../main/.git/modules/sub\n");
    project.write("tree/sub/c.ts", "xylophone(1);\n");
    const roots = [{ name: "app", folder: join(project.folder, "tree") }];
    await project.start({ roots }).settled;
    assert.ok(project.knows("zealous") && !project.knows("yearly") && !project.knows("xylophone"));
  });
});
