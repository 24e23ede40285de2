import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { dictionaryOf } from "../../../src/wire/dictionary.ts";
import { maxFrameBytes } from "../../../src/wire/limits.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import { welcome } from "../framePeer.ts";
import { textOf } from "../requests.ts";
import { settled } from "../settled.ts";
import type { MakePair } from "../socketPairs.ts";
import { draft, end as ended, isFailure, PlainClientEnd } from "./clientEnd.ts";

const never = new AbortController().signal;

/** PROTOCOL.md sections 2, 3 and 10 at the client. */
export function describeWelcome(makePair: MakePair): void {
  let end: PlainClientEnd;
  beforeEach(async () => {
    end = new PlainClientEnd(await makePair());
  });
  afterEach(() => {
    end.dispose();
  });

  async function open(): Promise<void> {
    end.gateway.say(welcome);
    await end.link.welcome;
  }

  it("says hello first and nothing more before the welcome", async () => {
    await end.gateway.messages(1);
    const expected = { kind: "hello", protocolVersion: 2, client: "test/1" };
    const bare = {
      compression: ["none"],
      dictionary: "",
      isPadded: false,
      takesUpstream: true,
      session: "",
      resume: [],
    };
    assert.deepEqual(end.gateway.received, [{ ...expected, ...bare }]);
    await assert.rejects(textOf(end.link.complete(end.asked.ask(), never)), isFailure("link-lost"));
    end.link.recall("file:///app/main.ts");
    end.asked.type("x", 0);
    end.clock.advance(4_000);
    await settled();
    assert.equal(end.gateway.received.length, 1);
  });

  it("lists what it can do, its dictionary and whether it pads", async () => {
    const dictionary = dictionaryOf(Buffer.from("words"));
    const profile = { ...localProfile, dictionary, isPadded: true };
    const compression = ["zstd-dictionary", "deflate"] as const;
    const parts = { profile: { ...profile, compression } };
    const other = new PlainClientEnd(await makePair(), parts);
    const [hello] = await other.gateway.messages(1);
    assert.ok(hello?.kind === "hello" && hello.isPadded);
    assert.deepEqual(hello.compression, compression);
    assert.equal(hello.dictionary, dictionary.id);
    other.dispose();
  });

  it("does not speak with a gateway that answers in another version", async () => {
    end.gateway.say({ ...welcome, protocolVersion: 3 });
    await assert.rejects(end.link.welcome, isFailure("handshake-refused"));
    await end.assertEnded("handshake-refused");
    await end.gateway.end();
  });

  it("ends the link upon a welcome with a compression it did not list", async () => {
    end.gateway.say({ ...welcome, compression: "zstd" });
    await assert.rejects(end.link.welcome, isFailure("protocol"));
    await end.assertEnded("protocol");
  });

  it("tells what the gateway said in its welcome, and measures the round trip at once", async () => {
    await open();
    assert.equal((await end.link.welcome).upstream, "a model");
    await end.gateway.until(() => end.kinds().includes("ping"));
    const ping = end.gateway.received.find((message) => message.kind === "ping");
    end.clock.advance(7);
    end.gateway.say({ kind: "pong", nonce: ping?.nonce ?? 0 });
    await end.arrived();
    assert.equal(end.link.roundTripMs, 7);
  });

  it("gives up when there is no welcome after 5 s", async () => {
    end.clock.advance(5_000);
    await assert.rejects(end.link.welcome, isFailure("gateway-unreachable"));
    await end.assertEnded("gateway-unreachable");
    await end.gateway.end();
  });

  it("notices a gateway that has fallen silent after 5 s", async () => {
    await open();
    end.clock.advance(4_000);
    assert.deepEqual(end.failures, []);
    end.clock.advance(1_000);
    await end.assertEnded("link-lost");
    await end.gateway.end();
  });

  it("notices it after 2 s while a stream is open", async () => {
    await open();
    const { text } = await end.ask();
    end.clock.advance(1_000);
    assert.deepEqual(end.failures, []);
    end.clock.advance(1_000);
    await assert.rejects(text(), isFailure("link-lost"));
    await end.assertEnded("link-lost");
  });

  it("ends the link upon anything before the welcome", async () => {
    end.gateway.say({ kind: "pong", nonce: 1 });
    await assert.rejects(end.link.welcome, isFailure("protocol"));
    await end.assertEnded("protocol");
  });

  const wrong: Readonly<Record<string, readonly ServerMessage[]>> = {
    "a text of a stream that was never opened": [draft(2, "what?")],
    "more of a text that was never begun": [{ kind: "more", text: "what?" }],
    "an end of stream 0": [ended(0)],
    "a cancelled of a stream that was never opened": [{ kind: "cancelled", stream: 9 }],
    "a second welcome": [welcome],
  };
  for (const [what, messages] of Object.entries(wrong)) {
    it(`ends the link upon ${what}`, async () => {
      await open();
      const { text } = await end.ask();
      end.gateway.say(...messages);
      await assert.rejects(text(), isFailure("link-lost"));
      await end.gateway.end();
      await end.assertEnded("protocol");
    });
  }

  const frames: Readonly<Record<string, string>> = {
    "an empty one": "",
    "kind 0x0b": "0b",
    "a compressed one where nothing is": "fe00",
    "a pong without a nonce": "07",
    "a pong with a byte too many": "070100",
    "an end without its times": "0301",
    "a text that is not UTF-8": "0101ff",
    "a recalled that is neither": "080102",
    "a number in a longer form than it needs": "048100",
    "a client's": "aa01",
  };
  for (const [what, hex] of Object.entries(frames)) {
    it(`ends the link with 4400 upon a frame that is none: ${what}`, async () => {
      await open();
      await end.ask();
      end.gateway.sayBytes(Buffer.from(hex, "hex"));
      const { code } = await end.gateway.end();
      if (end.pair.carriesCloseCodes) assert.equal(code, 4400);
      await end.assertEnded("protocol");
    });
  }

  it("ends the link upon a frame of more than 1 MiB", async () => {
    await open();
    end.gateway.sayBytes(new Uint8Array(maxFrameBytes + 1));
    await end.gateway.end();
    await assert.rejects(textOf(end.link.complete(end.asked.ask(), never)));
    assert.equal(end.failures.length, 1);
  });

  it("reads a failure code from a newer gateway as internal", async () => {
    await open();
    const { text, stream } = await end.ask();
    end.gateway.sayBytes(
      Buffer.concat([Buffer.of(0x05, stream, 250), Buffer.from("New trouble.")]),
    );
    await assert.rejects(text(), { code: "internal", message: "New trouble." });
  });
}
