import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { ChatScript } from "../../helpers/chatSources.ts";
import { type ChatReader, ChatWorld } from "../../helpers/chatWorld.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const texts = ["one ", "two 😀 ", "three"];
const whole = texts.join("");

describe("a chat beside a spare link", () => {
  const hanging = new ChatScript((question) => [question, ...texts], "hang");
  let world: ChatWorld;
  const wholeOf = (question: string) => `${question}${whole}`;

  beforeEach(async () => {
    world = new ChatWorld({ chat: hanging.answer });
    await world.ready();
    world.clock.advance(1_000); // the next dial may follow at once
    await world.flow();
  });
  afterEach(async () => {
    world.dispose();
    await settled();
    assert.equal(world.clock.timerCount, 0);
  });

  /** A spare has said hello, and no more has been delivered of either link. */
  async function spared(how: "suspect" | "move"): Promise<void> {
    world.link[how]();
    await settled();
    assert.equal(world.pairs.length, 2);
    assert.ok(await world.step("server", world.connection(2)));
  }

  /** Whether a chat that is asked now gets the whole text. */
  async function assertAnswered(reader: ChatReader, question: string): Promise<void> {
    await world.flowAnywhere();
    assert.equal(reader.failure, undefined);
    assert.equal(reader.text, wholeOf(question));
    assert.equal(world.link.state.kind, "ready");
    reader.abort.abort();
    await reader.done;
    await world.flowAnywhere();
    assert.equal(hanging.last.signal.aborted, true);
  }

  it("is asked there where the link is suspect: it waits for the spare's welcome", async () => {
    await spared("suspect");
    const reader = world.read("late");
    await settled();
    await world.step("client", world.connection(2)); // the welcome; the link before is dead
    while (await world.step("server", world.connection(2)));
    await assertAnswered(reader, "late");
  });

  it("is asked there where the suspect link dies before the spare's welcome", async () => {
    await spared("suspect");
    const reader = world.read("late");
    await settled();
    world.connection(1).cut();
    await assertAnswered(reader, "late");
    assert.equal(world.connection(2).client.take(), undefined);
  });

  it("is asked on the suspect link once that has answered", async () => {
    await spared("suspect");
    const reader = world.read("trusted");
    await settled();
    const old = world.connection(1);
    while (await world.step("server", old));
    assert.equal(reader.text, wholeOf("trusted"));
    await assertAnswered(reader, "trusted");
  });

  it("is asked in the link that comes where neither has answered after 2 s", async () => {
    await spared("suspect");
    const reader = world.read("late");
    world.isDown = true;
    world.connection(2).cut();
    await settled();
    world.clock.advance(2_000);
    await settled();
    assert.notEqual(world.link.state.kind, "ready");
    assert.equal(reader.isOver, false);
    world.isDown = false;
    await world.ready();
    await assertAnswered(reader, "late");
  });

  it("ends at once when its reader gives up while it waits", async () => {
    await spared("suspect");
    const asked = hanging.answers.length;
    const reader = world.read("given up");
    await settled();
    reader.abort.abort(new Failure("superseded", "given up"));
    await reader.done;
    assert.equal(reader.failure?.code, "superseded");
    await world.flowAnywhere();
    assert.equal(hanging.answers.length, asked);
  });

  it("is asked there again where the spare's hello has overtaken its question", async () => {
    const reader = world.read("overtaken"); // on its way on a line that stands still
    await settled();
    await spared("suspect");
    const spare = world.connection(2);
    while (await world.step("server", spare));
    assert.equal(reader.text, wholeOf("overtaken"));
    await assertAnswered(reader, "overtaken");
    assert.equal(hanging.answers.filter(({ question }) => question === "overtaken").length, 1);
  });

  for (const moment of ["before the spare's hello", "behind it"]) {
    it(`goes on where it was asked, ${moment}, when the link moves, till it has ended`, async () => {
      const before = moment === "behind it" ? undefined : world.read("moved");
      if (before) await world.flow();
      await spared("move");
      const reader = before ?? world.read("moved");
      await world.flowAnywhere();
      assert.equal(reader.text, wholeOf("moved"));
      const next = world.read("next");
      await world.flowAnywhere();
      assert.equal(next.text, wholeOf("next"));
      world.pair = undefined;
      world.connection(2).cut(); // the next loss
      await settled();
      await world.ready();
      await world.flowAnywhere();
      assert.deepEqual([reader.isOver, next.isOver], [false, false]);
      assert.deepEqual([reader.text, next.text], [wholeOf("moved"), wholeOf("next")]);
      reader.abort.abort();
      await reader.done;
      await world.flowAnywhere();
      assert.deepEqual(world.connection(1).client.take(), undefined);
      next.abort.abort();
      await next.done;
    });
  }

  it("stays where it is when the gateway says that it goes away", async () => {
    const reader = world.read("drained");
    await world.flow();
    world.server?.goAway();
    await settled();
    await world.step("client", world.connection(1));
    await world.flowAnywhere();
    assert.equal(world.pairs.length, 2);
    assert.equal(reader.isOver, false);
    const next = world.read("next");
    await world.flowAnywhere();
    world.servers[0]?.dispose();
    await world.flowAnywhere();
    assert.equal(reader.failure?.code, "link-lost");
    assert.equal(next.isOver, false);
  });

  it("outlives a spare that is given up between its hello and its welcome", async () => {
    const reader = world.read("claimed");
    await world.flow();
    await spared("suspect");
    world.clock.advance(600);
    world.link.suspect(); // again: the spare is dialled anew
    await world.flowAnywhere();
    await world.ready();
    await world.flowAnywhere();
    assert.equal(reader.isOver, false);
    assert.equal(hanging.last.signal.aborted, false);
  });

  it("goes on in the spare that has claimed it, though the link is trusted again meanwhile", async () => {
    const reader = world.read("claimed");
    await world.flow();
    world.link.suspect();
    await settled();
    await world.step("server", world.connection(1)); // the ping
    await world.step("client", world.connection(1)); // the pong: the link is trusted again
    await world.flowAnywhere();
    assert.equal(reader.isOver, false);
    assert.equal(hanging.last.signal.aborted, false);
    assert.equal(world.link.state.kind, "ready");
  });
});

describe("a completion on a suspect link that is kept for a chat", () => {
  it("is cancelled there when a spare has taken the link's place", async () => {
    const signals: AbortSignal[] = [];
    const world = new ChatWorld({
      chat: async function* (_question, signal) {
        yield textPiece("a chat");
        await aborted(signal);
      },
      answer: async function* (_request, signal) {
        signals.push(signal);
        yield textPiece("a completion");
        await aborted(signal);
      },
    });
    await world.ready();
    world.clock.advance(1_000);
    const reader = world.read();
    await world.flow();
    const asked = new AskedDocuments();
    const ask = asked.ask();
    const { key, path, languageId, isConfined, text } = asked.documents.get(ask.documentKey) ?? {};
    assert.ok(key !== undefined && path !== undefined && languageId !== undefined);
    const name = { key, path, languageId, isConfined: isConfined === true };
    world.documents.open(name, ask.documentVersion, text?.whole() ?? "");
    const completion = textOf(world.link.complete(ask, new AbortController().signal));
    completion.catch(() => undefined);
    await world.flow();
    world.tenant = "another"; // whose gateway has no such session: it refuses the chat
    world.link.suspect();
    await settled();
    while (await world.step("server", world.connection(2)));
    await assert.rejects(completion, /a new link took its place/);
    await world.flowAnywhere();
    assert.equal(signals[0]?.aborted, true);
    reader.abort.abort();
    await reader.done;
    world.dispose();
  });
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });

describe("the text of a chat", () => {
  const piece = "é漢😀 ".repeat(1_000);
  let go: () => void;
  let world: ChatWorld;
  const wholeOf = (count: number) =>
    `begin ${Array.from({ length: count }, (_, index) => `${index}${piece}`).join("")}`;

  /** A spare has claimed an answer of so many pieces, and its hello is under way. */
  async function claimed(count: number) {
    const gate = Promise.withResolvers<undefined>();
    go = () => {
      gate.resolve(undefined);
    };
    world = new ChatWorld({
      chat: async function* (): AsyncGenerator<Piece> {
        yield textPiece("begin ");
        await gate.promise;
        for (let index = 0; index < count; index++) yield textPiece(`${index}${piece}`);
        yield fakeEnd;
      },
    });
    await world.ready();
    world.clock.advance(1_000);
    await world.flow();
    const reader = world.read();
    await world.flow();
    world.link.suspect();
    await settled();
    return reader;
  }
  afterEach(() => {
    world.dispose();
  });

  it("comes once where the link before goes on to bring it behind the spare's hello", async () => {
    const reader = await claimed(12);
    go();
    await settled();
    for (let frame = 0; frame < 3; frame++) await world.step("client", world.connection(1));
    assert.ok(reader.text.length > 100, "the link before brings nothing");
    await world.finish(reader);
    assert.equal(reader.text, wholeOf(12));
    assert.equal(reader.endCount, 1);
  });

  it("is whole where the link before brings much of it, and is told so, before the spare's hello arrives", async () => {
    const reader = await claimed(20);
    go();
    const old = world.connection(1);
    for (let turn = 0; turn < 12; turn++) {
      old.deliver("client");
      await settled();
      old.deliver("server");
      await settled();
      world.clock.advance(5);
    }
    assert.ok(Buffer.byteLength(reader.text) > 32 * 1024, "the link before brings little");
    assert.equal(reader.isOver, false);
    while (await world.step("server", world.connection(2)));
    await world.finish(reader);
    assert.equal(reader.failure, undefined);
    assert.ok(reader.text === wholeOf(20));
  });

  it("goes on in the link before when the spare that has claimed it is lost", async () => {
    const reader = await claimed(20);
    const { pair } = world;
    while (await world.step("client", world.connection(1)));
    go();
    pair?.cut();
    await settled();
    const old = world.connection(1);
    for (let turn = 0; turn < 100 && !reader.isOver; turn++) {
      while (await world.step("client", old));
      world.clock.advance(5);
    }
    assert.ok(reader.text === wholeOf(20));
  });
});
