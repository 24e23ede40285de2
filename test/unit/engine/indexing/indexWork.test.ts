import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
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

  for (const turns of [0, 1, 2, 3, 4]) {
    it(`forgets what is deleted while the rest of its part is learned anew, ${turns} turns on`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "work-"));
      t.after(() => {
        rmSync(folder, { recursive: true });
      });
      const pathOf = (name: string) => join(folder, `${name}.ts`);
      const others = ["a", "b", "c", "d"];
      for (const name of [...others, "last"]) writeFileSync(pathOf(name), `${name}Word(1);\n`);
      const held = new Set<string>();
      const changes = new Changes();
      let rests = 0;
      const tell = (report: IndexReport) => {
        if (report.kind === "segment") for (const file of report.segment.files) held.add(file.path);
        if (report.kind === "forget") for (const path of report.paths) held.delete(path);
        if (report.kind === "settled") rests += 1;
        changes.notify();
      };
      const task = { roots: [{ name: "app", folder }], mostBytes: 100e6 };
      const work = new IndexWork({ task, clock: new ManualClock(), tell });
      void work.run();
      await changes.until(() => rests === 1);
      for (const name of others) rmSync(pathOf(name));
      work.notice({ changed: others.map(pathOf) });
      await changes.until(() => !held.has("app/a.ts"));
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      rmSync(pathOf("last"));
      const before = rests;
      work.notice({ changed: [pathOf("last")] });
      await changes.until(() => rests > before && held.size === 0);
    });
  }
});
