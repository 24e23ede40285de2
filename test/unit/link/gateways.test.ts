import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import { Gateways } from "../../../src/link/gateways.ts";
import { quicker } from "../../../src/link/quicker.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("several gateways", () => {
  let clock: ManualClock;
  let gateways: Gateways;
  let addresses: string[];
  let dialers: Map<string, HandDialer>;
  /** Which dialers were told so since the last look, by address. */
  let words: string[];

  beforeEach(() => {
    words = [];
    clock = new ManualClock();
    addresses = ["a", "b", "c"];
    dialers = new Map(addresses.map((address) => [address, new HandDialer()]));
    gateways = new Gateways({
      clock,
      addresses: () => addresses,
      dialer: () => {
        let of = "";
        return {
          dial: (address, _token, signal) => at((of = address)).dial(signal),
          settle: () => words.push(`${of} settles`),
          dispose: () => words.push(`${of} ends`),
        };
      },
    });
  });

  const at = (address: string): HandDialer => dialers.get(address) ?? assert.fail(address);
  const counts = () => [...dialers.values()].map(({ dials }) => dials.length);
  const openCounts = () => [...dialers.values()].map(({ openCount }) => openCount);

  it("are dialled all at once, and the first that opens is used; the others are given up", async () => {
    const dial = gateways.dial("token", never);
    assert.deepEqual(counts(), [1, 1, 1]);
    at("b").last.connect();
    await dial;
    gateways.settle();
    assert.equal(gateways.used, "b");
    assert.deepEqual(
      ["a", "b", "c"].map((address) => at(address).last.signal.aborted),
      [true, false, true],
    );
  });

  it("are used and left when a socket is in use, not when one is opened", async () => {
    const open = async (address: string) => {
      const dial = gateways.dial("token", never);
      at(address).last.connect();
      (await dial).terminate();
    };
    await open("b");
    gateways.settle();
    assert.deepEqual(words.splice(0), ["a ends", "b settles", "c ends"]);
    await open("a");
    assert.equal(gateways.used, "b");
    assert.deepEqual(words, []);
    await open("c");
    gateways.settle();
    assert.equal(gateways.used, "c");
    assert.deepEqual(words, ["a ends", "b ends", "c settles"]);
  });

  it("keep no second socket, even if two open in the same turn or one late", async () => {
    const dial = gateways.dial("token", never);
    at("c").last.connect();
    at("a").last.connect();
    await dial;
    at("b").last.connect();
    await settled();
    gateways.settle();
    assert.equal(gateways.used, "c");
    assert.deepEqual(openCounts(), [0, 0, 1]);
  });

  it("are used as long as one of them opens", async () => {
    const dial = gateways.dial("token", never);
    at("a").last.fail("gateway-unreachable");
    at("b").last.fail("unauthorized");
    await settled();
    at("c").last.connect();
    await dial;
    gateways.settle();
    assert.equal(gateways.used, "c");
  });

  it("fail with what the first of the settings has met", async () => {
    const dial = gateways.dial("token", never);
    at("c").last.fail("unauthorized");
    at("b").last.fail("handshake-refused");
    at("a").last.fail("gateway-unreachable");
    await assert.rejects(dial, isFailure("gateway-unreachable"));
  });

  it("are all given up with the dial", async () => {
    const controller = new AbortController();
    const dial = gateways.dial("token", controller.signal);
    const reason = new Error("closing");
    controller.abort(reason);
    for (const { last } of dialers.values()) {
      assert.ok(last.signal.aborted);
      last.fail("link-lost");
    }
    await assert.rejects(dial, reason);
  });

  it("are dialled one alone where that is wanted, and all of them the next time", async () => {
    gateways.want("b");
    const dial = gateways.dial("token", never);
    assert.deepEqual(counts(), [0, 1, 0]);
    at("b").last.connect();
    await dial;
    void gateways.dial("token", never);
    assert.deepEqual(counts(), [1, 2, 1]);
  });

  it("are all dialled where the wanted one is no longer in the settings", () => {
    gateways.want("b");
    addresses = ["a", "c"];
    void gateways.dial("token", never);
    assert.deepEqual(counts(), [1, 0, 1]);
  });

  describe("in a survey", () => {
    beforeEach(async () => {
      const dial = gateways.dial("token", never);
      at("a").last.connect();
      await dial;
      gateways.settle();
      dialers = new Map(addresses.map((address) => [address, new HandDialer()]));
    });

    /** Answers each trial after the gateway's own time, as long as there are any. */
    async function answering(times: Readonly<Record<string, number | undefined>>): Promise<number> {
      let most = 0;
      for (let seen = 0; ; seen++) {
        await settled();
        const waiting = [...dialers].filter(([, { dials }]) =>
          dials.some((dial) => !dial.isSettled),
        );
        if (waiting.length === 0) return seen;
        most = Math.max(most, waiting.length);
        assert.equal(most, 1, "one trial at a time");
        const [address, dialer] = waiting[0] ?? assert.fail();
        const ms = times[address];
        if (ms === undefined) dialer.last.fail("gateway-unreachable");
        else {
          clock.advance(ms);
          dialer.last.connect();
        }
      }
    }

    it("are dialled in turn, five times each, and no socket is kept", async () => {
      const survey = gateways.survey("token", never);
      assert.equal(await answering({ a: 50, b: 20, c: 30 }), 15);
      assert.equal(await survey, "b");
      assert.deepEqual(openCounts(), [0, 0, 0]);
      assert.equal(gateways.used, "a", "nothing has moved yet");
    });

    it("stay as they are where none is clearly better", async () => {
      const survey = gateways.survey("token", never);
      await answering({ a: 50, b: 41, c: 200 });
      assert.equal(await survey, undefined);
    });

    it("are left out when they cannot be reached, and the one in use is left when it cannot", async () => {
      const survey = gateways.survey("token", never);
      assert.equal(await answering({ a: undefined, b: undefined, c: 90 }), 7);
      assert.equal(await survey, "c");
    });

    it("are left out when they do not answer within 5 s", async () => {
      const survey = gateways.survey("token", never);
      at("a").last.connect();
      await settled();
      clock.advance(4_999);
      assert.equal(at("b").last.signal.aborted, false);
      clock.advance(1);
      assert.equal(at("b").last.signal.aborted, true);
      at("b").last.fail("deadline");
      assert.equal(await answering({ a: 50, c: 30 }), 9);
      assert.equal(await survey, "c");
    });

    it("are not dialled where there is only one, or another one is used than the settings have", async () => {
      addresses = ["a"];
      assert.equal(await gateways.survey("token", never), undefined);
      addresses = ["b", "c"];
      assert.equal(await gateways.survey("token", never), undefined);
      assert.deepEqual(counts(), [0, 0, 0]);
    });
  });
});

describe("another gateway is clearly better", () => {
  const cases: readonly (readonly [string, number[], number[], boolean])[] = [
    ["by 20 % and 5 ms", [25], [20], true],
    ["not by less than 20 %", [100], [81], false],
    ["not by less than 5 ms", [10], [5.1], false],
    ["by its median, not by its best", [50, 50, 50], [1, 60, 60], false],
    ["by its median, whatever its worst", [50, 50, 50], [20, 20, 900], true],
    ["where the one in use was not reached", [], [500], true],
    ["not where it was never reached itself", [50], [], false],
  ];
  for (const [how, used, other, isBetter] of cases) {
    it(how, () => {
      const times = new Map([
        ["used", used],
        ["other", other],
      ]);
      assert.equal(quicker("used", times), isBetter ? "other" : undefined);
    });
  }

  it("and the best of several is taken", () => {
    const times = new Map([
      ["used", [90]],
      ["better", [50]],
      ["best", [30]],
    ]);
    assert.equal(quicker("used", times), "best");
  });
});
