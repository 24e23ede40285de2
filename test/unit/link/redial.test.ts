import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { AskedDocuments } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

describe("a persistent link whose gateway says welcome and goes", () => {
  let clock: ManualClock;
  let dialer: HandDialer;
  let link: PersistentLink;

  beforeEach(() => {
    clock = new ManualClock();
    dialer = new HandDialer();
    link = new PersistentLink(persistentParts(dialer, clock));
  });
  afterEach(async () => {
    link.dispose();
    await settled();
    assert.equal(clock.timerCount, 0);
  });

  /** Lets the gateway welcome the link, hold it for a time and go; returns the wait before the next dial. */
  async function waitAfter(heldMs: number): Promise<number> {
    dialer.last.greet();
    await settled();
    dialer.last.gateway.say({ kind: "pong", nonce: 1 });
    await settled();
    for (let at = 0; at < heldMs; at += 1_000) clock.advance(1_000);
    dialer.last.gateway.vanish();
    await settled();
    const { state } = link;
    assert.equal(state.kind, "waiting");
    clock.advance(state.retryMs);
    return state.retryMs;
  }

  it("dials ever later when it goes at once", async () => {
    const waits = [];
    for (let each = 0; each < 4; each++) waits.push(await waitAfter(0));
    assert.deepEqual(waits, [250, 500, 1_000, 2_000]);
  });

  it("names what went wrong also while it is being dialled again", async () => {
    await waitAfter(0);
    assert.equal(link.state.kind, "connecting");
    const pieces = link.complete(new AskedDocuments().ask(), new AbortController().signal);
    await assert.rejects(pieces.next(), /code 1006/);
  });

  it("leaves a full gateway alone for as long as that wants, and a little longer by chance", async () => {
    for (const [askedMs, waitMs] of [
      [5_000, 7_000],
      [20_000, 24_000],
      [86_400_000, 68_000],
    ] as const) {
      dialer.last.fail("busy", askedMs);
      await settled();
      assert.equal(link.state.kind === "waiting" && link.state.retryMs, waitMs);
      clock.advance(waitMs);
    }
  });

  it("dials soon again when it had held for 5 s", async () => {
    for (let each = 0; each < 3; each++) await waitAfter(0);
    assert.equal(await waitAfter(5_000), 250);
  });
});
