import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { joinPayloads } from "../../../src/wire/bundle.ts";
import { decodeServerMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import type { ClientMessage, CompressionKind } from "../../../src/wire/messages.ts";
import { EncodedPeer, kindsHere, sharedDictionary } from "../encodedPeer.ts";
import { hello } from "../framePeer.ts";
import type { MakePair } from "../socketPairs.ts";
import { Typist } from "../typist.ts";
import { GatewayEnd } from "./gatewayEnd.ts";

const code = "const sum = values.reduce((a, b) => a + b, 0);\n".repeat(20);
/** More than a gateway sends as it is. */
const long = code.repeat(2);
const ping = (nonce: number) => encodeClientMessage({ kind: "ping", nonce });

/** What a frame with text of an answer says. */
function textOf(payload: Uint8Array): string {
  const message = decodeServerMessage(payload);
  assert.ok(message.kind === "text" || message.kind === "more", message.kind);
  return message.text;
}

/** PROTOCOL.md section 4 at the gateway. */
export function describeEncodings(makePair: MakePair): void {
  for (const kind of kindsHere) {
    for (const isPadded of [false, true]) {
      describe(`${kind}, ${isPadded ? "padded" : "not padded"}`, () => {
        describeOne(makePair, kind, isPadded);
      });
    }
  }
  describe("padding alone", () => {
    describePadding(makePair);
  });
}

async function greeted(makePair: MakePair, kind: CompressionKind, isPadded: boolean) {
  const pair = await makePair();
  const client = new EncodedPeer(pair.client, kind, isPadded);
  const parts = { compression: kindsHere, dictionary: sharedDictionary };
  const end = new GatewayEnd(pair, client, parts);
  const dictionary = sharedDictionary.id;
  client.sayBytes(encodeClientMessage({ ...hello, compression: [kind], dictionary, isPadded }));
  const welcome = decodeServerMessage(await client.frame(1));
  assert.equal(welcome.kind === "welcome" && welcome.compression, kind);
  return end;
}

function describeOne(makePair: MakePair, kind: CompressionKind, isPadded: boolean): void {
  let end: GatewayEnd<EncodedPeer>;
  let said: Uint8Array[];
  let typist: Typist;
  beforeEach(async () => {
    end = await greeted(makePair, kind, isPadded);
    const payloads: Uint8Array[] = (said = []);
    typist = new Typist({
      say: (message: ClientMessage) => payloads.push(encodeClientMessage(message)),
      sayBytes: (bytes) => payloads.push(bytes),
    });
  });
  afterEach(() => {
    end.client.free();
    end.dispose();
  });

  /** Says all that the typist has said, the long parts compressed, in one turn. */
  async function flush(): Promise<void> {
    const frames: Uint8Array[] = [];
    for (const payload of said.splice(0)) {
      const isLong = payload.length > 48;
      frames.push(isLong ? await end.client.compressed(payload) : end.client.padded(payload));
    }
    end.client.sayBytes(...frames);
  }

  it("reads compressed payloads and others in the order they came", async () => {
    const documents = [typist.open(code), typist.open(`${code}${code}`)];
    for (const document of documents) {
      document.focus();
      document.ask(code.length);
      document.type("\n");
      document.type(code);
    }
    said.push(ping(9));
    await flush();
    assert.equal((await end.desk.ask(6)).request.before, `${code}\n${code}`);
    assert.deepEqual(
      end.desk.asks.map(({ request }) => request.before.length),
      [0, 1, 1 + code.length, 0, 1, 1 + code.length].map((added) => code.length + added),
    );
  });

  it("sends long payloads compressed and short ones as they are, in order", async () => {
    typist.open("x").ask(1);
    await flush();
    const ask = await end.desk.ask(1);
    const texts = [long, "short", long, "s", "y".repeat(1_022), "z".repeat(1_024), long];
    const compressed: boolean[] = [];
    for (const text of texts) {
      ask.text(text);
      const { bytes, payload } = await end.client.read();
      assert.equal(textOf(payload), text);
      compressed.push(bytes[0] === 0xfe);
      if (text === long) assert.ok(bytes.length < long.length / 5);
    }
    assert.deepEqual(compressed, [true, false, true, false, false, true, true]);
  });

  it("sends what has gathered in one compressed frame, at most 64 payloads, in order", async () => {
    typist.open("x").ask(1);
    await flush();
    const ask = await end.desk.ask(1);
    const texts = Array.from(
      { length: 150 },
      (_, index) => `${index} ${"y".repeat(index % 10 === 0 ? 1_100 : 60)}`,
    );
    for (const text of ["short", ...texts, "last"]) ask.text(text);
    const frames = new Map<Uint8Array, number>();
    for (const text of ["short", ...texts, "last"]) {
      const { bytes, payload } = await end.client.read();
      assert.equal(textOf(payload), text);
      frames.set(bytes, (frames.get(bytes) ?? 0) + 1);
    }
    const bundles = [...frames].filter(([[kind]]) => kind === 0xfd);
    assert.ok(bundles.length >= 3 && frames.size < 10, `${frames.size} frames`);
    assert.ok(bundles.every(([, count]) => count > 1 && count <= 64));
  });

  it("reads several payloads in one frame, and refuses 65 of them", async () => {
    const pings = (count: number) => Array.from({ length: count }, (_, nonce) => ping(nonce));
    end.client.sayBytes(await end.client.compressed(joinPayloads(pings(64)), 0xfd));
    for (let nonce = 0; nonce < 64; nonce++) {
      const { payload } = await end.client.read();
      assert.deepEqual(decodeServerMessage(payload), { kind: "pong", nonce });
    }
    end.client.sayBytes(await end.client.compressed(joinPayloads(pings(65)), 0xfd));
    await end.assertClosedWith(4400);
  });

  it("takes no frame of section 4 for a payload", async () => {
    const marks = [ping(1), Buffer.of(0xff)];
    end.client.sayBytes(await end.client.compressed(joinPayloads(marks), 0xfd));
    await end.assertClosedWith(4400);
  });

  it("drops its compressor after 60 s without need of it, says so, and begins anew", async () => {
    typist.open("x").ask(1);
    await flush();
    const ask = await end.desk.ask(1);
    ask.text(long);
    await end.client.read();
    for (const nonce of [1, 2]) {
      end.clock.advance(29_000);
      end.client.sayBytes(end.client.padded(ping(nonce)));
      assert.deepEqual(decodeServerMessage((await end.client.read()).payload).kind, "pong");
    }
    end.clock.advance(2_000);
    assert.deepEqual([...(await end.client.read()).bytes], [0xff]);
    ask.text(long);
    const { bytes, payload } = await end.client.read();
    assert.equal(bytes[0], 0xfe);
    assert.deepEqual(decodeServerMessage(payload), { kind: "more", text: long });
  });

  it("drops its decompressor where the client says that it begins anew", async () => {
    const document = typist.open(code);
    await flush();
    end.client.reset();
    document.type(code);
    await flush();
    end.client.reset();
    end.client.reset();
    document.type(code);
    await flush();
    assert.equal((await end.desk.ask(2)).request.before, `${code}${code}`);
  });

  it("closes with 4400 where the client begins anew and does not say so", async (t) => {
    if (kind === "deflate") {
      t.skip("its blocks carry nothing to tell it by; most of them are no payload then");
      return;
    }
    typist.open(code);
    await flush();
    const other = new EncodedPeer(nobody, kind, isPadded);
    const put = encodeClientMessage({ kind: "put", place: 0, text: code });
    end.client.sayBytes(await other.compressed(put));
    other.free();
    await end.assertClosedWith(4400);
  });

  it("closes with 4400 upon bytes that are not compressed", async () => {
    end.client.sayBytes(end.client.padded(Buffer.from(`fe${"07".repeat(60)}`, "hex")));
    await end.assertClosedWith(4400);
  });

  it("closes with 4400 upon a compressed payload that is none", async () => {
    end.client.sayBytes(await end.client.compressed(Buffer.alloc(100, 0xfd)));
    await end.assertClosedWith(4400);
  });

  it("closes with 4400 upon a compressed payload that is compressed again", async () => {
    const frame = await end.client.compressed(Buffer.alloc(100, 0xfe));
    end.client.sayBytes(frame);
    await end.assertClosedWith(4400);
  });

  it("closes with 1009 upon a payload that inflates to more than 200 times its size", async () => {
    const put = encodeClientMessage({ kind: "put", place: 0, text: "x".repeat(500_000) });
    const frame = await end.client.compressedTooFar(put, 1_000);
    assert.ok(frame.length * 200 < put.length);
    end.client.sayBytes(frame);
    await end.assertClosedWith(1009);
  });

  it("reads the same payload where its sender has filled it up to a two-hundredth", async () => {
    const put = encodeClientMessage({ kind: "put", place: 0, text: "x".repeat(500_000) });
    const frames = [await end.client.compressed(put), await end.client.compressed(put)];
    assert.ok(frames.every(({ length }) => length < put.length / 190));
    end.client.sayBytes(...frames, end.client.padded(ping(3)));
    const { payload } = await end.client.read();
    assert.deepEqual(decodeServerMessage(payload), { kind: "pong", nonce: 3 });
  });

  it("closes with 1009 upon a payload that inflates to more than 4 MiB", async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 50_000 }, (_, at) => (at * at * 7) % 251));
    const large = Buffer.concat(Array.from({ length: 90 }, () => noise));
    end.client.sayBytes(await end.client.compressed(large));
    await end.assertClosedWith(1009);
  });

  it("reads 64 KiB that take a few bytes", async () => {
    const put = encodeClientMessage({ kind: "put", place: 0, text: "x".repeat(65_000) });
    end.client.sayBytes(await end.client.compressed(put), end.client.padded(ping(3)));
    const { payload } = await end.client.read();
    assert.deepEqual(decodeServerMessage(payload), { kind: "pong", nonce: 3 });
  });
}

/** A socket that leads nowhere. */
const nobody = {
  unsentBytes: 0,
  send: () => undefined,
  close: () => undefined,
  terminate: () => undefined,
  listen: () => undefined,
};

function describePadding(makePair: MakePair): void {
  let end: GatewayEnd<EncodedPeer>;
  beforeEach(async () => {
    end = await greeted(makePair, "none", true);
  });
  afterEach(() => {
    end.client.free();
    end.dispose();
  });

  it("is 1 to 16 bytes on each frame, from the welcome on", async () => {
    for (const nonce of [1, 300, 70_000, 20_000_000]) {
      end.client.sayBytes(end.client.padded(ping(nonce)));
      const { payload } = await end.client.read();
      assert.deepEqual(decodeServerMessage(payload), { kind: "pong", nonce });
    }
    assert.deepEqual(
      end.client.frames.slice(1).map(({ length }) => length),
      [16, 16, 16, 16],
    );
    const typist = new Typist({
      say: (message) => {
        end.client.sayBytes(end.client.padded(encodeClientMessage(message)));
      },
      sayBytes: (bytes) => {
        end.client.sayBytes(end.client.padded(bytes));
      },
    });
    typist.ask();
    (await end.desk.ask(1)).text("x".repeat(14)); // sixteen bytes: a whole block of filling
    await end.client.read();
    assert.equal(end.client.frames.at(-1)?.length, 32);
  });

  const frames: Readonly<Record<string, string>> = {
    "no filling": "aa01",
    "nothing at all": "",
    "a length that is no multiple of 16": "aa010101",
    "a filling of nothing": `aa01${"00".repeat(14)}`,
    "a filling of 17": `aa${"11".repeat(31)}`,
    "a filling with another byte in it": `aa01${"0e".repeat(5)}0d${"0e".repeat(8)}`,
    "a filling longer than the frame": "10".repeat(15) + "11",
  };
  for (const [what, hex] of Object.entries(frames)) {
    it(`is wrong, and the link closed with 4400: ${what}`, async () => {
      end.client.sayBytes(Buffer.from(hex, "hex"));
      await end.assertClosedWith(4400);
    });
  }
}
