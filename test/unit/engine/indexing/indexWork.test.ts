import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { IndexReport } from "../../../../src/engine/indexing/indexMessages.ts";
import { IndexWork } from "../../../../src/engine/indexing/indexWork.ts";
import { Changes } from "../../../helpers/changes.ts";
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
});
