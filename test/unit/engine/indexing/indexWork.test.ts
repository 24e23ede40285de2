import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { IndexReport } from "../../../../src/engine/indexing/indexMessages.ts";
import { IndexWork } from "../../../../src/engine/indexing/indexWork.ts";
import { Changes } from "../../../helpers/changes.ts";
import { IndexedFolder } from "../../../helpers/indexedFolder.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { settled } from "../../../helpers/settled.ts";

describe("the work of the indexing thread", () => {
  it("says that all is learned only where it has learned something", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "work-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const home = join(folder, "node_modules", "there");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), "{}");
    writeFileSync(join(home, "index.d.ts"), "declare const there: number;\n");
    const told: IndexReport["kind"][] = [];
    const changes = new Changes();
    const tell = ({ kind }: IndexReport) => {
      told.push(kind);
      changes.notify();
    };
    const task = { roots: [{ name: "app", folder }], mostBytes: 100e6 };
    const work = new IndexWork({ task, clock: new ManualClock(), tell });
    void work.run();
    await changes.until(() => told.length === 1);
    work.notice({ key: "app/a.ts", names: ["nowhere"] });
    for (let turns = 0; turns < 4; turns += 1) await settled(); // it looks, and comes to rest
    assert.deepEqual(told, ["settled"]);
    work.notice({ key: "app/a.ts", names: ["nowhere", "there"] });
    await changes.until(() => told.length === 3);
    assert.deepEqual(told, ["settled", "declarations", "settled"]);
  });

  it("puts no older text back where a walk has read a file anew", async (t) => {
    const project = new IndexedFolder();
    t.after(() => {
      project.dispose();
    });
    const saved = project.write("a.ts", "zebraOfMain(1);\n");
    await project.learned();
    appendFileSync(saved, "zebraOfMain(2);\n");
    await project.changed(saved);
    project.write("a.ts", "yonderOfBranch(1);\n");
    await project.changed(saved, project.write(".git/HEAD", "ref: refs/heads/branch\n"));
    assert.ok(project.knows("yonderOfBranch") && !project.knows("zebraOfMain"));
    await project.changed(project.write("b.ts", "lateral(1);\n"));
    assert.ok(project.knows("lateral") && project.knows("yonderOfBranch"));
    assert.ok(!project.knows("zebraOfMain"));
  });

  it("puts nothing back that was left out for want of memory, and is gone", async (t) => {
    const project = new IndexedFolder();
    t.after(() => {
      project.dispose();
    });
    await project.learned({ mostBytes: 500_000 });
    await project.changed(project.write("a.ts", "zebra(1);\n"));
    assert.ok(project.knows("zebra"));
    const lines = Array.from({ length: 10_000 }, (_, at) => `large${at}(${at});\n`);
    await project.changed(project.write("large.ts", lines.join("")));
    assert.ok(!project.knows("zebra"));
    await project.changed(project.remove("a.ts"));
    await project.changed(project.write("large.ts", "yonder(1);\n"));
    assert.ok(project.knows("yonder") && !project.knows("zebra"));
  });
});
