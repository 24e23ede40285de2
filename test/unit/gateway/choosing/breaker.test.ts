import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import { Breaker, type Permit } from "../../../../src/gateway/choosing/breaker.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { holds } from "../../../helpers/property.ts";

const failureOf = (code: FailureCode, retryAfterMs?: number) =>
  new Failure(code, `it is ${code}`, undefined, retryAfterMs);

describe("a breaker", () => {
  let clock: ManualClock;
  let breaker: Breaker;
  let told: string[];

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    breaker = new Breaker(clock, {
      opened: ({ code }, forMs) => told.push(`${code} ${forMs}`),
      closed: () => told.push("closed"),
    });
  });

  const admit = (): Permit => breaker.admit() ?? assert.fail("it is open");
  const fail = (code: FailureCode, retryAfterMs?: number) => {
    admit().failed(failureOf(code, retryAfterMs));
  };
  const isOpenFor = (ms: number) => {
    clock.advance(ms - 1);
    assert.equal(breaker.mayAdmit, false, `still open after ${ms - 1} ms`);
    clock.advance(1);
    assert.equal(breaker.mayAdmit, true, `a probe after ${ms} ms`);
  };

  for (const code of [
    "upstream-unreachable",
    "upstream-down",
    "upstream-garbled",
    "upstream-insecure",
    "deadline",
  ] as const) {
    it(`opens for a second after two failures in a row: ${code}`, () => {
      fail(code);
      assert.ok(breaker.isClosed);
      fail(code);
      assert.equal(breaker.admit(), undefined);
      assert.equal(breaker.failure?.code, code);
      isOpenFor(1_000);
      assert.deepEqual(told, [`${code} 1000`]);
    });
  }

  it("stays closed when the two have an answer between them", () => {
    for (let round = 0; round < 5; round++) {
      fail("upstream-down");
      admit().succeeded();
    }
    assert.ok(breaker.isClosed);
  });

  it("leaves a busy server alone for as long as it asks to, and no less than a second", () => {
    fail("upstream-busy", 7_000);
    isOpenFor(7_000);
    fail("upstream-busy");
    isOpenFor(2_000);
  });

  it("does not heed a server that wants to be left alone for a day", () => {
    fail("upstream-busy", 24 * 3_600_000);
    isOpenFor(600_000);
  });

  for (const code of ["upstream-unauthorized", "upstream-not-found"] as const) {
    it(`opens at once for a minute, and tells it once: ${code}`, () => {
      fail(code);
      isOpenFor(60_000);
      fail(code);
      isOpenFor(60_000);
      assert.deepEqual(told, [`${code} 60000`]);
    });
  }

  it("stays closed for what is wrong with the request alone, or with this gateway", () => {
    for (const code of ["upstream-refused", "busy", "upstream-refused", "busy"] as const)
      fail(code);
    assert.ok(breaker.isClosed);
  });

  it("lets one request through as a probe, and all of them when it is answered", () => {
    fail("upstream-busy");
    clock.advance(1_000);
    const probe = admit();
    assert.equal(breaker.admit(), undefined);
    probe.succeeded();
    assert.ok(breaker.admit() && breaker.admit());
    assert.deepEqual(told, ["upstream-busy 1000", "closed"]);
  });

  it("waits twice as long after each probe that fails, and half a minute at most", () => {
    fail("upstream-busy");
    for (const forMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      isOpenFor(forMs);
      fail("deadline");
    }
  });

  it("probes again at once when nobody waited for the probe's answer", () => {
    fail("upstream-busy");
    clock.advance(1_000);
    admit().released();
    assert.equal(breaker.mayAdmit, true);
  });

  for (const code of ["superseded", "busy", "too-large", "internal"] as const) {
    it(`probes again at once when the probe never reached the server: ${code}`, () => {
      fail("upstream-busy");
      clock.advance(1_000);
      fail(code);
      assert.equal(breaker.isClosed, false);
      assert.ok(breaker.admit());
      assert.equal(breaker.admit(), undefined);
    });
  }

  it("closes for an answer to what was asked before it opened, and does not open longer for a failure", () => {
    const [early, late] = [admit(), admit()];
    fail("upstream-busy");
    late.failed(failureOf("upstream-busy", 60_000));
    isOpenFor(1_000);
    early.succeeded();
    assert.ok(breaker.isClosed);
  });

  it("hears of each request once", () => {
    const permit = admit();
    permit.succeeded();
    permit.failed(failureOf("upstream-unauthorized"));
    assert.ok(breaker.isClosed);
  });

  it("is what it was said to be, whatever comes in whatever order", async (t) => {
    const code = fc.constantFrom(...Object.keys(effects)) as fc.Arbitrary<keyof typeof effects>;
    const step = fc.oneof(
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
      fc.record({ kind: fc.constant("ask" as const) }),
      fc.record({ kind: fc.constant("answer" as const), which: fc.nat(5) }),
      fc.record({ kind: fc.constant("leave" as const), which: fc.nat(5) }),
      fc.record({ kind: fc.constant("fail" as const), which: fc.nat(5), code }),
    );
    await holds(
      t,
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const time = new ManualClock();
        const real = new Breaker(time, { opened: () => undefined, closed: () => undefined });
        const model = new Model();
        const out: { permit: Permit; isProbe: boolean }[] = [];
        for (const each of steps) {
          if (each.kind === "wait") time.advance(each.ms);
          else if (each.kind === "ask") {
            const expected = model.ask(time.now());
            const permit = real.admit();
            assert.equal(permit !== undefined, expected !== "no");
            if (permit) out.push({ permit, isProbe: expected === "probe" });
          } else {
            const [taken] = out.splice(each.which % Math.max(1, out.length), 1);
            if (!taken) continue;
            if (each.kind === "answer") taken.permit.succeeded();
            else if (each.kind === "leave") taken.permit.released();
            else taken.permit.failed(failureOf(each.code));
            model.outcome(each, taken.isProbe, time.now());
          }
          assert.equal(real.mayAdmit, model.wouldAdmit(time.now()));
          assert.equal(real.isClosed, model.isClosed);
        }
        for (const { permit } of out) permit.released();
        time.advance(600_000);
        assert.ok(real.mayAdmit, "it never stays open for good");
      }),
      3_000,
    );
  });
});

/** What each failure does. */
const effects = {
  "upstream-down": "counts",
  deadline: "counts",
  "upstream-busy": "opens",
  "upstream-unauthorized": "opens for a minute",
  "upstream-refused": "proves it is there",
  busy: "says nothing",
  superseded: "says nothing",
} as const;

/** The same rules in other words: what has happened since it was last closed. */
class Model {
  #strikes = 0;
  #openings: number[] = [];
  #untilMs = 0;
  #isProbeOut = false;

  get isClosed(): boolean {
    return this.#openings.length === 0;
  }

  wouldAdmit(now: number): boolean {
    return this.isClosed || (!this.#isProbeOut && now >= this.#untilMs);
  }

  ask(now: number): "yes" | "probe" | "no" {
    if (!this.wouldAdmit(now)) return "no";
    if (this.isClosed) return "yes";
    this.#isProbeOut = true;
    return "probe";
  }

  outcome(
    step: { kind: "answer" } | { kind: "leave" } | { kind: "fail"; code: keyof typeof effects },
    isProbe: boolean,
    now: number,
  ): void {
    const own = { answer: "proves it is there", leave: "says nothing" } as const;
    const effect = step.kind === "fail" ? effects[step.code] : own[step.kind];
    const isProbeNow = isProbe && this.#isProbeOut;
    if (effect === "proves it is there") {
      this.#strikes = 0;
      this.#openings = [];
      this.#isProbeOut = false;
    } else if (effect === "says nothing") {
      if (isProbeNow) {
        this.#isProbeOut = false;
        this.#untilMs = now;
      }
    } else if (this.isClosed || isProbeNow) {
      if (this.isClosed && effect === "counts" && ++this.#strikes < 2) return;
      const forMs =
        effect === "opens for a minute"
          ? 60_000
          : Math.min(30_000, 1_000 * 2 ** this.#openings.length);
      this.#openings.push(now);
      this.#untilMs = now + forMs;
      this.#isProbeOut = false;
    }
  }
}
