import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../src/base/failure.ts";
import { ServerLink, type StreamOutcome } from "../../src/link/serverLink.ts";
import { maxFrameBytes, maxStreams } from "../../src/wire/limits.ts";
import { type ClientMessage, type ServerMessage } from "../../src/wire/messages.ts";
import { AnswerDesk } from "./answerDesk.ts";
import { type ClientPeer, clientPeer, hello } from "./framePeer.ts";
import { ManualClock } from "./manualClock.ts";
import { aRequest } from "./requests.ts";
import { type MakePair, type SocketPair } from "./socketPairs.ts";

const complete = (stream: number): ClientMessage => ({
  kind: "complete",
  stream,
  request: aRequest(),
});
const remote = (stream: number, text: string): ServerMessage => ({
  kind: "text",
  stream,
  origin: "remote",
  text,
});
const end = (stream: number): ServerMessage => ({
  kind: "end",
  stream,
  timings: { totalMs: 2, draftMs: undefined, firstRemoteMs: 1 },
});
const withoutPongs = (messages: readonly ServerMessage[]): readonly ServerMessage[] =>
  messages.filter(({ kind }) => kind !== "pong");

/** What the gateway's end of a link must do, told by a client that only knows frames. */
export function describeGatewayEnd(makePair: MakePair): void {
  let pair: SocketPair;
  let client: ClientPeer;
  let clock: ManualClock;
  let desk: AnswerDesk;
  let link: ServerLink;
  let outcomes: StreamOutcome[];
  let closes: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    desk = new AnswerDesk();
    // Of this test alone: what an earlier one left may still be closing.
    const ended: StreamOutcome[] = (outcomes = []);
    const closed: string[] = (closes = []);
    pair = await makePair();
    client = clientPeer(pair.client);
    link = new ServerLink({
      socket: pair.server,
      closesSilent: true,
      clock,
      gateway: "test-gateway/1",
      upstream: "a model",
      answer: desk.answer,
      onOutcome: (outcome) => ended.push(outcome),
      onClosed: () => closed.push("closed"),
    });
  });
  afterEach(() => {
    pair.dispose();
  });

  async function greet(): Promise<void> {
    client.say(hello);
    await client.messages(1);
  }

  async function assertClosedWith(code: number): Promise<void> {
    const closed = await client.end();
    const closedAs = await pair.server.closeCode();
    assert.equal(pair.carriesCloseCodes ? closed.code : closedAs, code);
    assert.equal(closes.length, 1);
    assert.equal(clock.timerCount, 0);
  }

  it("answers hello with welcome", async () => {
    await greet();
    assert.deepEqual(client.received, [
      {
        kind: "welcome",
        protocolVersion: 1,
        gateway: "test-gateway/1",
        upstream: "a model",
        maxStreams,
      },
    ]);
  });

  it("closes a client of another version with 4406", async () => {
    client.say({ ...hello, protocolVersion: 2 } as ClientMessage);
    await assertClosedWith(4406);
    assert.deepEqual(client.received, []);
  });

  it("closes a client that has not said hello after 5 s with 4408", async () => {
    clock.advance(4_999);
    assert.equal(closes.length, 0);
    clock.advance(1);
    await assertClosedWith(4408);
  });

  it("closes a link that has been silent for 30 s, and none that speaks", async () => {
    await greet();
    clock.advance(29_999);
    client.say({ kind: "ping", nonce: 1 });
    await client.messages(2);
    clock.advance(29_999);
    assert.equal(closes.length, 0);
    clock.advance(1);
    await client.end();
    assert.equal(closes.length, 1);
  });

  const outOfTurn: readonly (readonly [string, readonly ClientMessage[]])[] = [
    ["a request before hello", [complete(1)]],
    ["a ping before hello", [{ kind: "ping", nonce: 1 }]],
    ["a second hello", [hello, hello]],
    ["a first stream that is not number 1", [hello, complete(2)]],
    ["stream number 0", [hello, complete(0)]],
    ["a stream number left out", [hello, complete(1), complete(3)]],
    ["a stream number used twice", [hello, complete(1), complete(1)]],
    ["a cancel of a stream that was never opened", [hello, { kind: "cancel", stream: 1 }]],
    ["a cancel of stream 0", [hello, complete(1), { kind: "cancel", stream: 0 }]],
  ];
  for (const [name, messages] of outOfTurn) {
    it(`closes with 4400 upon ${name}, and stops the work`, async () => {
      client.say(...messages);
      await assertClosedWith(4400);
      for (const ask of desk.asks) assert.ok(ask.signal.aborted);
    });
  }

  for (const frame of ["", "05", "0301ff", "ff00", "038080808010", "0100"]) {
    it(`closes with 4400 upon a frame that is none: ${frame || "(empty)"}`, async () => {
      await greet();
      client.sayBytes(Buffer.from(frame, "hex"));
      await assertClosedWith(4400);
    });
  }

  it("closes with 1009 upon a frame of more than 1 MiB", async () => {
    await greet();
    client.sayBytes(new Uint8Array(maxFrameBytes + 1));
    await assertClosedWith(1009);
  });

  it("reads a frame of exactly 1 MiB", async () => {
    await greet();
    const overhead = 4 + 1 + 1 + 3 + 1;
    const request = aRequest({ path: "", languageId: "", after: "" });
    const before = "x".repeat(maxFrameBytes - overhead);
    client.say({ kind: "complete", stream: 1, request: { ...request, before } });
    assert.equal((await desk.ask(1)).request.before.length, before.length);
  });

  it("streams texts in order and ends with exactly one end", async () => {
    await greet();
    client.say(complete(1));
    const ask = await desk.ask(1);
    for (const text of ["a", "b", "", "😀\r\n"]) ask.text(text);
    ask.end();
    ask.text("after the end");
    const messages = await client.messages(6);
    const texts = ["a", "b", "", "😀\r\n"].map((text) => remote(1, text));
    assert.deepEqual(messages.slice(1), [...texts, end(1)]);
    assert.deepEqual(outcomes, ["end"]);
    await desk.until(() => ask.isStopped);
  });

  it("sends each text as soon as it is there", async () => {
    await greet();
    client.say(complete(1));
    const ask = await desk.ask(1);
    ask.text("at once");
    assert.deepEqual((await client.messages(2))[1], remote(1, "at once"));
  });

  it("keeps streams apart: a slow one holds no other up", async () => {
    await greet();
    client.say(complete(1), complete(2), complete(3));
    const third = await desk.ask(3);
    const second = await desk.ask(2);
    third.text("third");
    third.end();
    second.text("second");
    second.end();
    const messages = await client.messages(5);
    assert.deepEqual(
      messages.slice(1).filter((message) => "stream" in message && message.stream === 3),
      [remote(3, "third"), end(3)],
    );
    (await desk.ask(1)).end();
    await client.messages(6);
    assert.deepEqual(client.received.at(-1), end(1));
  });

  it("stops the work of a cancelled stream inside the frame, and answers cancelled", async () => {
    await greet();
    client.say(complete(1));
    const ask = await desk.ask(1);
    ask.text("first");
    await client.messages(2);
    client.say({ kind: "cancel", stream: 1 });
    await desk.until(() => ask.isStopped);
    ask.text("too late");
    const messages = await client.messages(3);
    assert.deepEqual(messages.slice(1), [remote(1, "first"), { kind: "cancelled", stream: 1 }]);
    assert.deepEqual(outcomes, ["cancelled"]);
  });

  it("answers a cancel that comes with its request", async () => {
    await greet();
    client.say(complete(1), { kind: "cancel", stream: 1 });
    assert.deepEqual((await client.messages(2))[1], { kind: "cancelled", stream: 1 });
    assert.ok((await desk.ask(1)).signal.aborted);
  });

  it("drops a second cancel, and one of a stream that has ended", async () => {
    await greet();
    client.say(complete(1), { kind: "cancel", stream: 1 }, { kind: "cancel", stream: 1 });
    await client.messages(2);
    client.say({ kind: "cancel", stream: 1 }, complete(2));
    (await desk.ask(2)).end();
    await client.messages(3);
    client.say({ kind: "cancel", stream: 2 }, { kind: "ping", nonce: 9 });
    await client.until(() => client.received.at(-1)?.kind === "pong");
    assert.deepEqual(withoutPongs(client.received).slice(1), [
      { kind: "cancelled", stream: 1 },
      end(2),
    ]);
  });

  it("says failed with the code of what was thrown, and goes on", async () => {
    await greet();
    client.say(complete(1), complete(2));
    (await desk.ask(1)).throw(new Failure("upstream-down", "The model is down."));
    (await desk.ask(2)).throw(new TypeError("a slip"));
    const messages = await client.messages(3);
    assert.deepEqual(messages.slice(1), [
      { kind: "failed", stream: 1, code: "upstream-down", detail: "The model is down." },
      { kind: "failed", stream: 2, code: "internal", detail: "a slip" },
    ]);
    assert.deepEqual(outcomes, ["failed", "failed"]);
  });

  it("says failed for an answer without an end", async () => {
    await greet();
    client.say(complete(1));
    const ask = await desk.ask(1);
    ask.text("half");
    ask.return();
    const last = (await client.messages(3))[2];
    assert.equal(last?.kind === "failed" && last.code, "internal");
  });

  it("answers busy above maxStreams, and takes the next one when a stream has ended", async () => {
    await greet();
    for (let stream = 1; stream <= maxStreams + 1; stream++) client.say(complete(stream));
    const refused = (await client.messages(2))[1];
    assert.equal(refused?.kind === "failed" && refused.code, "busy");
    assert.equal(refused?.kind === "failed" && refused.stream, maxStreams + 1);
    (await desk.ask(maxStreams)).end();
    await client.messages(3);
    client.say(complete(maxStreams + 2));
    (await desk.ask(maxStreams + 1)).end();
    assert.deepEqual((await client.messages(4))[3], end(maxStreams + 2));
  });

  it("answers pings with their nonce, also while streams are open", async () => {
    await greet();
    client.say(complete(1), { kind: "ping", nonce: 0xffff_ffff }, { kind: "ping", nonce: 0 });
    assert.deepEqual((await client.messages(3)).slice(1), [
      { kind: "pong", nonce: 0xffff_ffff },
      { kind: "pong", nonce: 0 },
    ]);
  });

  describe("when the client is gone", () => {
    for (const [how, leave] of [
      [
        "by a broken connection",
        () => {
          pair.cut();
        },
      ],
      [
        "by its own doing",
        () => {
          client.vanish();
        },
      ],
    ] as const) {
      it(`stops the work of every stream: ${how}`, async () => {
        await greet();
        for (let stream = 1; stream <= 20; stream++) client.say(complete(stream));
        await desk.ask(20);
        leave();
        await desk.until(() => desk.asks.every(({ isStopped }) => isStopped));
        assert.ok(desk.asks.every(({ signal }) => signal.aborted));
        assert.deepEqual(outcomes, Array<StreamOutcome>(20).fill("cancelled"));
        assert.equal(closes.length, 1);
        assert.equal(clock.timerCount, 0);
      });
    }
  });

  it("closes with 1001 when it is disposed, and stops the work", async () => {
    await greet();
    client.say(complete(1));
    const ask = await desk.ask(1);
    link.dispose();
    link.dispose();
    assert.ok(ask.signal.aborted);
    await assertClosedWith(1001);
  });
}
