import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { dictionaryOf } from "../../../src/wire/dictionary.ts";
import { maxFrameBytes, maxStreams } from "../../../src/wire/limits.ts";
import type { ClientMessage, CompressionKind } from "../../../src/wire/messages.ts";
import { hello } from "../framePeer.ts";
import type { MakePair } from "../socketPairs.ts";
import { PlainGatewayEnd } from "./gatewayEnd.ts";

const rawHello = (json: unknown): Uint8Array =>
  Buffer.concat([
    Buffer.of(0xa0),
    Buffer.from(typeof json === "string" ? json : JSON.stringify(json)),
  ]);
const dictionary = dictionaryOf(Buffer.from("const function return export import ".repeat(40)));
const other = dictionaryOf(Buffer.from("something else"));

/** Kinds the client lists, its dictionary, kinds the gateway can do, its dictionary; what is chosen. */
const choices: readonly (readonly [
  readonly CompressionKind[],
  string,
  readonly CompressionKind[],
  typeof dictionary | undefined,
  CompressionKind,
])[] = [
  [["none"], "", ["zstd", "deflate", "none"], undefined, "none"],
  [["zstd", "deflate", "none"], "", ["deflate", "zstd", "none"], undefined, "zstd"],
  [["deflate", "zstd", "none"], "", ["zstd", "deflate", "none"], undefined, "deflate"],
  [["zstd", "deflate", "none"], "", ["deflate", "none"], undefined, "deflate"],
  [
    ["zstd-dictionary", "zstd", "none"],
    dictionary.id,
    ["zstd-dictionary", "zstd"],
    dictionary,
    "zstd-dictionary",
  ],
  [["zstd-dictionary", "zstd", "none"], other.id, ["zstd-dictionary", "zstd"], dictionary, "zstd"],
  [["zstd-dictionary", "zstd", "none"], "", ["zstd-dictionary", "zstd"], dictionary, "zstd"],
  [["zstd-dictionary", "zstd", "none"], dictionary.id, ["zstd"], undefined, "zstd"],
  [["zstd-dictionary"], other.id, ["zstd-dictionary"], dictionary, "none"],
  [["zstd", "none"], "", [], undefined, "none"],
  [[], "", ["zstd", "none"], undefined, "none"],
];

/** PROTOCOL.md sections 2 and 3 at the gateway. */
export function describeHandshake(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  beforeEach(async () => {
    end = new PlainGatewayEnd(await makePair());
  });
  afterEach(() => {
    end.dispose();
  });

  it("answers hello with welcome", async () => {
    end.client.say(hello);
    assert.deepEqual(await end.client.messages(1), [
      {
        kind: "welcome",
        protocolVersion: 2,
        gateway: "test-gateway/1",
        upstream: "a model",
        maxStreams,
        compression: "none",
        session: "",
        resumed: [],
      },
    ]);
  });

  it("ignores fields of hello that it does not know, and does without those it can", async () => {
    const { protocolVersion, client } = hello;
    end.client.sayBytes(rawHello({ protocolVersion, client, colour: "green" }));
    const [welcome] = await end.client.messages(1);
    assert.equal(welcome?.kind === "welcome" && welcome.compression, "none");
  });

  for (const protocolVersion of [1, 3]) {
    it(`closes a client of version ${protocolVersion} with 4406`, async () => {
      end.client.sayBytes(rawHello({ ...hello, protocolVersion }));
      await end.assertClosedWith(4406);
      assert.deepEqual(end.client.received, []);
    });
  }

  it("closes a client that has not said hello after 5 s with 4408", async () => {
    end.clock.advance(4_999);
    assert.equal(end.closeCount, 0);
    end.clock.advance(1);
    await end.assertClosedWith(4408);
  });

  it("closes a link that has been silent for 30 s, and none that speaks", async () => {
    end.client.say(hello);
    await end.client.messages(1);
    end.clock.advance(29_999);
    end.client.say({ kind: "ping", nonce: 1 });
    await end.client.messages(2);
    end.clock.advance(29_999);
    assert.equal(end.closeCount, 0);
    end.clock.advance(1);
    await end.client.end();
    assert.equal(end.closeCount, 1);
  });

  it("answers pings with their nonce at once", async () => {
    end.client.say(hello, { kind: "ping", nonce: 0xffff_ffff }, { kind: "ping", nonce: 0 });
    const pongs = (await end.client.messages(3)).slice(1);
    assert.deepEqual(pongs, [
      { kind: "pong", nonce: 0xffff_ffff },
      { kind: "pong", nonce: 0 },
    ]);
  });

  const wrong: Readonly<Record<string, unknown>> = {
    "no JSON": "hello",
    "no object": [],
    "no version": { client: "c" },
    "version 0": { ...hello, protocolVersion: 0 },
    "a version in words": { ...hello, protocolVersion: "2" },
    "no client": { protocolVersion: 2 },
    "a name of 201 characters": { ...hello, client: "x".repeat(201) },
    "a dictionary that is no hash": { ...hello, dictionary: "x".repeat(65) },
  };
  for (const [what, json] of Object.entries(wrong)) {
    it(`closes with 4400 upon a hello that is none: ${what}`, async () => {
      end.client.sayBytes(rawHello(json));
      await end.assertClosedWith(4400);
    });
  }

  const ping: ClientMessage = { kind: "ping", nonce: 1 };
  const outOfTurn: Readonly<Record<string, readonly ClientMessage[]>> = {
    "a ping before hello": [ping],
    "a cancel before hello": [{ kind: "cancel", stream: 1 }],
    "snippets before hello": [{ kind: "use", places: [] }],
    "a second hello": [hello, hello],
  };
  for (const [what, messages] of Object.entries(outOfTurn)) {
    it(`closes with 4400 upon ${what}`, async () => {
      end.client.say(...messages);
      await end.assertClosedWith(4400);
    });
  }

  it("closes with 4400 upon an ask before hello", async () => {
    end.typist.ask();
    await end.assertClosedWith(4400);
    assert.equal(end.desk.asks.length, 0);
  });

  describe("frames that are none", () => {
    const frames: Readonly<Record<string, string>> = {
      "an empty one": "",
      "kind 0xae": "ae00",
      "kind 0xfd": "fd",
      "a compressed one where nothing is": "fe00",
      "a ping without a nonce": "aa",
      "a ping with a byte too many": "aa0100",
      "a nonce in a longer form than it needs": "aa8100",
      "a nonce of more than 32 bits": "aa8080808010",
      "a nonce of six bytes": "aa808080808001",
      "a focus cut short": "a480",
      "a verify with half a hash": "a50100000000",
      "a recall with half an id": "a201010000000000000000",
      "a credit without an amount": "ac01",
      "a text longer than its frame": "a1010005616200",
      "an open with unknown flags": "a1010400000000000161",
      "a path that is not UTF-8": "a1010001ff00000100",
      "a typed character that is not whole": "7fc30000",
      "a typed frame without a check": "61",
    };
    for (const [what, frame] of Object.entries(frames)) {
      it(`closes with 4400 upon ${what}`, async () => {
        end.client.say(hello);
        end.typist.open("text");
        end.client.sayBytes(Buffer.from(frame, "hex"));
        await end.assertClosedWith(4400);
      });
    }

    it("closes with 1009 upon a frame of more than 1 MiB", async () => {
      end.client.say(hello);
      await end.client.messages(1);
      end.client.sayBytes(new Uint8Array(maxFrameBytes + 1));
      await end.assertClosedWith(1009);
    });

    it("reads a frame of exactly 1 MiB", async () => {
      end.client.say(hello);
      const fields = [1, 1, 1, 1, 1, 3, 1, 1];
      const text = "x".repeat(maxFrameBytes - fields.reduce((sum, bytes) => sum + bytes));
      const name = { isConfined: false, path: "", languageId: "" };
      end.typist.open(text, { name }).ask(text.length);
      assert.equal((await end.desk.ask(1)).request.before.length, text.length);
      assert.equal(await end.minds([ping]), false);
    });
  });

  it("stops the work upon a protocol failure", async () => {
    end.client.say(hello);
    end.typist.ask();
    const ask = await end.desk.ask(1);
    end.client.sayBytes(Buffer.of(0xfd));
    await end.assertClosedWith(4400);
    assert.ok(ask.signal.aborted);
  });
}

/** Which compression the gateway chooses, by what both can do. */
export function describeNegotiation(makePair: MakePair): void {
  for (const [listed, id, able, own, chosen] of choices) {
    const whose = id === "" ? "none" : id === own?.id ? "the same" : "another";
    const title = `[${listed.join()}], dictionary ${whose}, gateway [${able.join()}]: ${chosen}`;
    it(title, async () => {
      const end = new PlainGatewayEnd(await makePair(), { compression: able, dictionary: own });
      end.client.say({ ...hello, compression: listed, dictionary: id });
      const [welcome] = await end.client.messages(1);
      assert.equal(welcome?.kind === "welcome" && welcome.compression, chosen);
      end.dispose();
    });
  }

  it("a kind nobody knows yet is passed over", async () => {
    const end = new PlainGatewayEnd(await makePair(), { compression: ["deflate", "none"] });
    end.client.sayBytes(rawHello({ ...hello, compression: ["brotli", "deflate", "none"] }));
    const [welcome] = await end.client.messages(1);
    end.dispose();
    assert.equal(welcome?.kind === "welcome" && welcome.compression, "deflate");
  });
}
