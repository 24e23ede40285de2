import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import type { PersistentLink } from "../../../src/link/persistentLink.ts";
import type { Dial, HandDialer } from "../../helpers/handDialer.ts";
import type { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";
import { answer, LinkStage } from "./linkStage.ts";

const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("a spare while the gateway goes away", () => {
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

  const goAway = async () => {
    dial(1).gateway.say({ kind: "goAway" });
    await settled();
  };

  it("is dialled at once; what is asked till it is ready goes over the old link", async () => {
    await goAway();
    assert.equal(dialer.dials.length, 2);
    const { text } = await asking(dial(1));
    dial(1).gateway.say(...answer(1, "still here"));
    assert.equal(await text, "still here");
    assert.ok(dial(1).isOpen);
    assert.deepEqual(kinds(), []);
  });

  it("takes what is asked next, and the old link is left when its last stream has ended", async () => {
    const [first, second] = [await asking(dial(1)), await asking(dial(1))];
    await goAway();
    dial(2).greet();
    await settled();
    const third = await asking(dial(2));
    dial(1).gateway.say(...answer(2, "second"));
    assert.equal(await second.text, "second");
    assert.ok(dial(1).isOpen);
    dial(1).gateway.say(...answer(1, "first"));
    assert.equal(await first.text, "first");
    assert.equal((await dial(1).gateway.end()).code, 1000);
    dial(2).gateway.say(...answer(1, "third"));
    assert.equal(await third.text, "third");
    assert.deepEqual(kinds(), ["ready"]);
    assert.equal(dialer.dials.length, 2);
  });

  it("lets an idle old link be left at once", async () => {
    await goAway();
    dial(2).greet();
    assert.equal((await dial(1).gateway.end()).code, 1000);
    assert.equal(dialer.openCount, 1);
  });

  it("is dialled again and again while the old link holds, and is the next one when it ends", async () => {
    await goAway();
    dial(2).fail("gateway-unreachable");
    await settled();
    clock.advance(250);
    dial(3).fail("gateway-unreachable");
    await settled();
    assert.deepEqual(kinds(), []);
    dial(1).gateway.close(1001);
    await settled();
    assert.equal(link.state.kind, "waiting");
    clock.advance(500);
    dial(4).greet();
    await settled();
    assert.deepEqual(kinds(), ["waiting", "connecting", "ready"]);
  });

  it("that is refused is what people see once the old link has ended", async () => {
    await goAway();
    dial(2).fail("unauthorized");
    await settled();
    assert.deepEqual(kinds(), []);
    dial(1).gateway.close(1001);
    await settled();
    const last = stage.states.at(-1);
    assert.equal(last?.kind === "refused" && last.failure.code, "unauthorized");
  });

  it("is not gone on with when the old link's end is a refusal", async () => {
    await goAway();
    dial(1).gateway.close(4401);
    await settled();
    assert.equal(link.state.kind, "refused");
    assert.ok(dial(2).signal.aborted);
    clock.advance(59_000);
    assert.equal(dialer.dials.length, 2);
  });

  it("goes on after a link whose gateway goes in the same breath as it welcomes", async () => {
    await goAway();
    for (const waitMs of [250, 500, 1_000]) {
      const before = dialer.dials.length;
      dialer.last.greet();
      dialer.last.gateway.say({ kind: "goAway" });
      await settled();
      clock.advance(waitMs - 1);
      assert.equal(dialer.dials.length, before, "not without a pause");
      clock.advance(1);
      assert.equal(dialer.dials.length, before + 1);
    }
    assert.equal(link.state.kind, "ready");
  });

  it("leaves nothing open when all is closed while the old link is being left", async () => {
    const { text } = await asking(dial(1));
    await goAway();
    dial(2).greet();
    await settled();
    assert.equal(dialer.openCount, 2);
    link.dispose();
    await assert.rejects(text, isFailure("link-lost"));
  });

  it("ends the streams of the old link with link-lost when that dies while it is left", async () => {
    const { text } = await asking(dial(1));
    await goAway();
    dial(2).greet();
    await settled();
    dial(1).gateway.vanish();
    await assert.rejects(text, isFailure("link-lost"));
    assert.deepEqual(kinds(), ["ready"]);
    assert.equal(dialer.openCount, 1);
  });
});
