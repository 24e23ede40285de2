import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import { type LinkState } from "../../../src/link/linkState.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { type Dial, HandDialer } from "../../helpers/handDialer.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { aRequest, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("persistent link", () => {
  let clock: ManualClock;
  let dialer: HandDialer;
  let link: PersistentLink;
  let states: LinkState["kind"][];
  let random: number;

  beforeEach(() => {
    clock = new ManualClock();
    dialer = new HandDialer();
    states = [];
    random = 1;
    link = new PersistentLink({ dial: dialer.dial, clock, random: () => random, client: "test/1" });
    link.onState((state) => states.push(state.kind));
  });
  afterEach(async () => {
    link.dispose();
    await settled();
    assert.equal(dialer.openCount, 0);
    assert.equal(clock.timerCount, 0);
  });

  function retryMs(): number {
    const now = state();
    return now.kind === "waiting" ? now.retryMs : Number.NaN;
  }

  async function until(kind: LinkState["kind"]): Promise<void> {
    const there = Promise.withResolvers<undefined>();
    const listener = link.onState((state) => {
      if (state.kind === kind) there.resolve(undefined);
    });
    if (link.state.kind !== kind) await there.promise;
    listener.dispose();
  }

  async function ready(): Promise<void> {
    dialer.last.greet();
    await until("ready");
  }

  /** The state now; asked through a function, since the compiler takes the first answer for the last one. */
  const state = (): LinkState => link.state;

  /** Lets the current dial fail, and returns how long the link waits before the next. */
  async function retryAfter(code: FailureCode): Promise<number> {
    dialer.last.fail(code);
    await until("waiting");
    return retryMs();
  }

  it("dials at once and is ready when the gateway has said welcome", async () => {
    assert.equal(link.state.kind, "connecting");
    assert.equal(dialer.dials.length, 1);
    const gateway = dialer.last.connect();
    await gateway.messages(1);
    assert.equal(link.state.kind, "connecting");
    await ready();
    const now = state();
    assert.equal(now.kind === "ready" && now.welcome.upstream, "a model");
    assert.equal(link.connectionCount, 1);
  });

  it("answers requests over its one link", async () => {
    await ready();
    const answer = textOf(link.complete(aRequest(), never));
    await dialer.last.gateway.until(() =>
      dialer.last.gateway.received.some(({ kind }) => kind === "complete"),
    );
    dialer.last.gateway.say(
      { kind: "text", stream: 1, origin: "draft", text: "fine" },
      { kind: "end", stream: 1, timings: { totalMs: 1, draftMs: 1, firstRemoteMs: undefined } },
    );
    assert.equal(await answer, "fine");
  });

  describe("without a link", () => {
    const throwsAtOnce = (code: FailureCode) =>
      assert.rejects(link.complete(aRequest(), never).next(), isFailure(code));

    it("throws at once while it dials and shakes hands", async () => {
      await throwsAtOnce("link-lost");
      dialer.last.connect();
      await settled();
      await throwsAtOnce("link-lost");
    });

    it("throws what went wrong while it waits and after a refusal", async () => {
      await retryAfter("gateway-unreachable");
      await throwsAtOnce("gateway-unreachable");
      clock.advance(100);
      dialer.last.fail("unauthorized");
      await until("refused");
      await throwsAtOnce("unauthorized");
    });

    it("throws after its disposal", async () => {
      await ready();
      link.dispose();
      await throwsAtOnce("link-lost");
    });
  });

  describe("dials again", () => {
    it("after twice the time for each failure in a row, up to 10 s", async () => {
      const waits: number[] = [];
      for (let each = 0; each < 10; each++) {
        waits.push(await retryAfter("gateway-unreachable"));
        clock.advance((waits.at(-1) ?? 0) - 1);
        assert.equal(dialer.dials.length, each + 1);
        clock.advance(1);
        assert.equal(dialer.dials.length, each + 2);
      }
      const doubled = [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000];
      assert.deepEqual(waits, doubled);
    });

    it("still after a thousand failures", async () => {
      for (let each = 0; each < 1_100; each++) {
        const waitMs = await retryAfter("gateway-unreachable");
        assert.ok(waitMs <= 10_000);
        clock.advance(waitMs);
      }
    });

    it("after between half of that time and all of it, by chance", async () => {
      random = 0;
      assert.equal(await retryAfter("gateway-unreachable"), 50);
      clock.advance(50);
      random = 0.5;
      assert.equal(await retryAfter("gateway-unreachable"), 150);
    });

    for (const [code, what] of [
      [1013, "a gateway that is full or finds it too slow"],
      [4400, "a protocol failure"],
    ] as const) {
      it(`later after ${what}, even if it had been ready`, async () => {
        await ready();
        dialer.last.gateway.close(code);
        await until("waiting");
        assert.ok(retryMs() >= 1_000);
        clock.advance(retryMs());
        assert.equal(dialer.dials.length, 2);
      });
    }

    it("when the link is lost, and not before it is", async () => {
      await ready();
      const answer = textOf(link.complete(aRequest(), never));
      dialer.last.gateway.vanish();
      await assert.rejects(answer, isFailure("link-lost"));
      assert.equal(link.state.kind, "waiting");
      assert.equal(dialer.dials.length, 1);
      clock.advance(100);
      await ready();
      assert.equal(link.connectionCount, 2);
      assert.deepEqual(states, ["ready", "waiting", "connecting", "ready"]);
    });

    it("when the handshake is not answered, or the socket goes before it is", async () => {
      dialer.last.connect();
      await settled();
      clock.advance(5_000);
      await until("waiting");
      clock.advance(100);
      dialer.last.connect().vanish();
      await settled();
      await until("waiting");
      clock.advance(200);
      await ready();
    });

    it("after 10 s when a dial comes to no end, and ends a socket it brings later", async () => {
      const [stuck] = dialer.dials;
      clock.advance(9_999);
      assert.equal(link.state.kind, "connecting");
      clock.advance(1);
      await until("waiting");
      const now = state();
      assert.equal(now.kind === "waiting" && now.failure.code, "gateway-unreachable");
      assert.ok(stuck?.signal.aborted);
      clock.advance(100);
      await ready();
      stuck.connect();
      await settled();
      assert.equal(stuck.isOpen, false);
      assert.equal(dialer.openCount, 1);
      assert.equal(link.state.kind, "ready");
    });
  });

  describe("when it is refused", () => {
    for (const code of ["unauthorized", "handshake-refused"] as const) {
      it(`dials again after a minute, or when it is told to: ${code}`, async () => {
        dialer.last.fail(code);
        await until("refused");
        clock.advance(59_999);
        assert.equal(dialer.dials.length, 1);
        clock.advance(1);
        assert.equal(dialer.dials.length, 2);
        const now = state();
        assert.equal(now.kind === "connecting" && now.after?.code, code);
        dialer.last.fail(code);
        await until("refused");
        link.reconnect();
        await ready();
      });
    }

    it("is so after close code 4406 too", async () => {
      dialer.last.connect().close(4406);
      await until("refused");
      clock.advance(59_999);
      assert.equal(dialer.dials.length, 1);
    });
  });

  const stages: Readonly<Record<string, () => Promise<unknown>>> = {
    dialling: () => Promise.resolve(),
    "shaking hands": () => {
      dialer.last.connect();
      return settled();
    },
    ready: () => ready(),
    waiting: () => retryAfter("gateway-unreachable"),
    refused: () => {
      dialer.last.fail("unauthorized");
      return until("refused");
    },
  };
  for (const [stage, reach] of Object.entries(stages)) {
    it(`is closed for good by a disposal while ${stage}`, async () => {
      await reach();
      const first = dialer.last;
      link.dispose();
      link.dispose();
      link.reconnect();
      if (!first.isSettled) first.connect();
      clock.advance(3_600_000);
      await settled();
      assert.equal(link.state.kind, "closed");
      assert.equal(states.filter((kind) => kind === "closed").length, 1);
      assert.equal(dialer.dials.length, 1);
      assert.equal(dialer.openCount, 0);
    });

    it(`dials anew upon reconnect while ${stage}, and drops what there was`, async () => {
      await reach();
      const first = dialer.last;
      link.reconnect();
      assert.equal(link.state.kind, "connecting");
      assert.equal(dialer.dials.length, 2);
      if (!first.isSettled) first.connect();
      await ready();
      clock.advance(4_000);
      await settled();
      assert.equal(dialer.openCount, 1);
      assert.ok(dialer.last.isOpen);
      assert.equal(dialer.dials.length, 2);
      assert.equal(link.state.kind, "ready");
    });
  }

  it("does not dial for someone who disposes it while hearing that it connects", async () => {
    await retryAfter("gateway-unreachable");
    link.onState((state) => {
      if (state.kind === "connecting") link.dispose();
    });
    clock.advance(100);
    await settled();
    for (const dial of dialer.dials) if (!dial.isSettled) dial.greet();
    await settled();
    assert.equal(link.state.kind, "closed");
    assert.equal(dialer.openCount, 0);
  });

  /** Lets one thing happen to the last dial or, less often, to an earlier one. */
  function happen(chance: () => number): void {
    const any = dialer.dials[Math.floor(chance() * dialer.dials.length)];
    const dial = chance() < 0.3 && any ? any : dialer.last;
    const act = chance();
    if (!dial.isSettled) settle(dial, act);
    else if (act < 0.2) link.reconnect();
    else if (act < 0.4 && dial.isOpen) dial.gateway.vanish();
    else if (act < 0.45 && dial.isOpen) dial.gateway.close(4400);
    else clock.advance(chance() * 12_000);
  }

  function settle(dial: Dial, act: number): void {
    if (act < 0.5) dial.greet();
    else if (act < 0.6) dial.connect();
    else dial.fail(act < 0.95 ? "gateway-unreachable" : "unauthorized");
  }

  it("holds one socket at most, whatever happens in whatever order", async (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const chance = seededRandom(seed);
    for (let step = 0; step < 2_000; step++) {
      happen(chance);
      if (chance() < 0.5 || dialer.openCount > 1) await settled(); // what was dropped hears of it later
      assert.ok(dialer.openCount <= 1, `${dialer.openCount} sockets, seed ${seed}, step ${step}`);
    }
    assert.ok(dialer.dials.length > 100);
  });
});
