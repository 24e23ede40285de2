import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { DisposableStore } from "../../src/base/disposable.ts";
import { Failure } from "../../src/base/failure.ts";
import { Counters } from "../../src/gateway/counters.ts";
import { GatewayServer } from "../../src/gateway/server.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import type { ChatAnswer } from "../../src/link/chatRun.ts";
import { remoteProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { decodeServerMessage, encodeClientMessage } from "../../src/wire/codec.ts";
import { linkPath, protocolVersion } from "../../src/wire/limits.ts";
import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import type { Piece, ResumedChat, ServerMessage } from "../../src/wire/messages.ts";
import { ChatScript } from "../helpers/chatSources.ts";
import { Changes } from "../helpers/changes.ts";

const never = new AbortController().signal;
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const everything: DisposableStore[] = [];

async function openGateway(chat: ChatAnswer) {
  const store = new DisposableStore();
  everything.push(store);
  const tenant = (name: string) => ({
    name,
    tokenHash: createHash("sha256").update(`token-of-${name}`).digest(),
  });
  const counters = new Counters();
  const tenants = [tenant("one"), tenant("two")];
  const server = store.add(
    new GatewayServer({
      listen: { host: "127.0.0.1", port: 0 },
      tls: undefined,
      tenants: () => tenants,
      // eslint-disable-next-line require-yield -- nobody asks
      answer: async function* () {
        await Promise.reject(new Failure("internal", "no completions here"));
      },
      chat,
      compression: ["zstd", "deflate", "none"],
      dictionary: undefined,
      requestLimits: { beforeChars: 1_000, afterChars: 1_000 },
      gateway: "test/1",
      upstream: () => "",
      clock: systemClock,
      counters,
      log: quiet,
    }),
  );
  const address = `${await server.listen()}${linkPath}`;
  return { address, store, counters, server };
}

/** A client that says by hand what it says. */
class RawClient {
  readonly messages: ServerMessage[] = [];
  readonly #socket: FrameSocket;
  readonly #changes = new Changes();

  constructor(socket: FrameSocket) {
    this.#socket = socket;
    socket.listen({
      frame: (bytes) => {
        this.messages.push(decodeServerMessage(bytes));
        this.#changes.notify();
      },
      closed: () => undefined,
    });
  }

  static async dial(address: string, tenant: string): Promise<RawClient> {
    return new RawClient(await dialWebSocket(address, `token-of-${tenant}`, never));
  }

  async greet(session: string, resume: readonly ResumedChat[]) {
    const own = { protocolVersion, client: "raw/1", compression: ["none"] as const };
    const how = { dictionary: "", isPadded: false };
    this.send({ kind: "hello", ...own, ...how, session, resume });
    const welcome = await this.heard("welcome");
    return { session: welcome.session, resumed: welcome.resumed };
  }

  send(message: Parameters<typeof encodeClientMessage>[0]): void {
    this.#socket.send(encodeClientMessage(message));
  }

  async heard<Kind extends ServerMessage["kind"]>(kind: Kind) {
    type Wanted = Extract<ServerMessage, { readonly kind: Kind }>;
    const find = () => this.messages.find((message): message is Wanted => message.kind === kind);
    await this.#changes.until(() => find() !== undefined);
    const found = find();
    assert.ok(found);
    return found;
  }

  drop(): void {
    this.#socket.terminate();
  }

  get text(): string {
    return this.messages
      .map((said) => (said.kind === "text" || said.kind === "more" ? said.text : ""))
      .join("");
  }
}

describe("a chat over real sockets", () => {
  afterEach(() => {
    for (const store of everything.splice(0)) store.dispose();
  });

  it("yields its whole text over sockets that break, compressed and padded", async () => {
    const line = (_: unknown, index: number) => `${index} 😀 é漢字 ${"x".repeat(index)}\n`;
    const texts = Array.from({ length: 1_500 }, line);
    const script = new ChatScript(() => texts);
    const { address, store } = await openGateway(script.answer);
    let socket: FrameSocket | undefined;
    const documents = store.add(new LocalDocuments());
    const link = store.add(
      new PersistentLink({
        dial: async (signal) => (socket = await dialWebSocket(address, "token-of-one", signal)),
        clock: systemClock,
        random: () => 0,
        client: "test/1",
        documents,
        profile: () => remoteProfile(undefined),
      }),
    );
    await link.ready(never);
    const read: Piece[] = [];
    let cuts = 0;
    for await (const piece of link.chat("{}", never)) {
      read.push(piece);
      if (cuts === 4 || link.connectionCount === cuts || link.state.kind !== "ready") continue;
      socket?.terminate();
      cuts++;
    }
    assert.equal(cuts, 4);
    assert.equal(link.connectionCount, 5);
    assert.equal(script.answers.length, 1);
    const text = read.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
    assert.equal(text, texts.join(""));
    assert.equal(read.filter(({ kind }) => kind === "end").length, 1);
  });

  it("is resumed by the tenant's token alone, once, and from a place inside no character", async () => {
    const script = new ChatScript(() => ["😀 one ", "two"]);
    const { address, counters } = await openGateway(script.answer);
    const first = await RawClient.dial(address, "one");
    const { session } = await first.greet("", []);
    assert.match(session, /^[0-9a-f]{32}$/);
    first.send({ kind: "chat", stream: 1, question: "{}" });
    await first.heard("end");
    first.drop();

    const whole = [{ stream: 1, receivedBytes: 0, takenBytes: 0 }];
    const stranger = await RawClient.dial(address, "two");
    assert.deepEqual((await stranger.greet(session, whole)).resumed, [false]);

    const second = await RawClient.dial(address, "one");
    const rest = [
      { stream: 1, receivedBytes: 5, takenBytes: 0 },
      { stream: 1, receivedBytes: 5, takenBytes: 0 },
      { stream: 2, receivedBytes: 0, takenBytes: 0 },
    ];
    const answer = await second.greet(session, rest);
    assert.deepEqual(answer.resumed, [true, false, false]);
    assert.notEqual(answer.session, session);
    await second.heard("end");
    assert.equal(second.text, "one two");

    // It has not said a word in its new connection: the first id is still good.
    const third = await RawClient.dial(address, "one");
    assert.deepEqual((await third.greet(session, whole)).resumed, [false], "that text is gone");
    assert.equal(script.answers.length, 1);
    assert.deepEqual(counters.snapshot(), {
      links: { open: 2, total: 4 },
      streams: { end: 1, cancelled: 0, failed: 0 },
    });
  });

  it("is no more resumed by an id that was replaced and heard of", async () => {
    const { address } = await openGateway(new ChatScript(() => ["text"], "hang").answer);
    const first = await RawClient.dial(address, "one");
    const { session } = await first.greet("", []);
    first.send({ kind: "chat", stream: 1, question: "{}" });
    await first.heard("text");
    first.drop();
    const claim = [{ stream: 1, receivedBytes: 4, takenBytes: 0 }];
    const second = await RawClient.dial(address, "one");
    assert.deepEqual((await second.greet(session, claim)).resumed, [true]);
    second.send({ kind: "ping", nonce: 1 });
    await second.heard("pong");
    second.drop();
    const third = await RawClient.dial(address, "one");
    assert.deepEqual((await third.greet(session, claim)).resumed, [false]);
  });

  for (const [what, receivedBytes, takenBytes] of [
    ["inside a character", 1, 0],
    ["beyond the text", 100, 100],
    ["behind what was taken", 0, 4],
  ] as const) {
    it(`is refused from a place ${what}`, async () => {
      const { address } = await openGateway(new ChatScript(() => ["😀"], "hang").answer);
      const first = await RawClient.dial(address, "one");
      const { session } = await first.greet("", []);
      first.send({ kind: "chat", stream: 1, question: "{}" });
      await first.heard("text");
      first.drop();
      const second = await RawClient.dial(address, "one");
      const claim = [{ stream: 1, receivedBytes, takenBytes }];
      assert.deepEqual((await second.greet(session, claim)).resumed, [false]);
    });
  }

  it("must have the next number", async () => {
    const { address } = await openGateway(new ChatScript(() => ["text"], "hang").answer);
    const socket = await dialWebSocket(address, "token-of-one", never);
    const closed = Promise.withResolvers<number>();
    socket.listen({ frame: () => undefined, closed: closed.resolve });
    const own = { protocolVersion, client: "raw/1", compression: ["none"] as const };
    const how = { dictionary: "", isPadded: false, session: "", resume: [] };
    socket.send(encodeClientMessage({ kind: "hello", ...own, ...how }));
    socket.send(encodeClientMessage({ kind: "chat", stream: 2, question: "{}" }));
    assert.equal(await closed.promise, 4400);
  });
});
