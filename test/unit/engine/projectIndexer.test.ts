import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { systemClock } from "../../../src/base/clock.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { ProjectIndexer } from "../../../src/engine/projectIndexer.ts";

describe("project indexer", () => {
  let folder = "";
  let engine: Engine;
  let indexer: ProjectIndexer;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "indexer-"));
    mkdirSync(join(folder, ".git"));
    engine = new Engine();
    indexer = new ProjectIndexer({ engine, clock: systemClock, roots: [{ name: "app", folder }] });
  });
  afterEach(() => {
    indexer.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(path: string, text: string | Uint8Array): string {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  /** True when a line that starts with this word was learned. */
  function knows(word: string, path = "app/asking.ts"): boolean {
    const before = word.slice(0, -1);
    const query = { path, languageId: "x", before, after: "", isConfined: false };
    return engine.complete(query)?.startsWith(word.slice(-1)) ?? false;
  }

  async function walk(): Promise<void> {
    await indexer.run();
  }

  it("learns the files of nested folders under the root's name", async () => {
    write("a.ts", "zebra(1);\n");
    write("src/deep/b.ts", "yonder(1);\n");
    await walk();
    assert.equal(engine.stats.learnedFiles, 2);
    assert.ok(knows("zebra"));
    assert.ok(knows("yonder"));
    assert.ok(!knows("yonder", "app/src/deep/b.ts"));
  });

  const unlearned: readonly (readonly [name: string, path: string, text: string | Uint8Array])[] = [
    ["dependencies", "node_modules/x/index.js", "zebra(1);"],
    ["build results", "dist/x.js", "zebra(1);"],
    ["hidden folders", ".git/hooks/x.ts", "zebra(1);"],
    ["lock files", "yarn.lock", "zebra(1);"],
    ["minified files by name", "x.min.js", "zebra(1);"],
    ["minified files by their lines", "x.js", "zebra(1);".repeat(1000)],
    ["binaries", "x.txt", new Uint8Array([122, 101, 98, 114, 97, 0, 1])],
    ["files over the size bound", "x.ts", "zebra(1);\n".repeat(41_000)],
    ["secrets", ".env", "zebra=1\n"],
    ["what .gitignore names", "ignored/x.ts", "zebra(1);\n"],
    ["what info/exclude names", "excluded.ts", "zebra(1);\n"],
    ["what .slipstreamignore names", "src/legal/x.ts", "zebra(1);\n"],
  ];
  for (const [name, path, text] of unlearned) {
    it(`leaves out ${name}`, async () => {
      write(".gitignore", "ignored/\n");
      write(".git/info/exclude", "excluded.ts\n");
      write("src/.slipstreamignore", "legal\n");
      write(path, text);
      await walk();
      assert.ok(!knows("zebra"));
    });
  }

  it("learns nothing below an ignore file that cannot be read", async () => {
    write("a.ts", "zebra(1);\n");
    write("closed/b.ts", "yonder(1);\n");
    symlinkSync("loop", join(folder, "closed", "loop"));
    symlinkSync("loop", join(folder, "closed", ".slipstreamignore"));
    await walk();
    assert.ok(knows("zebra") && !knows("yonder"));
  });

  it("heeds a .slipstreamignore that stands above the folder", async () => {
    write(".slipstreamignore", "private.ts\n");
    write("inner/private.ts", "zebra(1);\n");
    write("inner/open.ts", "yonder(1);\n");
    const inner = join(folder, "inner");
    await new ProjectIndexer({
      engine,
      clock: systemClock,
      roots: [{ name: "inner", folder: inner }],
    }).run();
    assert.ok(!knows("zebra") && knows("yonder"));
  });

  it("stops when disposed and does not reject for folders that are not there", async () => {
    write("a.ts", "zebra(1);\n");
    const walked = indexer.run();
    indexer.dispose();
    await walked;
    assert.equal(engine.stats.learnedFiles, 0);
    const roots = [{ name: "none", folder: join(folder, "none") }];
    const lost = new ProjectIndexer({ engine, clock: systemClock, roots });
    await lost.run();
    assert.equal(engine.stats.learnedFiles, 0);
  });
});
