import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  abortFigures,
  loadFigures,
  localsMs,
  missesMs,
  type Replay,
  restlessFigures,
  sightFigures,
} from "../../bench/replay/metrics.ts";
import type { OracleRecord } from "../../bench/replay/oracleAnswers.ts";
import type { GhostChange, StateRecord } from "../../bench/replay/stateRecord.ts";
import { isSolid, isWrong, usefulText } from "../../bench/replay/truth.ts";

const final = "const a = 1;\n  return total(a);\n\nend\nbelow";
const file = { final, regionEnd: final.indexOf("\nbelow") };
const after = (text: string): number => final.indexOf(text) + text.length;

/** A state whose text is asked for at its key. */
function state(keyAt: number, parts: Partial<StateRecord> = {}): StateRecord {
  const nothing = { kept: "", askedAt: keyAt, answeredAt: undefined, changes: [] };
  return { keyAt, cursor: 0, isOnPath: true, ...nothing, ...parts };
}

const shown = (at: number, ghost: string): GhostChange => ({ at, ghost });

function request(begunAt: number, parts: Partial<OracleRecord> = {}): OracleRecord {
  return { begunAt, tokens: 0, tokensAt: [], closedAt: undefined, ...parts };
}

function replayOf(states: readonly StateRecord[], parts: Partial<Replay> = {}): Replay {
  return {
    file,
    states,
    log: [],
    cancelledAt: [],
    firstTokenMs: 50,
    knownWithinMs: 0,
    ...parts,
  };
}

describe("the truth that ghost text is compared with", () => {
  it("is the next 8 characters or all to the line's end, and at a line's end those of the next line", () => {
    const cases: [string, string][] = [
      ["", "const a "],
      ["const a", " = 1;"],
      ["= 1;", "\n  return t"],
      ["= 1;\n  ", "return t"],
      ["(a);", "\n"],
      ["(a);\n", "\nend"],
      ["(a);\n\ne", "nd"],
      ["end", ""],
    ];
    for (const [typed, useful] of cases)
      assert.equal(usefulText(file, typed === "" ? 0 : after(typed)), useful, typed);
  });

  it("makes wrong what errs within 8 characters, however short, and nothing else", () => {
    assert.equal(isWrong(file, 0, "const a = 2"), false, "it errs later");
    assert.equal(isWrong(file, 0, "const b"), true);
    assert.equal(isWrong(file, 0, "co"), false);
    assert.equal(isWrong(file, 0, ""), false);
    assert.equal(isWrong(file, after("= 1;"), "\n return"), true);
  });

  it("makes solid two characters that are no space, or the whole rest of the true line", () => {
    assert.equal(isSolid(file, 0, "c"), false);
    assert.equal(isSolid(file, 0, " \n c "), false);
    assert.equal(isSolid(file, 0, "co"), true);
    assert.equal(isSolid(file, after("= 1"), ";"), true);
    assert.equal(isSolid(file, after("= 1"), ""), false);
    assert.equal(isSolid(file, after("= 1;"), "\n"), false, "the line has ended already");
  });
});

describe("what was seen", () => {
  it("is judged just before the next key, the last state left out", () => {
    const states = [
      state(0, { kept: "const a = 1" }), // useful
      state(10, { cursor: 1, changes: [shown(12, "o"), shown(15, "onst a = 1")] }), // useful in time
      state(20, { cursor: 2, kept: "nst" }), // right, too short
      state(30, { cursor: 3, kept: "st x" }), // wrong
      state(40, { cursor: 3, isOnPath: false, kept: "whatever" }),
      state(50, { cursor: 4, isOnPath: false }),
      state(60, { cursor: 4, changes: [shown(61, "t"), shown(62, "")] }), // gone before the next key
      state(70, { cursor: 5, kept: " a = 1;" }),
    ];
    assert.deepEqual(sightFigures({ file, states }), {
      states: 7,
      onPathStates: 5,
      typoStates: 2,
      usefulShare: 2 / 5,
      visibleShare: 5 / 7,
      wrongVisibleShare: 1 / 5,
      typoVisibleShare: 1 / 2,
    });
  });

  it("leaves out a cursor with nothing left to type, and says nothing of no states", () => {
    const states = [state(0, { cursor: file.regionEnd }), state(10)];
    const figures = sightFigures({ file, states });
    assert.equal(figures["onPathStates"], 0);
    assert.equal(figures["usefulShare"], null);
  });
});

describe("a miss", () => {
  it("lasts from a key that left nothing until solid text, over later keys", () => {
    const states = [
      state(0),
      state(100, { cursor: 1, answeredAt: 160, changes: [shown(160, "o"), shown(165, "on")] }),
      state(200, { cursor: 2, kept: "n" }),
      state(300, { cursor: 3 }),
      state(400, { cursor: 4, answeredAt: 470, changes: [shown(470, "t ")] }),
      state(500, { cursor: 5, answeredAt: 570, changes: [shown(570, " a =")] }),
      state(600, { cursor: 6 }),
    ];
    const log = [request(100, { tokensAt: [160, 165, 470, 570] })];
    assert.deepEqual(missesMs(replayOf(states, { log })), [165, 270]);
  });

  it("does not begin where something is left, or the answer was known", () => {
    const states = [
      state(0, { kept: "c", changes: [shown(60, "const")] }),
      state(100, { answeredAt: 100, changes: [shown(150, "const")] }),
    ];
    assert.deepEqual(missesMs(replayOf(states)), []);
    assert.deepEqual(localsMs(replayOf(states)), [0, 50], "and then the wait is the editor's");
  });

  it("ends at a key that leaves solid text too", () => {
    const states = [state(0, { changes: [shown(60, " c")] }), state(100, { kept: "const" })];
    assert.deepEqual(missesMs(replayOf(states)), [100]);
  });
});

describe("an answer that was known", () => {
  const late = (answeredAt: number) =>
    state(100, { answeredAt, changes: [shown(answeredAt, "const")] });

  it("came within the time in which no token can come", () => {
    assert.deepEqual(localsMs(replayOf([late(103)], { knownWithinMs: 3 })), [3]);
    assert.deepEqual(localsMs(replayOf([late(104)], { knownWithinMs: 3, log: undefined })), []);
  });

  it("is none when a request that was begun for it could have its first token", () => {
    const [atOnce, before] = [request(100, { tokensAt: [100] }), request(99, { tokensAt: [99] })];
    const quick = { knownWithinMs: 3, firstTokenMs: 0 };
    assert.deepEqual(localsMs(replayOf([late(101)], { ...quick, log: [atOnce] })), []);
    assert.deepEqual(localsMs(replayOf([late(101)], { ...quick, log: [before] })), [1]);
    assert.deepEqual(
      localsMs(replayOf([late(100)], { log: [request(100)] })),
      [0],
      "ahead of need",
    );
  });

  it("was only held up when it came later and no token was written meanwhile", () => {
    const silent = request(90, { tokensAt: [95, 140] });
    const telling = request(90, { tokensAt: [95, 120] });
    assert.deepEqual(localsMs(replayOf([late(130)], { log: [silent] })), [30]);
    assert.deepEqual(localsMs(replayOf([late(130)], { log: [telling] })), []);
    const mute = request(90, { tokensAt: undefined });
    assert.deepEqual(localsMs(replayOf([late(130)], { log: [mute] })), []);
  });
});

describe("the oracle's load", () => {
  it("counts all requests and tokens, given up or not", () => {
    const log = [request(0, { tokens: 4 }), request(9, { tokens: 3, closedAt: 12 })];
    const states = [0, 1, 2, 3].map((at) => state(at));
    assert.deepEqual(loadFigures({ states, log }), {
      requestsPer100Keys: 50,
      tokensPer100Keys: 175,
    });
    const unknown = { requestsPer100Keys: null, tokensPer100Keys: null };
    assert.deepEqual(loadFigures({ states, log: undefined }), unknown);
  });
});

describe("the time to an abort", () => {
  const figuresOf = (cancelledAt: number[], log: OracleRecord[]) => {
    const { abortMs, tokensAfterCancel, cancels, cancelsSeen } = abortFigures({ cancelledAt, log });
    return { abortMs, tokensAfterCancel, cancels, cancelsSeen } as unknown as {
      abortMs: { p50: number | null; max: number | null };
      tokensAfterCancel: { max: number | null };
      cancels: number;
      cancelsSeen: number;
    };
  };

  it("runs from each decision to the close of a request that ran then", () => {
    const log = [
      request(0, { closedAt: 20, tokensAt: [5, 10] }), // it had said enough: nobody gave it up
      request(90, { closedAt: 102, tokensAt: [95, 101, 101.5] }),
      request(150, { closedAt: 207, tokensAt: [] }),
    ];
    const figures = figuresOf([100, 200], log);
    assert.deepEqual([figures.abortMs.p50, figures.abortMs.max], [2, 7]);
    assert.equal(figures.tokensAfterCancel.max, 2);
  });

  it("takes no close of a request that began later, and counts decisions without one", () => {
    const log = [request(105, { closedAt: 130 }), request(10)];
    const figures = figuresOf([100], log);
    assert.deepEqual([figures.cancels, figures.cancelsSeen, figures.abortMs.p50], [1, 0, null]);
  });

  it("gives each close to one decision, in their order", () => {
    const log = [request(10, { closedAt: 105 }), request(20, { closedAt: 103 })];
    const figures = figuresOf([100, 101], log);
    assert.deepEqual([figures.abortMs.p50, figures.abortMs.max], [3, 4]);
  });

  it("says nothing of late tokens where the oracle does not say when it wrote them", () => {
    const log = [request(90, { closedAt: 102, tokensAt: undefined })];
    assert.equal(figuresOf([100], log).tokensAfterCancel.max, null);
  });
});

describe("restless ghost text", () => {
  it("is replaced by what does not go on from it, or vanishes", () => {
    const changes = (kept: string, ...ghosts: string[]) =>
      state(0, { kept, changes: ghosts.map((ghost, at) => shown(at, ghost)) });
    const states = [
      changes("", "a", "ab"), // grows
      changes("ab", "a"), // shrinks
      changes("ab", "xb", "xbc"),
      changes("ab", "", "ab"),
    ];
    assert.deepEqual(restlessFigures({ states }), { flickerCount: 2, vanishedCount: 1 });
  });
});
