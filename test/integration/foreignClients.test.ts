import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import { WebSocket as FragmentingWebSocket } from "ws";
import { decodeServerMessage, encodeClientMessage } from "../../src/wire/codec.ts";
import { maxFrameBytes, subprotocol } from "../../src/wire/limits.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";
import { AnswerDesk } from "../helpers/answerDesk.ts";
import { type ForeignClient, openFaye, openUndici } from "../helpers/foreignClients.ts";
import { hello } from "../helpers/framePeer.ts";
import { gatewayToken, startGatewayServer, type TestGateway } from "../helpers/gatewayServer.ts";
import { Typist } from "../helpers/typist.ts";

/** A typist that speaks through a WebSocket, whatever client that is. */
const typistOf = (client: { send(message: Uint8Array): void }): Typist =>
  new Typist({
    say: (message) => {
      client.send(encodeClientMessage(message));
    },
    sayBytes: (bytes) => {
      client.send(bytes);
    },
  });

for (const [name, open] of [
  ["Node's own WebSocket", openUndici],
  ["faye-websocket", openFaye],
] as const) {
  describe(`a gateway and a client by ${name}`, () => {
    let desk: AnswerDesk;
    let gateway: TestGateway;
    let client: ForeignClient;
    let typist: Typist;

    beforeEach(async () => {
      desk = new AnswerDesk();
      gateway = await startGatewayServer(desk.answer);
      client = await open(gateway.address, gatewayToken);
      typist = typistOf(client);
    });
    afterEach(() => {
      gateway.server.dispose();
    });

    const say = (...messages: ClientMessage[]) => {
      for (const message of messages) client.send(encodeClientMessage(message));
    };
    const hear = async (count: number): Promise<readonly ServerMessage[]> =>
      (await client.got(count)).map((bytes) => decodeServerMessage(bytes));
    const greet = async () => {
      say(hello);
      assert.equal((await hear(1))[0]?.kind, "welcome");
    };

    it("agree upon the subprotocol and greet each other", async () => {
      assert.equal(client.protocol, subprotocol);
      await greet();
    });

    it("let no one in with a wrong token", async () => {
      await assert.rejects(open(gateway.address, "wrong"));
      assert.equal(gateway.openLinks(), 1);
    });

    it("measure the way with a ping", async () => {
      await greet();
      say({ kind: "ping", nonce: 77 });
      assert.deepEqual((await hear(2))[1], { kind: "pong", nonce: 77 });
    });

    it("complete a text piece by piece, whatever its letters are", async () => {
      await greet();
      const document = typist.open("naïve \r\n");
      document.edit([{ offset: 6, deletedChars: 0, text: "😀" }], 10);
      const answer = await desk.ask(1);
      assert.equal(answer.request.before, "naïve 😀\r\n");
      answer.text("größer 😀");
      assert.equal((await hear(2))[1]?.kind, "text");
      answer.end();
      const [, text, end] = await hear(3);
      assert.equal(text?.kind === "text" && text.text, "größer 😀");
      assert.equal(end?.kind, "end");
    });

    it("stop the work upon a cancel", async () => {
      await greet();
      typist.cancel(typist.ask());
      assert.equal((await hear(2))[1]?.kind, "cancelled");
    });

    it("carry texts longer than any one read, both ways", async () => {
      await greet();
      typist.open("x".repeat(900_000)).ask(900_000);
      const answer = await desk.ask(1);
      assert.equal(answer.request.before.length, 900_000);
      answer.text("y".repeat(250_000));
      const text = (await hear(2))[1];
      assert.equal(text?.kind === "text" && text.text.length, 250_000);
    });

    const wrong: readonly (readonly [string, () => Uint8Array | string, number])[] = [
      ["a text message", () => "hello?", 4400],
      ["a frame that is none", () => Buffer.of(0x7f), 4400],
      ["an empty frame", () => new Uint8Array(0), 4400],
      ["an edit with nothing open", () => Buffer.of(0x61, 0, 0), 4400],
      ["a frame of more than 1 MiB", () => new Uint8Array(maxFrameBytes + 1), 1009],
    ];
    for (const [what, message, code] of wrong) {
      it(`part with ${code} upon ${what}`, async () => {
        await greet();
        client.send(message());
        assert.equal((await client.ended()).code, code);
      });
    }

    it("part with 1001 and a reason when the gateway goes away", async () => {
      await greet();
      gateway.server.dispose();
      assert.deepEqual(await client.ended(), { code: 1001, reason: "the gateway is going away" });
    });

    it("part with 1000 when the client has had enough, and the work is stopped", async () => {
      await greet();
      typist.ask();
      const answer = await desk.ask(1);
      client.close(1000, "enough");
      assert.equal((await client.ended()).code, 1000);
      await desk.until(() => answer.isStopped);
      assert.equal(gateway.openLinks(), 0);
    });
  });
}

describe("a gateway and a client that sends its messages in fragments", () => {
  let desk: AnswerDesk;
  let gateway: TestGateway;
  let ws: FragmentingWebSocket;

  beforeEach(async () => {
    desk = new AnswerDesk();
    gateway = await startGatewayServer(desk.answer);
    const headers = { Authorization: `Bearer ${gatewayToken}` };
    ws = new FragmentingWebSocket(gateway.address, [subprotocol], { headers });
    await once(ws, "open");
    ws.send(encodeClientMessage(hello));
    await once(ws, "message");
  });
  afterEach(() => {
    ws.terminate();
    gateway.server.dispose();
  });

  it("understand each other, also with pings between the fragments", async () => {
    const pieces: Uint8Array[] = [];
    const inPieces = typistOf({ send: (bytes) => pieces.push(bytes) });
    inPieces.open("in pieces").ask(9);
    const pongs: string[] = [];
    ws.on("pong", (data) => pongs.push(data.toString()));
    for (const message of pieces) {
      for (const [at, byte] of message.entries()) {
        ws.send(Uint8Array.of(byte), { binary: true, fin: at === message.length - 1 });
        if (at % 10 === 0) ws.ping(String(at));
      }
    }
    assert.equal((await desk.ask(1)).request.before, "in pieces");
    while (pongs.length === 0) await once(ws, "pong");
    assert.equal(pongs[0], "0");
  });

  it("part with 1009 when the fragments are more than 1 MiB together", async () => {
    const closed = once(ws, "close") as Promise<[number]>;
    for (let each = 0; each < 5; each++) {
      ws.send(new Uint8Array(250_000), { binary: true, fin: false });
    }
    assert.equal((await closed)[0], 1009);
    assert.equal(desk.asks.length, 0);
  });
});
