import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import type { LinkState } from "../../../src/link/linkState.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { isAsk } from "../../helpers/framePeer.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("persistent link", () => {
  let clock: ManualClock;
  let dialer: HandDialer;
  let asked: AskedDocuments;
  let link: PersistentLink;
  let states: LinkState["kind"][];
  let random: number;

  beforeEach(() => {
    clock = new ManualClock();
    dialer = new HandDialer();
    states = [];
    random = 1;
    asked = new AskedDocuments();
    link = new PersistentLink({
      ...persistentParts(dialer, clock, asked),
      random: () => random,
    });
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
    const answer = textOf(link.complete(asked.ask(), never));
    await dialer.last.gateway.until(() => dialer.last.gateway.received.some(isAsk));
    dialer.last.gateway.say(
      { kind: "text", stream: 1, origin: "draft", text: "fine" },
      { kind: "end", stream: 1, timings: { totalMs: 1, draftMs: 1, firstRemoteMs: undefined } },
    );
    assert.equal(await answer, "fine");
  });

  describe("without a link", () => {
    const throwsAtOnce = (code: FailureCode) =>
      assert.rejects(link.complete(asked.ask(), never).next(), isFailure(code));

    it("throws at once while it dials and shakes hands", async () => {
      await throwsAtOnce("link-lost");
      dialer.last.connect();
      await settled();
      await throwsAtOnce("link-lost");
    });

    it("throws what went wrong while it waits and after a refusal", async () => {
      await retryAfter("gateway-unreachable");
      await throwsAtOnce("gateway-unreachable");
      clock.advance(500);
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
    it("after twice the time for each failure in a row, up to 30 s", async () => {
      const waits: number[] = [];
      for (let each = 0; each < 10; each++) {
        waits.push(await retryAfter("gateway-unreachable"));
        clock.advance((waits.at(-1) ?? 0) - 1);
        assert.equal(dialer.dials.length, each + 1);
        clock.advance(1);
        assert.equal(dialer.dials.length, each + 2);
      }
      const doubled = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];
      assert.deepEqual(waits, doubled);
    });

    it("still after a thousand failures", async () => {
      for (let each = 0; each < 1_100; each++) {
        const waitMs = await retryAfter("gateway-unreachable");
        assert.ok(waitMs <= 30_000);
        clock.advance(waitMs);
      }
    });

    it("after between nothing and all of that time, by chance", async () => {
      random = 0;
      assert.equal(await retryAfter("gateway-unreachable"), 0);
      clock.advance(0);
      random = 0.5;
      assert.equal(await retryAfter("gateway-unreachable"), 250);
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
      const answer = textOf(link.complete(asked.ask(), never));
      dialer.last.gateway.vanish();
      await assert.rejects(answer, isFailure("link-lost"));
      assert.equal(link.state.kind, "waiting");
      assert.equal(dialer.dials.length, 1);
      clock.advance(250);
      await ready();
      assert.equal(link.connectionCount, 2);
      assert.deepEqual(states, ["ready", "waiting", "connecting", "ready"]);
    });

    it("when the handshake is not answered, or the socket goes before it is", async () => {
      dialer.last.connect();
      await settled();
      clock.advance(5_000);
      await until("waiting");
      clock.advance(250);
      dialer.last.connect().vanish();
      await settled();
      await until("waiting");
      clock.advance(500);
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
      clock.advance(250);
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

    for (const code of [4401, 4406] as const) {
      it(`is so after close code ${code} too, and shows why`, async () => {
        if (code === 4401) await ready();
        else dialer.last.connect();
        dialer.last.gateway.close(code);
        await until("refused");
        const now = state();
        const expected = code === 4401 ? "unauthorized" : "handshake-refused";
        assert.equal(now.kind === "refused" && now.failure.code, expected);
        await assert.rejects(link.complete(asked.ask(), never).next(), isFailure(expected));
        clock.advance(59_999);
        assert.equal(dialer.dials.length, 1);
      });
    }
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
    clock.advance(250);
    await settled();
    for (const dial of dialer.dials) if (!dial.isSettled) dial.greet();
    await settled();
    assert.equal(link.state.kind, "closed");
    assert.equal(dialer.openCount, 0);
  });
});
