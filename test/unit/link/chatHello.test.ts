import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { FrameHandlers } from "../../../src/link/frameSocket.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { encodeServerMessage } from "../../../src/wire/codec.ts";
import { ChatReader } from "../../helpers/chatWorld.ts";
import { type GatewayPeer, welcome } from "../../helpers/framePeer.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

/** What a client's hello says of its chats, by what the gateway has heard. */
function said({ received }: GatewayPeer) {
  const [hello] = received;
  assert.ok(hello?.kind === "hello");
  return { session: hello.session, resume: hello.resume };
}

describe("the hello of a client", () => {
  const session = "the-session";
  const nothing = { session: "", resume: [] };
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

  /** The gateway takes the last dial and the client says hello. */
  async function greeted(resumed: readonly boolean[]): Promise<GatewayPeer> {
    const gateway = dialer.last.connect();
    await gateway.messages(1);
    gateway.say({ ...welcome, session, resumed });
    await settled();
    assert.equal(link.state.kind, "ready");
    return gateway;
  }

  async function lost(gateway: GatewayPeer): Promise<void> {
    gateway.vanish();
    await settled();
    clock.advance(2_000);
  }

  it("names no session where no chat runs, whatever session the last welcome gave", async () => {
    const first = await greeted([]);
    assert.deepEqual(said(first), nothing);
    await lost(first);
    assert.deepEqual(said(await greeted([])), nothing);
  });

  it("names no session beside a link that is still there and has no chat any more", async () => {
    const first = await greeted([]);
    const reader = new ChatReader(link, "{}");
    await first.until(() => first.received.some(({ kind }) => kind === "chat"));
    reader.abort.abort();
    await reader.done;
    clock.advance(500);
    link.suspect();
    assert.equal(dialer.dials.length, 2);
    assert.deepEqual(said(await greeted([])), nothing);
  });

  it("names the session and its chat while one runs, and only the session when that was given up since", async () => {
    const first = await greeted([]);
    const reader = new ChatReader(link, "{}");
    await first.until(() => first.received.some(({ kind }) => kind === "chat"));
    await lost(first);
    const second = await greeted([true]);
    const resume = [{ stream: 1, receivedBytes: 0, takenBytes: 0 }];
    assert.deepEqual(said(second), { session, resume });
    reader.abort.abort();
    await reader.done;
    await lost(second); // perhaps before it has heard of that
    const third = await greeted([]);
    assert.deepEqual(said(third), { session, resume: [] });
    await lost(third);
    assert.deepEqual(said(await greeted([])), nothing);
  });

  it("leaves chats to the link beside it where its welcome and its end come in one turn", async () => {
    const first = await greeted([]);
    clock.advance(1_000);
    link.move();
    const [, spare] = dialer.dials;
    assert.ok(spare);
    let handlers: FrameHandlers | undefined;
    spare.open({
      unsentBytes: 0,
      send: () => undefined,
      close: () => undefined,
      terminate: () => undefined,
      listen: (given) => {
        handlers = given;
      },
    });
    await settled();
    handlers?.frame(encodeServerMessage({ ...welcome, session: "the spare's" }));
    handlers?.closed(1001, "the gateway is going away");
    await settled();
    assert.equal(link.state.kind, "ready");
    const reader = new ChatReader(link, "{}");
    await first.until(() => first.received.some(({ kind }) => kind === "chat"));
    await lost(first);
    const next = dialer.last.connect();
    await next.messages(1);
    const resume = [{ stream: 1, receivedBytes: 0, takenBytes: 0 }];
    assert.deepEqual(said(next), { session, resume });
    reader.abort.abort();
    await reader.done;
  });
});
