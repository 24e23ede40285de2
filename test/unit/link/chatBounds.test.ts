import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Answer } from "../../../src/link/answer.ts";
import { ChatSessions } from "../../../src/link/chatSessions.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { ChatScript } from "../../helpers/chatSources.ts";
import { ChatWorld, type ChatReader } from "../../helpers/chatWorld.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { clientPeer, hello } from "../../helpers/framePeer.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { settled } from "../../helpers/settled.ts";

const kiB = 1024;
const pieceBytes = kiB;
const piece = "é".repeat(pieceBytes / 2);

function* pieces(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield piece;
}

async function reading(count: number, chats = 1) {
  const script = new ChatScript(() => pieces(count));
  const world = new ChatWorld({ chat: script.answer });
  await world.ready();
  const readers = Array.from({ length: chats }, () => world.read());
  const pulledBytes = () =>
    script.answers.reduce((sum, { pulled }) => sum + pulled * pieceBytes, 0);
  return { world, readers, pulledBytes };
}

const assertWhole = (reader: ChatReader, count: number) => {
  assert.equal(reader.failure, undefined);
  assert.equal(reader.text.length, (count * pieceBytes) / 2);
  assert.equal(reader.endCount, 1);
};

describe("what the gateway keeps of chats", () => {
  it("is 64 KiB of one whose reader takes nothing, and its source waits", async () => {
    const { world, readers, pulledBytes } = await reading(4_000);
    const [reader] = readers;
    assert.ok(reader);
    reader.isPaused = true;
    for (let turn = 0; turn < 200; turn++)
      if (!(await world.step("client"))) world.clock.advance(5);
    assert.ok(pulledBytes() >= 64 * kiB, `${pulledBytes()} bytes`);
    assert.ok(pulledBytes() <= 66 * kiB, `${pulledBytes()} bytes`);
    reader.isPaused = false;
    await world.finish(reader);
    assertWhole(reader, 4_000);
    world.dispose();
  });

  it("is read to its end, and the model let go, of one whose reader takes nothing for a minute", async () => {
    const { world, readers, pulledBytes } = await reading(4_000);
    const [reader] = readers;
    assert.ok(reader);
    reader.isPaused = true;
    const wait = async (forMs: number) => {
      for (let leftMs = forMs; leftMs > 0; leftMs -= 500) {
        await world.flow(); // the link itself lives
        world.clock.advance(500);
      }
      await world.flow();
    };
    await wait(30_000);
    reader.isPaused = false;
    await settled();
    reader.isPaused = true;
    await wait(59_000);
    assert.deepEqual(world.outcomes, []);
    await wait(2_000);
    assert.deepEqual(world.outcomes, ["failed"]);
    const bytes = pulledBytes();
    reader.isPaused = false;
    await world.finish(reader);
    assert.equal(reader.failure?.code, "unread");
    assert.equal(Buffer.byteLength(reader.text), bytes);
    assert.equal(pulledBytes(), bytes);
    world.dispose();
  });

  it("is sent on when the reader has taken all between hello and welcome", async () => {
    const { world, readers } = await reading(200);
    const [reader] = readers;
    assert.ok(reader);
    reader.isPaused = true;
    for (let turn = 0; turn < 100; turn++)
      if (!(await world.step("client"))) world.clock.advance(5);
    await world.cut();
    await world.dialAgain();
    await world.step("server");
    reader.isPaused = false;
    await settled();
    await world.finish(reader);
    assertWhole(reader, 200);
    world.dispose();
  });

  it("is at most 1 MiB over all while the client is away, and nothing is lost", async () => {
    for (const chats of [1, 2, 8]) {
      const { world, readers, pulledBytes } = await reading(2_000, chats);
      await world.step("server");
      for (let turn = 1; turn < chats; turn++) await world.step("server");
      world.isDown = true;
      await world.cut();
      for (let turn = 0; turn < 100; turn++) await world.flow();
      const keptBytes = pulledBytes();
      assert.ok(keptBytes > 512 * kiB, `${chats} chats: ${keptBytes} bytes`);
      assert.ok(keptBytes <= 1024 * kiB + chats * pieceBytes, `${chats} chats: ${keptBytes} bytes`);
      world.isDown = false;
      await world.finish(...readers);
      for (const reader of readers) assertWhole(reader, 2_000);
      world.dispose();
    }
  });

  it("stays within its bounds when a client comes and goes and reads nothing", async () => {
    const { world, readers, pulledBytes } = await reading(4_000, 8);
    for (const reader of readers) reader.isPaused = true;
    await world.flow();
    for (let loss = 0; loss < 20; loss++) {
      await world.cut();
      await world.ready();
      for (let turn = 0; turn < 20; turn++)
        if (!(await world.step("client"))) world.clock.advance(5);
    }
    // 64 KiB of each at the client, and 1 MiB at the gateway.
    assert.ok(pulledBytes() <= (8 * 64 + 1024 + 8) * kiB, `${pulledBytes()} bytes`);
    for (const reader of readers) reader.isPaused = false;
    await world.finish(...readers);
    for (const reader of readers) assertWhole(reader, 4_000);
    world.dispose();
  });
});

describe("a ninth chat", () => {
  it("is refused by the link itself, until one of the eight has ended", async () => {
    const script = new ChatScript(() => pieces(3), "hang");
    const world = new ChatWorld({ chat: script.answer });
    await world.ready();
    const eight = Array.from({ length: 8 }, () => world.read());
    const ninth = world.read();
    await settled();
    assert.equal(ninth.failure?.code, "busy", "before the gateway hears of it");
    await world.flow();
    assert.equal(script.answers.length, 8);
    assert.ok(eight.every(({ isOver }) => !isOver));
    eight[0]?.abort.abort(new Error("enough"));
    await world.flow();
    const next = world.read();
    await world.flow();
    assert.equal(next.isOver, false);
    assert.equal(next.text, piece.repeat(3));
    world.dispose();
  });

  it("of a client that does not count is refused by the gateway, and the eight go on", async () => {
    const pair = new MemorySocketPair("by hand");
    const flow = async () => {
      while (pair.deliver("server") || pair.deliver("client")) await settled();
    };
    const script = new ChatScript(() => ["begun"], "hang");
    const clock = new ManualClock();
    const onOutcome = () => undefined;
    const sessions = new ChatSessions({ clock, answer: script.answer, onOutcome });
    const owner = { tenant: "team", tokenHash: "one" };
    const parts = serverParts(pair.server, clock, new AnswerDesk().answer);
    const server = new ServerLink({ ...parts, chats: { sessions, owner } });
    const client = clientPeer(pair.client);
    client.say(hello);
    for (let stream = 1; stream <= 9; stream++)
      client.say({ kind: "chat", stream, question: "{}" });
    await flow();
    const said = client.received.flatMap((each) => ("stream" in each ? [each] : []));
    const of = (kind: string) => said.filter((each) => each.kind === kind);
    assert.deepEqual(of("failed"), [
      { kind: "failed", stream: 9, code: "busy", detail: "too many chats at once" },
    ]);
    assert.equal(script.answers.length, 8);
    client.say({ kind: "cancel", stream: 1 });
    client.say({ kind: "chat", stream: 10, question: "{}" });
    await flow();
    assert.equal(script.answers.length, 9, "there is room again");
    server.dispose();
    sessions.dispose();
  });
});

describe("a completion beside chats", () => {
  it("goes before their text: no more than 32 KiB are sent ahead of it", async () => {
    const answer: Answer = async function* () {
      await Promise.resolve();
      yield textPiece("completed");
      yield fakeEnd;
    };
    const script = new ChatScript(() => pieces(500));
    const world = new ChatWorld({ chat: script.answer, answer });
    const name = { key: "a", path: "a.ts", languageId: "typescript", isConfined: false };
    world.documents.open(name, 1, "let a = ");
    await world.ready();
    const readers = Array.from({ length: 8 }, () => world.read());
    while (await world.step("server")) if (world.pair && world.pair.server.unsentBytes > 0) break;
    const ask = { documentKey: "a", documentVersion: 1, offset: 8, isConfined: false };
    const completion = world.link.complete(
      { ...ask, snippets: [], keepsOlder: false },
      new AbortController().signal,
    );
    const first = completion.next();
    const receivedBytes = () => readers.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    // The network takes nothing while the gateway hears the ask.
    for (let turn = 0; turn < 40; turn++) {
      world.pair?.deliver("server");
      world.clock.advance(5);
      await new Promise(setImmediate);
    }
    const before = receivedBytes();
    const pump = async (): Promise<undefined> => {
      while (await world.step("client"));
      return undefined;
    };
    let aheadBytes = 0;
    const answered = first.then(({ value }): unknown => {
      aheadBytes = receivedBytes() - before;
      return value;
    });
    void pump();
    assert.deepEqual(await answered, textPiece("completed"));
    assert.ok(aheadBytes > 0, "the chats had sent nothing");
    assert.ok(aheadBytes <= 33 * kiB, `${aheadBytes} bytes of chat were ahead`);
    await completion.return(undefined);
    await world.finish(...readers);
    for (const reader of readers) assertWhole(reader, 500);
    world.dispose();
  });

  it("is never resumed: it ends with link-lost while a chat goes on", async () => {
    const asked: AbortSignal[] = [];
    const answer: Answer = async function* (_request, signal) {
      asked.push(signal);
      yield textPiece("begun");
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    };
    const world = new ChatWorld({ chat: new ChatScript(() => pieces(3), "hang").answer, answer });
    const name = { key: "a", path: "a.ts", languageId: "typescript", isConfined: false };
    world.documents.open(name, 1, "let a = ");
    await world.ready();
    const reader = world.read();
    const ask = { documentKey: "a", documentVersion: 1, offset: 8, isConfined: false };
    const completion = world.link.complete(
      { ...ask, snippets: [], keepsOlder: false },
      new AbortController().signal,
    );
    const first = completion.next();
    await world.flow();
    assert.deepEqual((await first).value, textPiece("begun"));
    const second = assert.rejects(completion.next(), { code: "link-lost" });
    await world.cut();
    await second;
    assert.equal(asked[0]?.aborted, true);
    await world.ready();
    assert.equal(asked.length, 1);
    assert.equal(reader.isOver, false);
    world.dispose();
  });
});
