import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { encodeServerMessage } from "../../../src/wire/codec.ts";
import type { CompressionKind, ServerMessage } from "../../../src/wire/messages.ts";
import { EncodedPeer, kindsHere, sharedDictionary } from "../encodedPeer.ts";
import { followedAsks } from "../followedAsks.ts";
import { decodeSaid, type Said, welcome } from "../framePeer.ts";
import { StuckSocket } from "../stuckSocket.ts";
import type { MakePair } from "../socketPairs.ts";
import { ClientEnd, draft, end as ended, isFailure, more } from "./clientEnd.ts";

const code = "const sum = values.reduce((a, b) => a + b, 0);\n".repeat(20);

/** PROTOCOL.md section 4 at the client. */
export function describeEncodedClient(makePair: MakePair): void {
  for (const kind of kindsHere) {
    for (const isPadded of [false, true]) {
      describe(`${kind}, ${isPadded ? "padded" : "not padded"}`, () => {
        describeOne(makePair, kind, isPadded);
      });
    }
  }
}

function describeOne(makePair: MakePair, kind: CompressionKind, isPadded: boolean): void {
  let end: ClientEnd<EncodedPeer>;
  let said: Said[];
  let resetCount: number;
  let socket: StuckSocket;
  beforeEach(async () => {
    said = [];
    resetCount = 0;
    const made = await makePair();
    socket = new StuckSocket(made.client);
    const pair = { ...made, client: socket };
    const gateway = new EncodedPeer(pair.server, kind, isPadded);
    const compression = [kind];
    const profile = { ...localProfile, compression, dictionary: sharedDictionary, isPadded };
    end = new ClientEnd(pair, gateway, { profile });
    const hello = decodeSaid(await gateway.frame(1));
    assert.ok(hello.kind === "hello" && hello.isPadded === isPadded);
    gateway.sayBytes(encodeServerMessage({ ...welcome, compression: kind }));
    await end.link.welcome;
  });
  afterEach(() => {
    end.gateway.free();
    end.dispose();
  });

  /** Reads until the client has asked that often, and returns the last ask. */
  async function nthAsk(number: number) {
    for (;;) {
      const ask = followedAsks(said)[number - 1];
      if (ask) return ask;
      await read();
    }
  }

  async function read(): Promise<void> {
    const { bytes, payload } = await end.gateway.read();
    if (bytes[0] === 0xff) resetCount++;
    else said.push(decodeSaid(payload));
  }

  async function say(...messages: ServerMessage[]): Promise<void> {
    const frames: Uint8Array[] = [];
    for (const message of messages) {
      const payload = encodeServerMessage(message);
      const isLong = payload.length > 48;
      frames.push(isLong ? await end.gateway.compressed(payload) : end.gateway.padded(payload));
    }
    end.gateway.sayBytes(...frames);
  }

  it("sends long payloads compressed and short ones as they are, in order", async () => {
    end.begin(end.asked.askAt(code, 3));
    end.begin(end.asked.type("x", 3));
    end.begin(end.asked.type(code, 4));
    const ask = await nthAsk(3);
    assert.equal(ask.request?.before, `conx${code}`);
    const sizes = end.gateway.frames.slice(1).map(({ length }) => length);
    assert.ok(Math.max(...sizes) < code.length / 2, sizes.join());
  });

  it("reads compressed payloads and others in the order they came", async () => {
    const { text } = end.begin();
    await nthAsk(1);
    await say(draft(1, code), more("short"), more(code), more("s"), ended(1));
    assert.equal(await text(), `${code}short${code}s`);
  });

  it("drops its compressor after 60 s without need of it, says so, and begins anew", async () => {
    const { text } = end.begin(end.asked.askAt(code, 3));
    await nthAsk(1);
    await say(ended(1));
    await text();
    await pass(59_000);
    assert.equal(resetCount, 0);
    await pass(3_000);
    assert.equal(resetCount, 1);
    end.begin(end.asked.type(code, 3));
    assert.equal((await nthAsk(2)).request?.before, `con${code}`);
    await pass(2_000);
    assert.equal(resetCount, 1);
  });

  /** Lets time pass on a link whose gateway answers each ping. */
  async function pass(totalMs: number): Promise<void> {
    for (let at = 0; at < totalMs; at += 500) {
      end.clock.advance(500);
      await end.gateway.until(() => end.gateway.frames.length === socket.sentCount);
      while (end.gateway.hasUnread) await read();
      const last = said.filter((message) => message.kind === "ping").at(-1);
      if (last) await say({ kind: "pong", nonce: last.nonce });
      await socket.heard(end.gateway.saidCount);
    }
  }

  it("drops its decompressor where the gateway says that it begins anew", async () => {
    const { text } = end.begin();
    await nthAsk(1);
    await say(draft(1, code));
    end.gateway.reset();
    await say(more(code));
    end.gateway.reset();
    await say(more("short"), more(code), ended(1));
    assert.equal(await text(), `${code}${code}short${code}`);
  });

  it("ends the link upon bytes that are not compressed", async () => {
    end.gateway.sayBytes(end.gateway.padded(Buffer.from(`fe${"07".repeat(60)}`, "hex")));
    await end.gateway.end();
    await end.assertEnded("protocol");
  });

  it("ends the link upon a payload that inflates too far", async () => {
    const { text } = end.begin();
    await nthAsk(1);
    const payload = encodeServerMessage(draft(1, "x".repeat(200_000)));
    end.gateway.sayBytes(await end.gateway.compressedTooFar(payload, 500));
    await assert.rejects(text(), isFailure("link-lost"));
    const { code: closedAs } = await end.gateway.end();
    if (end.pair.carriesCloseCodes) assert.equal(closedAs, 1009);
    await end.assertEnded("too-large");
  });

  it("ends the link upon a frame that is not padded as agreed", async () => {
    if (!isPadded) return;
    end.gateway.sayBytes(encodeServerMessage({ kind: "pong", nonce: 1 }));
    await end.gateway.end();
    await end.assertEnded("protocol");
  });
}
