import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import { ClientLink } from "../../src/link/clientLink.ts";
import { maxFrameBytes } from "../../src/wire/limits.ts";
import { type Piece, type ServerMessage } from "../../src/wire/messages.ts";
import { type GatewayPeer, gatewayPeer, welcome } from "./framePeer.ts";
import { ManualClock } from "./manualClock.ts";
import { aRequest, textOf } from "./requests.ts";
import { settled } from "./settled.ts";
import { type MakePair, type SocketPair } from "./socketPairs.ts";

const timings = { totalMs: 3, draftMs: 0.2, firstRemoteMs: undefined };
const text = (stream: number, words: string): ServerMessage => ({
  kind: "text",
  stream,
  origin: "draft",
  text: words,
});
const end = (stream: number): ServerMessage => ({ kind: "end", stream, timings });
const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

/** What the client's end of a link must do, told by a gateway that only knows frames. */
export function describeClientEnd(makePair: MakePair): void {
  const never = new AbortController().signal;
  let pair: SocketPair;
  let gateway: GatewayPeer;
  let clock: ManualClock;
  let link: ClientLink;
  let failures: Failure[];

  beforeEach(async () => {
    clock = new ManualClock();
    const ended: Failure[] = (failures = []);
    pair = await makePair();
    gateway = gatewayPeer(pair.server);
    link = new ClientLink({
      socket: pair.client,
      clock,
      client: "test/1",
      onEnded: (failure) => ended.push(failure),
    });
  });
  afterEach(() => {
    link.dispose();
    pair.dispose();
    assert.equal(clock.timerCount, 0);
  });

  async function open(): Promise<void> {
    gateway.say(welcome);
    await link.welcome;
  }

  /** Asks, and waits until the gateway has the request. */
  async function ask(signal: AbortSignal = never): Promise<AsyncGenerator<Piece>> {
    const before = countOf("complete");
    const pieces = link.complete(aRequest(), signal);
    const first = pieces.next();
    await gateway.until(() => countOf("complete") > before);
    first.catch(() => undefined); // whoever reads on hears of it
    return goOn(first, pieces);
  }

  const countOf = (kind: string): number =>
    gateway.received.filter((message) => message.kind === kind).length;

  async function assertEnded(code: FailureCode): Promise<void> {
    await assert.rejects(textOf(link.complete(aRequest(), never)), isFailure(code));
    assert.deepEqual(
      failures.map((failure) => failure.code),
      [code],
    );
  }

  it("does not speak with a gateway that answers in another version", async () => {
    gateway.say({ ...welcome, protocolVersion: 2 });
    await assert.rejects(link.welcome, isFailure("handshake-refused"));
    await assertEnded("handshake-refused");
  });

  it("says hello first and nothing more before the welcome", async () => {
    await gateway.messages(1);
    assert.deepEqual(gateway.received, [{ kind: "hello", protocolVersion: 1, client: "test/1" }]);
    await assert.rejects(textOf(link.complete(aRequest(), never)), isFailure("link-lost"));
    await settled();
    assert.equal(gateway.received.length, 1);
  });

  it("tells what the gateway said in its welcome, and measures the round trip at once", async () => {
    await open();
    assert.equal((await link.welcome).upstream, "a model");
    await gateway.until(() => countOf("ping") === 1);
    const ping = gateway.received.find((message) => message.kind === "ping");
    clock.advance(7);
    gateway.say({ kind: "pong", nonce: ping?.nonce ?? 0 });
    await arrived();
    assert.equal(link.roundTripMs, 7);
  });

  it("gives up when there is no welcome after 5 s", async () => {
    clock.advance(5_000);
    await assert.rejects(link.welcome, isFailure("gateway-unreachable"));
    await assertEnded("gateway-unreachable");
    await gateway.end();
  });

  it("numbers its streams one after the other and gives each its own answer", async () => {
    await open();
    const answers = [await ask(), await ask(), await ask()].map(textOf);
    gateway.say(text(3, "c"), text(1, "a"), text(2, "b"), text(1, "A"), end(2), end(1), end(3));
    assert.deepEqual(await Promise.all(answers), ["aA", "b", "c"]);
    const streams = gateway.received.flatMap((m) => (m.kind === "complete" ? [m.stream] : []));
    assert.deepEqual(streams, [1, 2, 3]);
  });

  it("gives texts as they come, with their origin, and the times of the end last", async () => {
    await open();
    const pieces = await ask();
    gateway.say(text(1, "draft"));
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "draft", text: "draft" });
    gateway.say({ kind: "text", stream: 1, origin: "remote", text: "more" }, end(1));
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "remote", text: "more" });
    assert.deepEqual(await valueOf(pieces), { kind: "end", timings });
    assert.ok((await pieces.next()).done);
  });

  it("throws what the gateway says has failed, after the texts before it", async () => {
    await open();
    const pieces = await ask();
    gateway.say(text(1, "draft"), { kind: "failed", stream: 1, code: "busy", detail: "Later." });
    assert.deepEqual(await valueOf(pieces), { kind: "text", origin: "draft", text: "draft" });
    await assert.rejects(pieces.next(), { code: "busy", message: "Later." });
    assert.deepEqual(failures, []);
  });

  describe("a cancelled stream", () => {
    it("ends with the reason at once, and the gateway is told once", async () => {
      await open();
      const controller = new AbortController();
      const pieces = await ask(controller.signal);
      gateway.say(text(1, "shown"));
      await valueOf(pieces);
      const rest = textOf(pieces);
      controller.abort(new Error("typed on"));
      await assert.rejects(rest, /typed on/);
      await gateway.until(() => countOf("cancel") === 1);
      assert.equal(countOf("cancel"), 1);
    });

    it("shows nothing of what had come and not been read, ended or not", async () => {
      await open();
      for (const isEnded of [false, true]) {
        const controller = new AbortController();
        const pieces = await ask(controller.signal);
        const stream = countOf("complete");
        gateway.say(text(stream, "read"), text(stream, "unread"));
        if (isEnded) gateway.say(end(stream));
        await valueOf(pieces);
        await arrived();
        controller.abort(new Error("typed on"));
        await assert.rejects(pieces.next(), /typed on/);
      }
    });

    it("hears nothing more of its answer, and the link goes on", async () => {
      await open();
      const controller = new AbortController();
      const pieces = await ask(controller.signal);
      controller.abort(new Error("typed on"));
      await assert.rejects(pieces.next(), /typed on/);
      gateway.say(text(1, "late"), { kind: "cancelled", stream: 1 });
      const next = textOf(await ask());
      gateway.say(text(2, "next"), end(2));
      assert.equal(await next, "next");
    });

    it("is not even asked for when the signal has fired before", async () => {
      await open();
      const pieces = link.complete(aRequest(), AbortSignal.abort(new Error("typed on")));
      await assert.rejects(pieces.next(), /typed on/);
      await arrived();
      assert.equal(countOf("complete"), 1); // the one of arrived()
    });

    it("is also one whose reader stopped reading", async () => {
      await open();
      const pieces = await ask();
      gateway.say(text(1, "enough"));
      await valueOf(pieces);
      await pieces.return(undefined);
      await gateway.until(() => countOf("cancel") === 1);
    });

    it("is not cancelled again once it has ended", async () => {
      await open();
      const controller = new AbortController();
      const answer = textOf(await ask(controller.signal));
      gateway.say(end(1));
      await answer;
      controller.abort();
      await arrived();
      assert.equal(countOf("cancel"), 0);
    });
  });

  const wrong: readonly (readonly [string, readonly ServerMessage[]])[] = [
    ["a text of a stream that was never opened", [text(2, "what?")]],
    ["an end of stream 0", [end(0)]],
    ["a second welcome", [welcome]],
  ];
  for (const [name, messages] of wrong) {
    it(`ends the link upon ${name}`, async () => {
      await open();
      const answer = textOf(await ask());
      gateway.say(...messages);
      await assert.rejects(answer, isFailure("link-lost"));
      await gateway.end();
      await assertEnded("protocol");
    });
  }

  it("ends the link upon anything before the welcome", async () => {
    gateway.say({ kind: "pong", nonce: 1 });
    await assert.rejects(link.welcome, isFailure("protocol"));
    await assertEnded("protocol");
  });

  it("ends the link upon a frame that is none", async () => {
    await open();
    gateway.sayBytes(Buffer.of(0x83, 0x01));
    await gateway.end();
    await assertEnded("protocol");
  });

  it("fails a stream that was cancelled by nobody", async () => {
    await open();
    const answer = textOf(await ask());
    gateway.say({ kind: "cancelled", stream: 1 });
    await assert.rejects(answer, isFailure("protocol"));
    assert.deepEqual(failures, []);
  });

  it("refuses a request that no frame can carry, and stays in step with the gateway", async () => {
    await open();
    const huge = aRequest({ before: "x".repeat(maxFrameBytes) });
    await assert.rejects(textOf(link.complete(huge, never)), isFailure("too-large"));
    const odd = aRequest({ documentVersion: -1 });
    await assert.rejects(textOf(link.complete(odd, never)), RangeError);
    const answer = textOf(await ask());
    gateway.say(text(1, "fine"), end(1));
    assert.equal(await answer, "fine");
  });

  it("fails every open stream with link-lost when the connection breaks, once", async () => {
    await open();
    const answers = [await ask(), await ask(), await ask()].map(textOf);
    gateway.say(text(1, "begun"));
    pair.cut();
    for (const result of await Promise.allSettled(answers)) {
      assert.ok(result.status === "rejected" && isFailure("link-lost")(result.reason));
    }
    await assertEnded("link-lost");
  });

  it("fails its streams and says nothing of its end when it is disposed", async () => {
    await open();
    const answer = textOf(await ask());
    link.dispose();
    link.dispose();
    await assert.rejects(answer, isFailure("link-lost"));
    await gateway.end();
    assert.deepEqual(failures, []);
  });

  it("notices a gateway that has fallen silent after 5 s", async () => {
    await open();
    clock.advance(4_000);
    assert.deepEqual(failures, []);
    clock.advance(1_000);
    await assertEnded("link-lost");
    await gateway.end();
  });

  it("notices it after 2 s while a stream is open", async () => {
    await open();
    const answer = textOf(await ask());
    clock.advance(1_000);
    assert.deepEqual(failures, []);
    clock.advance(1_000);
    await assert.rejects(answer, isFailure("link-lost"));
    await assertEnded("link-lost");
  });

  /** Waits until all that was said before has arrived: a further stream is asked for and answered. */
  async function arrived(): Promise<void> {
    const last = await ask();
    gateway.say(end(countOf("complete")));
    await textOf(last);
  }
}

async function valueOf(pieces: AsyncGenerator<Piece>): Promise<Piece | undefined> {
  const next = await pieces.next();
  return next.done === true ? undefined : next.value;
}

/** The rest of an answer whose first piece was already asked for. */
async function* goOn(
  first: Promise<IteratorResult<Piece>>,
  pieces: AsyncGenerator<Piece>,
): AsyncGenerator<Piece> {
  try {
    for (let next = await first; next.done !== true; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return(undefined);
  }
}
