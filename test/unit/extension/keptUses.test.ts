import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { systemWallMs } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/emitter.ts";
import { KeptUses } from "../../../src/extension/latency/keptUses.ts";
import {
  countAnswer,
  type ModelUse,
  ModelUses,
  usesFromJson,
} from "../../../src/latency/modelUse.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const day = Date.parse("2026-03-14T12:00:00");
const usage = { inputTokens: 10, cachedTokens: 4, outputTokens: 2 };

/** A folder for windows that end with the test. */
function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "slipstream-uses-"));
  const folder = join(root, "uses");
  t.after(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const open = () => {
    const clock = new ManualClock();
    const changes = new Emitter<undefined>();
    const uses = new ModelUses();
    const recorder = {
      get uses() {
        return uses.all;
      },
      onChange: changes.on,
    };
    const kept = new KeptUses({ folder, recorder, clock, wallMs: systemWallMs });
    const answer = (upstream = "a model") => {
      countAnswer(uses.of(upstream, day), usage, 8);
      changes.fire(undefined);
    };
    t.after(() => {
      kept.dispose();
    });
    return { kept, clock, uses, answer };
  };
  return { folder, open };
}

const answersIn = (uses: readonly ModelUse[]) =>
  uses.map(({ upstream, answers, inputTokens }) => [upstream, answers, inputTokens]);

const isWhole = (name: string) => name.endsWith(".json");

/** Whether it comes to hold within many turns of the event loop. */
async function soon(holds: () => Promise<boolean> | boolean): Promise<boolean> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (await holds()) return true;
    await setImmediate();
  }
  return false;
}

describe("what the models were used for", () => {
  it("is read from the file of a version that counted less", () => {
    const [use] = usesFromJson(
      JSON.stringify([
        {
          ...{ day: "2026-03-14", upstream: "a model", answers: 4, countedAnswers: 4 },
          ...{ inputTokens: 1, cachedTokens: 0, outputTokens: 1, countedChars: 1 },
          ...{ cancels: 2, cancelledChars: 0, skipped: 0, fromCache: 0 },
        },
      ]),
    );
    assert.deepEqual([use?.answers, use?.ranOn, use?.chatInputTokens], [4, 0, 0]);
  });

  it("is there in the next window, added up with that of the one before", async (t) => {
    const { open } = place(t);
    const [first, second] = [open(), open()];
    for (const window of [first, second]) {
      window.answer();
      window.kept.dispose();
    }
    assert.deepEqual(answersIn(await open().kept.others()), [["a model", 2, 20]]);
  });

  it("is written 10 s after it has changed, for a window that is killed", async (t) => {
    const { folder, open } = place(t);
    const killed = open();
    killed.answer();
    killed.answer("another");
    killed.clock.advance(9_999);
    assert.equal(existsSync(folder), false);
    killed.clock.advance(1);
    const next = open();
    assert.ok(await soon(async () => (await next.kept.others()).length > 0));
    assert.deepEqual(answersIn(await next.kept.others()), [
      ["a model", 1, 10],
      ["another", 1, 10],
    ]);
  });

  it("is the newest also where the window closes while it is being written", async (t) => {
    const { folder, open } = place(t);
    const closing = open();
    closing.answer();
    closing.clock.advance(10_000);
    closing.answer();
    closing.kept.dispose();
    assert.ok(await soon(() => readdirSync(folder).some((name) => name.endsWith(".new"))));
    for (let turn = 0; turn < 100; turn++) await setImmediate();
    assert.deepEqual(answersIn(await open().kept.others()), [["a model", 2, 20]]);
  });

  it("does not count a window's own counts twice, and keeps them when the window forgets them", async (t) => {
    const { folder, open } = place(t);
    const { kept, uses, answer, clock } = open();
    answer();
    clock.advance(10_000);
    assert.ok(await soon(() => existsSync(folder) && readdirSync(folder).some(isWhole)));
    assert.deepEqual(await kept.others(), []);
    kept.setAside();
    uses.clear();
    assert.deepEqual(answersIn(kept.cleared), [["a model", 1, 10]]);
    assert.deepEqual(await kept.others(), []);
    answer();
    kept.dispose();
    assert.deepEqual(answersIn(await open().kept.others()), [["a model", 2, 20]]);
  });

  it("is nothing where no model was asked: no folder is made", (t) => {
    const { folder, open } = place(t);
    const { kept, answer, clock } = open();
    answer("");
    clock.advance(10_000);
    kept.dispose();
    assert.equal(existsSync(folder), false);
  });

  it("leaves out files that make no sense, and removes those of windows that ended a month ago", async (t) => {
    const { folder, open } = place(t);
    const old = open();
    old.answer();
    old.kept.dispose();
    const monthAgo = systemWallMs() / 1_000 - 32 * 24 * 60 * 60;
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), monthAgo, monthAgo);
    const broken = ["{", "[1]", "{}", '[{"day":"x","upstream":"a model"}]', '[{"__proto__":{}}]'];
    for (const [index, text] of broken.entries())
      writeFileSync(join(folder, `${index}.json`), text);
    mkdirSync(join(folder, "folder.json"));
    assert.deepEqual(await open().kept.others(), []);
    assert.equal(readdirSync(folder).length, broken.length + 1, "the old one is gone");
  });

  it("removes old files also where nobody looks at them", async (t) => {
    const { folder, open } = place(t);
    mkdirSync(folder);
    const monthAgo = systemWallMs() / 1_000 - 32 * 24 * 60 * 60;
    for (const name of ["old.json", "begun.json.new"]) {
      writeFileSync(join(folder, name), "[]");
      utimesSync(join(folder, name), monthAgo, monthAgo);
    }
    const { clock, answer } = open();
    answer();
    clock.advance(10_000);
    assert.ok(await soon(() => readdirSync(folder).every((name) => !/old|begun/.test(name))));
  });

  it("says nothing and goes on where its folder cannot be", async (t) => {
    const { folder, open } = place(t);
    writeFileSync(folder, "a file");
    const { kept, clock, answer } = open();
    answer();
    clock.advance(10_000);
    answer();
    assert.deepEqual(await kept.others(), []);
    kept.dispose();
  });
});
