import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readKeyTrace } from "../../bench/replay/keyTrace.ts";
import { play } from "../../bench/replay/play.ts";
import { virtualStage } from "../../bench/replay/virtualStage.ts";
import type { Figures } from "../../bench/report.ts";

const file = join(import.meta.dirname, "../../bench/replay/session.keys.json");
const session = await readKeyTrace(file);
const trace = { ...session, events: session.events.slice(0, 60) };
const waits = { askMs: 8, providerMs: 50 };

interface Setting {
  readonly firstTokenMs?: number;
  readonly accuracy?: number;
  readonly hasWaits?: boolean;
}

async function figuresOf(setting: Setting): Promise<Figures> {
  const { firstTokenMs = 50, accuracy = 1, hasWaits = false } = setting;
  const options = { firstTokenMs, tokenMs: 5, accuracy, project: undefined, sparesModel: false };
  const stage = await virtualStage(trace, options);
  const parts = { firstTokenMs, knownWithinMs: 0, waits: hasWaits ? waits : undefined };
  const figures = await play(stage, trace, parts);
  await stage.close();
  return figures;
}

const number = (figures: Figures, name: string): number => {
  const value = figures[name];
  assert.ok(typeof value === "number", name);
  return value;
};

describe("a replay on the virtual clock", () => {
  it("gives the same figures each time", async () => {
    assert.deepEqual(await figuresOf({}), await figuresOf({}));
  });

  it("shows more the sooner the oracle answers", async () => {
    const shares = [];
    for (const firstTokenMs of [1_000, 200, 20])
      shares.push(number(await figuresOf({ firstTokenMs }), "visibleShare"));
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.ok((shares[2] ?? 0) > 0.8, String(shares));
  });

  it("shows nothing wrong where the oracle is always right, and something where it errs", async () => {
    assert.equal(number(await figuresOf({}), "wrongVisibleShare"), 0);
    assert.ok(number(await figuresOf({ accuracy: 0.5 }), "wrongVisibleShare") > 0);
  });

  it("shows nothing before the editor asks", async () => {
    const { localMs, missMs } = await figuresOf({ hasWaits: true });
    assert.ok(number(missMs as Figures, "p50") >= 50);
    assert.ok(number(localMs as Figures, "count") > 0);
  });

  it("counts frames, requests and tokens", async () => {
    const figures = await figuresOf({});
    assert.ok(number(figures, "bytesUpPerKey") > 0);
    assert.ok(number(figures, "requestsPer100Keys") > 0);
    assert.ok(number(figures, "tokensPer100Keys") > 0);
  });
});
