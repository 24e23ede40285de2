import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ChatSessions } from "../../../src/link/chatSessions.ts";
import { ChatScript } from "../../helpers/chatSources.ts";
import { ChatWorld } from "../../helpers/chatWorld.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const minuteMs = 60_000;
const texts = ["one ", "two 😀 ", "three"];
const whole = texts.join("");
let world: ChatWorld | undefined;

/** A chat that has told its texts, and whose link is up. */
async function talking(script: ChatScript) {
  world = new ChatWorld({ chat: script.answer });
  await world.ready();
  const reader = world.read();
  await world.flow();
  return { world, reader, script };
}

const hanging = () => new ChatScript(() => texts, "hang");

describe("a chat whose link is lost", () => {
  afterEach(() => {
    world?.dispose();
    world = undefined;
  });

  it("goes on when the loss comes before its first text", async () => {
    const release = Promise.withResolvers<undefined>();
    const script = new ChatScript(() => texts);
    world = new ChatWorld({
      chat: async function* (question, signal) {
        await release.promise;
        yield* script.answer(question, signal);
      },
    });
    await world.ready();
    const reader = world.read();
    await world.flow();
    await world.cut();
    release.resolve(undefined);
    await world.finish(reader);
    assert.equal(reader.text, whole);
    assert.equal(reader.endCount, 1);
  });

  it("gets its last frame again when only that was lost", async () => {
    world = new ChatWorld({ chat: new ChatScript(() => texts).answer });
    await world.ready();
    const reader = world.read();
    await settled();
    for (let frame = 0; frame < 1 + texts.length; frame++) await world.step("client");
    assert.equal(reader.text, whole);
    assert.equal(reader.isOver, false);
    await world.cut();
    await world.finish(reader);
    assert.equal(reader.text, whole);
    assert.equal(reader.endCount, 1);
    await world.flow();
    await world.cut();
    assert.equal(world.sessions.parkedCount, 0, "a chat whose last frame was answered is kept");
  });

  it("tells the failure of its source after the loss", async () => {
    world = new ChatWorld({ chat: new ChatScript(() => texts, "fail").answer });
    await world.ready();
    const reader = world.read();
    await settled();
    await world.step("server");
    await world.cut();
    await world.finish(reader);
    assert.equal(reader.text, whole);
    assert.equal(reader.failure?.code, "internal");
    assert.match(reader.failure.message, /broke off/);
    assert.deepEqual(world.outcomes, ["failed"]);
  });

  it("ends with link-lost where another tenant's token comes back", async () => {
    const { world, reader, script } = await talking(hanging());
    await world.cut();
    world.tenant = "strangers";
    await world.finish(reader);
    assert.equal(reader.failure?.code, "link-lost");
    assert.equal(reader.text, whole);
    assert.equal(script.last.signal.aborted, false, "it is the first tenant's still");
    world.clock.advance(minuteMs);
    assert.equal(script.last.signal.aborted, true);
  });

  it("ends with link-lost at the client after 60 s, and its source with it", async () => {
    const { world, reader, script } = await talking(hanging());
    world.isDown = true;
    await world.cut();
    world.clock.advance(minuteMs - 1);
    await settled();
    assert.equal(reader.isOver, false);
    assert.equal(script.last.signal.aborted, false);
    world.clock.advance(1);
    await reader.done;
    assert.equal(reader.failure?.code, "link-lost");
    assert.equal(script.last.signal.aborted, true);
    assert.equal(world.sessions.parkedCount, 0);
    assert.deepEqual(world.outcomes, ["cancelled"]);
  });

  it("goes on when the client comes back just before 60 s are over", async () => {
    const script = hanging();
    const { world, reader } = await talking(script);
    world.isDown = true;
    await world.cut();
    world.clock.advance(minuteMs - 11_000);
    world.isDown = false;
    await world.ready();
    world.clock.advance(minuteMs);
    await world.flow();
    assert.equal(reader.isOver, false);
    assert.equal(script.last.signal.aborted, false);
  });

  it("ends with link-lost where the gateway has started anew", async () => {
    const { world, reader } = await talking(hanging());
    await world.restartGateway();
    await world.finish(reader);
    assert.equal(reader.failure?.code, "link-lost");
  });

  it("gives its number away all the same where it is refused, and the next chat works", async () => {
    const { world, reader } = await talking(hanging());
    await world.restartGateway();
    await world.finish(reader);
    const next = world.read();
    await world.flow();
    assert.equal(next.text, whole);
  });

  it("stops its source when it is cancelled while the link is away, as soon as the client is back", async () => {
    const { world, reader, script } = await talking(hanging());
    await world.cut();
    reader.abort.abort(new Error("enough"));
    await reader.done;
    assert.match(reader.failure?.message ?? "", /enough/);
    assert.equal(script.last.signal.aborted, false);
    await world.ready();
    assert.equal(script.last.signal.aborted, true);
  });

  it("stops its source when it is cancelled between hello and welcome", async () => {
    const { world, reader, script } = await talking(hanging());
    await world.cut();
    await world.dialAgain();
    await world.step("server");
    reader.abort.abort(new Error("enough"));
    await reader.done;
    await world.flow();
    assert.equal(script.last.signal.aborted, true);
    assert.equal(world.link.state.kind, "ready");
  });

  it("stops its source in the same turn when it is cancelled on a link", async () => {
    const { world, reader, script } = await talking(hanging());
    reader.abort.abort(new Error("enough"));
    await reader.done;
    await world.flow();
    assert.equal(script.last.signal.aborted, true);
    await world.cut();
    assert.equal(world.sessions.parkedCount, 0);
    assert.deepEqual(world.outcomes, ["cancelled"]);
  });

  it("ends for good where the client closes on purpose", async () => {
    const { world, reader, script } = await talking(hanging());
    world.link.dispose();
    await world.flow();
    await reader.done;
    assert.equal(reader.failure?.code, "link-lost");
    assert.equal(script.last.signal.aborted, true);
    assert.equal(world.sessions.parkedCount, 0);
  });

  it("ends for good where the gateway's owner disposes the link", async () => {
    const { world, reader, script } = await talking(hanging());
    world.server?.dispose();
    assert.equal(script.last.signal.aborted, true);
    await world.finish(reader);
    assert.equal(reader.failure?.code, "link-lost");
  });

  it("is taken over from a connection that the gateway still thinks open", async () => {
    const { world, reader } = await talking(hanging());
    const older = world.pair;
    assert.ok(older);
    older.client.arrive({ kind: "close", code: 1006, reason: "" }); // the gateway hears nothing of it
    await settled();
    await world.ready();
    assert.equal(reader.isOver, false);
    assert.deepEqual(older.server.take()?.kind, "close");
    assert.equal(world.sessions.parkedCount, 0);
  });

  it("belongs to a session that ends with the token of its newest connection", async () => {
    const { world, script } = await talking(hanging());
    world.tokenHash = "another";
    await world.cut();
    await world.ready();
    await world.cut();
    world.sessions.dropStrangers(new Set(["another", "a third"]));
    assert.equal(script.last.signal.aborted, false);
    world.sessions.dropStrangers(new Set(["one", "a third"]));
    assert.equal(script.last.signal.aborted, true);
    assert.equal(world.sessions.parkedCount, 0);
  });

  it("ends at once when its connection is closed because its token is good no more", async () => {
    const { world, script } = await talking(hanging());
    world.server?.refuse();
    assert.equal(script.last.signal.aborted, true);
    assert.equal(world.sessions.parkedCount, 0);
  });
});

describe("a gateway without chat", () => {
  it("answers a chat with a failure that says so", async () => {
    const world = new ChatWorld({ chat: undefined });
    await world.ready();
    const reader = world.read();
    await world.finish(reader);
    assert.equal(reader.failure?.code, "settings");
    assert.match(reader.failure.message, /no chat/);
    assert.equal(world.link.state.kind, "ready");
    world.dispose();
  });
});

describe("a client's chats", () => {
  it("are at most eight at once", async () => {
    const world = new ChatWorld({ chat: hanging().answer });
    await world.ready();
    const readers = Array.from({ length: 9 }, () => world.read());
    await world.flow();
    assert.deepEqual(
      readers.map(({ failure }) => failure?.code),
      [...Array.from({ length: 8 }, () => undefined), "busy"],
    );
    assert.ok(readers.slice(0, 8).every(({ text }) => text === whole));
    world.dispose();
  });

  it("refuse a question that no frame can hold, and the link stays", async () => {
    const world = new ChatWorld({ chat: hanging().answer });
    await world.ready();
    const reader = world.read("x".repeat(512 * 1024 + 1));
    await reader.done;
    assert.equal(reader.failure?.code, "too-large");
    assert.equal(world.link.state.kind, "ready");
    world.dispose();
  });

  it("wait for no more than 256 lost sessions, and the tenant with the most gives way", () => {
    const script = hanging();
    const sessions = new ChatSessions({
      clock: new ManualClock(),
      answer: script.answer,
      onOutcome: () => undefined,
    });
    const lose = (tenant: string) => {
      const port = {
        unsentBytes: () => 0,
        sendText: () => undefined,
        sendLast: () => undefined,
        superseded: () => undefined,
      };
      const { session } = sessions.enter(
        { tenant, tokenHash: tenant },
        { session: "", resume: [] },
        port,
      );
      session.open(1, "{}");
      sessions.leave(session, port, false);
    };
    lose("small");
    for (let count = 0; count < 300; count++) lose("large");
    assert.equal(sessions.parkedCount, 256);
    const isLive = ({ signal }: { signal: AbortSignal }) => !signal.aborted;
    assert.equal(script.answers.filter(isLive).length, 256);
    assert.equal(isLive(script.answers[0] ?? script.last), true, "the small tenant was driven out");
    assert.equal(isLive(script.last), true, "the newest was driven out");
    sessions.dispose();
    assert.equal(script.answers.filter(isLive).length, 0);
  });
});
