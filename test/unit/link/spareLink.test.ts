import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import type { PersistentLink } from "../../../src/link/persistentLink.ts";
import type { Dial, HandDialer } from "../../helpers/handDialer.ts";
import type { ManualClock } from "../../helpers/manualClock.ts";
import { textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";
import { answer, LinkStage } from "./linkStage.ts";

const never = new AbortController().signal;
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("a spare beside the link in use", () => {
  let stage: LinkStage;
  let clock: ManualClock;
  let dialer: HandDialer;
  let link: PersistentLink;

  beforeEach(async () => {
    stage = await LinkStage.open();
    ({ clock, dialer, link } = stage);
  });
  afterEach(() => stage.close());

  const dial = (number: number) => stage.dial(number);
  const asking = (on: Dial) => stage.asking(on);
  const kinds = () => stage.states.map(({ kind }) => kind);

  describe("while a request waits and a ping is not answered", () => {
    it("is dialled 1 s behind the ping, which is 0.1 s behind the request, and not before", async () => {
      await asking(dial(1));
      clock.advance(1_099);
      assert.equal(dialer.dials.length, 1);
      clock.advance(1);
      assert.equal(dialer.dials.length, 2);
      assert.equal(link.state.kind, "ready");
    });

    it("is dialled as soon behind a question of the chat", () => {
      const asked = link.chat("{}", never).next();
      asked.catch(() => undefined);
      clock.advance(1_099);
      assert.equal(dialer.dials.length, 1);
      clock.advance(1);
      assert.equal(dialer.dials.length, 2);
    });

    it("takes the link's place if it is ready first; what waited ends with link-lost", async () => {
      const { text } = await asking(dial(1));
      clock.advance(1_100);
      dial(2).greet();
      await assert.rejects(text, isFailure("link-lost"));
      await settled();
      assert.equal(dial(1).isOpen, false);
      assert.deepEqual(kinds(), ["ready"]);
      const again = await asking(dial(2));
      dial(2).gateway.say(...answer(1, "again"));
      assert.equal(await again.text, "again");
      assert.equal(link.connectionCount, 2);
    });

    it("is dropped if the link answers first, and what waited is answered", async () => {
      const { text } = await asking(dial(1));
      clock.advance(1_100);
      const gateway = dial(2).connect();
      await settled();
      stage.answerPings(dial(1));
      await gateway.end();
      dial(1).gateway.say(...answer(1, "late"));
      assert.equal(await text, "late");
      assert.equal(dialer.openCount, 1);
      assert.deepEqual(kinds(), []);
    });

    it("is ended when the dial brings it after the link has answered", async () => {
      await asking(dial(1));
      clock.advance(1_100);
      await settled();
      stage.answerPings(dial(1));
      await settled();
      assert.ok(dial(2).signal.aborted);
      dial(2).connect();
      await settled();
      assert.equal(dial(2).isOpen, false);
      assert.ok(dial(1).isOpen);
    });

    it("is the next link if the old one is held for dead first, and is not dialled twice", async () => {
      const { text } = await asking(dial(1));
      clock.advance(2_100);
      await assert.rejects(text, isFailure("link-lost"));
      assert.deepEqual(kinds(), ["connecting"]);
      dial(2).greet();
      await settled();
      assert.deepEqual(kinds(), ["connecting", "ready"]);
      assert.equal(dialer.dials.length, 2);
    });

    it("that comes to nothing is tried again while the link is suspect, and leaves it alone", async () => {
      const { text } = await asking(dial(1));
      clock.advance(1_100);
      dial(2).fail("gateway-unreachable");
      await settled();
      clock.advance(250);
      assert.equal(dialer.dials.length, 3);
      stage.answerPings(dial(1));
      await settled();
      dial(1).gateway.say(...answer(1, "fine"));
      assert.equal(await text, "fine");
      clock.advance(400);
      assert.equal(dialer.dials.length, 3);
      assert.deepEqual(kinds(), []);
    });
  });

  describe("when something speaks against the link", () => {
    it("is dialled at once, and the link is pinged", async () => {
      const pings = () => dial(1).gateway.received.filter(({ kind }) => kind === "ping").length;
      const before = pings();
      link.suspect();
      assert.equal(dialer.dials.length, 2);
      await dial(1).gateway.until(() => pings() === before + 1);
      assert.deepEqual(kinds(), []);
    });

    it("is dropped upon the link's answer, and takes its place without one", async () => {
      link.suspect();
      await settled();
      stage.answerPings(dial(1));
      await settled();
      assert.ok(dial(2).signal.aborted);
      clock.advance(600);
      link.suspect();
      dial(3).greet();
      await settled();
      assert.equal(dial(1).isOpen, false);
      assert.equal(dialer.openCount, 1);
      assert.equal(link.state.kind, "ready");
    });

    it("is dialled once, however often it is said in half a second", async () => {
      for (let each = 0; each < 10; each++) link.suspect();
      clock.advance(400);
      link.suspect();
      assert.equal(dialer.dials.length, 2);
      clock.advance(200);
      link.suspect();
      assert.equal(dialer.dials.length, 3, "a dial from before hangs where the network was");
      assert.ok(dial(2).signal.aborted);
      await settled();
    });

    it("lets an idle link that is dead be noticed after 2 s", async () => {
      link.suspect();
      dial(2).fail("gateway-unreachable");
      clock.advance(2_000);
      await settled();
      assert.equal(dial(1).isOpen, false);
      assert.equal(link.state.kind === "ready", false);
    });

    it("ends the wait for a dial at once, even after a refusal", async () => {
      dial(1).gateway.close(4401);
      await settled();
      assert.equal(link.state.kind, "refused");
      link.suspect();
      assert.equal(dialer.dials.length, 2);
      dial(2).fail("gateway-unreachable");
      await settled();
      clock.advance(200);
      link.suspect();
      assert.equal(dialer.dials.length, 2);
      clock.advance(300);
      assert.equal(dialer.dials.length, 3);
    });
  });

  describe("somebody who waits", () => {
    it("lets a lost link be dialled at once, but twice a second at most", async () => {
      dial(1).gateway.vanish();
      await settled();
      const waiting = link.ready(never);
      waiting.catch(() => undefined);
      assert.equal(dialer.dials.length, 2);
      for (let failures = 1; failures <= 6; failures++) {
        dialer.last.fail("gateway-unreachable");
        await settled();
        clock.advance(500);
        assert.equal(dialer.dials.length, 2 + failures, "without more and more waiting");
      }
    });

    it("is also one who asks while it waits for its next dial", async () => {
      for (let failures = 1; failures <= 5; failures++) {
        if (failures === 1) dial(1).gateway.vanish();
        else dialer.last.fail("gateway-unreachable");
        await settled();
        clock.advance(failures === 1 ? 250 : 250 * 2 ** (failures - 1));
      }
      dialer.last.fail("gateway-unreachable");
      await settled();
      const before = dialer.dials.length;
      clock.advance(600);
      assert.equal(dialer.dials.length, before);
      await assert.rejects(
        textOf(link.complete(stage.asked.ask(), never)),
        isFailure("gateway-unreachable"),
      );
      assert.equal(dialer.dials.length, before + 1);
    });

    for (const code of [1013, 4400, 4401] as const) {
      it(`does not bring the dial forward after close code ${code}`, async () => {
        dial(1).gateway.close(code);
        await settled();
        await assert.rejects(textOf(link.complete(stage.asked.ask(), never)), Failure);
        clock.advance(999);
        assert.equal(dialer.dials.length, 1);
      });
    }
  });

  describe("that leads to a better place", () => {
    it("takes over when it is ready, and what is open ends where it is", async () => {
      const { text } = await asking(dial(1));
      link.move();
      assert.equal(dialer.dials.length, 2);
      dial(2).greet();
      await settled();
      const again = await asking(dial(2));
      dial(1).gateway.say(...answer(1, "old"));
      dial(2).gateway.say(...answer(1, "new"));
      assert.deepEqual([await text, await again.text], ["old", "new"]);
      await settled();
      assert.equal(dial(1).isOpen, false);
      assert.deepEqual(kinds(), ["ready"]);
    });

    it("that cannot be opened changes nothing, and is not tried again", async () => {
      link.move();
      dial(2).fail("gateway-unreachable");
      await settled();
      clock.advance(2_000);
      assert.equal(dialer.dials.length, 2);
      assert.deepEqual(kinds(), []);
      assert.ok(dial(1).isOpen);
    });

    it("is the next link when the one in use is lost meanwhile", async () => {
      link.move();
      dial(1).gateway.close(1001);
      await settled();
      dial(2).greet();
      await settled();
      assert.deepEqual(kinds(), ["connecting", "ready"]);
      assert.equal(dialer.dials.length, 2);
    });

    it("is not dialled beside another spare, or without a link", async () => {
      link.move();
      link.move();
      assert.equal(dialer.dials.length, 2);
      link.dispose();
      link.move();
      await settled();
      assert.equal(dialer.dials.length, 2);
    });
  });
});
