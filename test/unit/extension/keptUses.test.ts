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
import { systemWallMs } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/emitter.ts";
import { KeptUses } from "../../../src/extension/latency/keptUses.ts";
import { countAnswer, type ModelUse, ModelUses } from "../../../src/latency/modelUse.ts";
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

describe("what the models were used for", () => {
  it("is there in the next window, added up with that of the one before", async (t) => {
    const { open } = place(t);
    const [first, second] = [open(), open()];
    for (const window of [first, second]) {
      window.answer();
      window.kept.dispose();
    }
    assert.deepEqual(answersIn(await open().kept.elsewhere()), [["a model", 2, 20]]);
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
    while ((await next.kept.elsewhere()).length === 0) assert.equal(killed.clock.timerCount, 0);
    assert.deepEqual(answersIn(await next.kept.elsewhere()), [
      ["a model", 1, 10],
      ["another", 1, 10],
    ]);
  });

  it("does not count a window's own counts twice, and keeps them when the window forgets them", async (t) => {
    const { open } = place(t);
    const { kept, uses, answer } = open();
    answer();
    assert.deepEqual(await kept.elsewhere(), []);
    kept.setAside();
    uses.clear();
    assert.deepEqual(answersIn(await kept.elsewhere()), [["a model", 1, 10]]);
    answer();
    kept.dispose();
    assert.deepEqual(answersIn(await open().kept.elsewhere()), [["a model", 2, 20]]);
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
    assert.deepEqual(await open().kept.elsewhere(), []);
    assert.equal(readdirSync(folder).length, broken.length + 1, "the old one is gone");
  });

  it("says nothing and goes on where its folder cannot be", async (t) => {
    const { folder, open } = place(t);
    writeFileSync(folder, "a file");
    const { kept, clock, answer } = open();
    answer();
    clock.advance(10_000);
    answer();
    assert.deepEqual(await kept.elsewhere(), []);
    kept.dispose();
  });
});
