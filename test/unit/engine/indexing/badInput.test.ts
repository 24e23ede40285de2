import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readSourceFile } from "../../../../src/engine/indexing/sourceFile.ts";
import { IndexedFolder } from "../../../helpers/indexedFolder.ts";

const isWindows = process.platform === "win32";
const isRoot = process.getuid?.() === 0;
/** A user that may do nothing. */
const nobody = 65_534;
const report = fileURLToPath(new URL("../../../helpers/indexReport.ts", import.meta.url));

describe("bad input to the indexer", () => {
  let project: IndexedFolder;
  beforeEach(() => {
    project = new IndexedFolder();
    project.write("good.ts", "zebra(1);\n");
  });
  afterEach(() => {
    project.dispose();
  });

  /** Indexes everything, and sees that what is good was learned all the same. */
  async function skippedCounts() {
    const { skipped } = await project.learned();
    assert.ok(project.knows("zebra"));
    assert.deepEqual(project.warnings, []);
    return skipped;
  }

  it("a file and a folder that may not be read are counted", { skip: isWindows }, () => {
    chmodSync(project.folder, 0o755);
    chmodSync(project.write("closed.ts", "yonder(1);\n"), 0);
    project.write("closed/a.ts", "yonder(1);\n");
    chmodSync(join(project.folder, "closed"), 0);
    // Root may read everything, so another user looks.
    const options = { encoding: "utf8", ...(isRoot ? { uid: nobody, gid: nobody } : {}) } as const;
    const { stdout, stderr } = spawnSync(process.execPath, [report, project.folder], options);
    chmodSync(join(project.folder, "closed"), 0o755);
    assert.deepEqual(
      JSON.parse(stdout || "null"),
      { learnedFiles: 1, skipped: { unreadable: 2 } },
      stderr,
    );
  });

  it("a file whose reading fails is counted", { skip: process.platform !== "linux" }, () => {
    const { skipped } = readSourceFile("/proc/self/mem") as { skipped?: string };
    assert.equal(skipped, "unreadable");
  });

  it("a file of 100 GB is not read", { skip: isWindows }, async () => {
    truncateSync(project.write("huge.ts", ""), 100e9);
    assert.deepEqual(await skippedCounts(), { large: 1 });
  });

  it(
    "a file that tells no size is read as far as it may be",
    { skip: process.platform !== "linux" },
    () => {
      const source = readSourceFile("/proc/self/status");
      assert.ok("text" in source && source.text.includes("Pid:"));
      assert.equal(source.sizeBytes, 0);
    },
  );

  it("binaries, with and without a name that says so, are counted", async () => {
    project.write("picture.png", new Uint8Array(100));
    project.write("data", new Uint8Array(100));
    project.write("wide.txt", Buffer.from("zebra(1);\n", "utf16le"));
    assert.deepEqual(await skippedCounts(), { name: 1, binary: 2 });
  });

  it("bytes that are no UTF-8 are learned as far as they are text", async () => {
    project.write("latin.ts", Buffer.from("yonder(1); // caf\xe9\n", "latin1"));
    assert.deepEqual(await skippedCounts(), {});
    assert.ok(project.knows("yonder"));
  });

  it("a file that is deleted before it is read is gone, and so is one that was a folder", () => {
    const gone = project.write("gone.ts", "");
    unlinkSync(gone);
    assert.deepEqual(readSourceFile(gone), { sizeBytes: 0, modifiedMs: 0, skipped: "gone" });
    const { skipped } = readSourceFile(project.folder) as { skipped?: string };
    assert.equal(skipped, "no file");
  });

  it("files deleted while the project is read leave no trace", async () => {
    const paths = Array.from({ length: 2_000 }, (_, file) =>
      project.write(`sub/${file}.ts`, `f${file}();\n`),
    );
    const indexer = project.start();
    for (const path of paths) rmSync(path);
    await indexer.settled;
    await project.changed(project.folder);
    assert.equal(project.engine.stats.learnedFiles, 1);
    assert.ok(project.knows("zebra"));
  });

  it("links are not followed, also where they lead in a circle", async () => {
    symlinkSync(project.folder, join(project.folder, "circle"));
    symlinkSync("itself", join(project.folder, "itself"));
    symlinkSync("nowhere", join(project.folder, "dangling.ts"));
    symlinkSync("good.ts", join(project.folder, "other.ts"));
    assert.deepEqual(await skippedCounts(), { link: 4 });
    await project.changed(join(project.folder, "circle"), join(project.folder, "circle/good.ts"));
    assert.equal(project.engine.stats.learnedFiles, 1);
  });

  it("a pipe is not waited for", { skip: isWindows }, async () => {
    const pipe = join(project.folder, "pipe.ts");
    execFileSync("mkfifo", [pipe]);
    assert.deepEqual(await skippedCounts(), { "no file": 1 });
    assert.ok("skipped" in readSourceFile(pipe));
  });

  it("folders nested a hundred deep are walked", async () => {
    project.write(`${"d/".repeat(100)}deep.ts`, "yonder(1);\n");
    assert.deepEqual(await skippedCounts(), {});
    assert.ok(project.knows("yonder"));
  });

  it("a project without git is learned by the rules of its .gitignore", async () => {
    project.write(".gitignore", "closed.ts\n");
    project.write("closed.ts", "yonder(1);\n");
    assert.deepEqual(await skippedCounts(), { ignored: 1 });
  });

  it(
    "a folder of 100,000 files is learned up to the memory's cap",
    { skip: isWindows },
    async () => {
      mkdirSync(join(project.folder, "many"));
      let source = "";
      for (let file = 0; file < 100_000; file += 1) {
        if (file % 20_000 === 0)
          source = project.write(`source${file}.log`, `call${file}(1, 2);\n`);
        linkSync(source, join(project.folder, `many/${file}.ts`));
      }
      const skipped = await project.learned({ mostBytes: 32e6 }).then((indexer) => indexer.skipped);
      const { learnedFiles, learnedChars, indexBytes } = project.engine.stats;
      assert.equal(learnedFiles + (skipped.memory ?? 0), 100_001);
      assert.equal(skipped.name, 5);
      assert.ok(learnedFiles > 1_000 && learnedFiles < 100_000, `${learnedFiles} files`);
      assert.ok(indexBytes + learnedChars < 32e6, `${indexBytes} bytes`);
      assert.ok(project.knows("zebra"));
    },
  );
});
