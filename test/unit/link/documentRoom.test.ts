import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { DocumentRoom } from "../../../src/link/documentRoom.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import type { Piece } from "../../../src/wire/messages.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { clientPeer, hello } from "../../helpers/framePeer.ts";
import { fakeEnd } from "../../helpers/fakeSource.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts, serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";
import { Typist } from "../../helpers/typist.ts";

describe("the room for documents of all links of a gateway", () => {
  let room: DocumentRoom;

  beforeEach(() => {
    room = new DocumentRoom(20_000);
  });

  it("holds nothing of a link that is over, whatever that still reads", () => {
    const over = room.enter(() => 0);
    over.hold(5_000);
    over.dispose();
    over.hold(20_000);
    room.enter(() => 0);
    assert.ok(room.enter(() => 0).hold(15_000));
  });

  function enter() {
    const pair = new MemorySocketPair();
    const client = clientPeer(pair.client);
    const desk = new AnswerDesk();
    const parts = serverParts(pair.server, new ManualClock(), desk.answer);
    new ServerLink({ ...parts, room });
    client.say(hello);
    return { client, typist: new Typist(client), desk };
  }
  const open = ({ typist }: ReturnType<typeof enter>, chars: number) =>
    typist.open("x".repeat(chars));

  it("is all for one of them where it is alone", async () => {
    const one = enter();
    open(one, 19_000).ask(0);
    await one.desk.ask(1);
    open(one, 1_000);
    assert.equal((await one.client.end()).code, 1013);
  });

  it("lets those go on that hold no more than their share when it is full, and closes the others with 1013", async () => {
    const [large, small] = [enter(), enter()];
    const document = open(large, 14_000);
    open(small, 5_000);
    await settled();
    open(small, 3_000).ask(0);
    await small.desk.ask(1);
    assert.equal(large.client.closed, undefined);
    document.ask(0);
    await large.desk.ask(1); // it takes nothing more
    document.type("y");
    assert.equal((await large.client.end()).code, 1013);
    assert.equal(large.desk.asks.length, 1);
    assert.equal(small.client.closed, undefined);
  });

  it("is free again when documents are replaced by shorter ones and links have ended", async () => {
    const [one, other] = [enter(), enter()];
    open(one, 14_000);
    await settled();
    one.typist.open("short", { document: 1 });
    open(other, 18_000).ask(0);
    await other.desk.ask(1);
    other.client.close(1000);
    await settled();
    open(one, 17_000).ask(0);
    await one.desk.ask(1);
  });

  it("is made by forgetting what was closed, whichever link it was closed in", async () => {
    const [one, other] = [enter(), enter()];
    open(one, 9_000).close();
    open(other, 9_000).close();
    await settled();
    open(one, 19_000).ask(0);
    await one.desk.ask(1);
    assert.deepEqual([one.client.closed, other.client.closed], [undefined, undefined]);
    open(other, 5_000).ask(0); // what was forgotten is not counted any more
    await other.desk.ask(1);
  });

  it("gives the part of a link back once, however often that ends", () => {
    const [one, other] = [room.enter(() => 5_000), room.enter(() => 17_000)];
    other.hold(15_000);
    one.hold(5_000);
    one.dispose();
    one.dispose();
    const third = room.enter(() => 4_000);
    third.hold(4_000);
    assert.equal(other.hold(17_000), false);
  });

  it("counts snippets, too", async () => {
    const one = enter();
    one.typist.useSnippets(["x".repeat(10_000), "y".repeat(11_000)]);
    assert.equal((await one.client.end()).code, 1013);
  });
});

describe("windows whose documents a gateway has no room for", () => {
  const text = "0123456789".repeat(1_200);
  const never = new AbortController().signal;
  const window = { beforeChars: 1_500, afterChars: 500, pieceChars: 3_000 };

  it("keep their links, with the text round their cursors, and fill their documents again later", async () => {
    const clock = new ManualClock();
    let room = new DocumentRoom(20_000);
    const isAnswered = async ({ link, asked }: ReturnType<typeof open>) => {
      const answer = textOf(link.complete(asked.askAt(text, 6_000), never));
      return (await Promise.allSettled([answer]))[0].status === "fulfilled";
    };
    const open = () => {
      const asked = new AskedDocuments();
      let fills = 0;
      const link = new PersistentLink({
        ...persistentParts(new HandDialer(), clock, asked),
        profile: () => ({ ...localProfile, window }),
        onSaid: ({ kind }) => (fills += kind === "fill" ? 1 : 0),
        dial: () => {
          const pair = new MemorySocketPair();
          new ServerLink({ ...serverParts(pair.server, clock, ended), room });
          return Promise.resolve(pair.client);
        },
      });
      return { link, asked, fills: () => fills };
    };
    const pass = async (ms: number) => {
      for (let step = 0; step < ms; step += 20) {
        clock.advance(20);
        await settled();
      }
    };
    const windows = [open(), open(), open()];
    await pass(100);
    const allAnswered = () => Promise.all(windows.map(isAnswered));
    assert.deepEqual(await allAnswered(), [true, true, true]);
    await pass(10_000); // idle time fills the documents; two of them are closed, and dial again
    for (let turn = 0; turn < 5; turn++) {
      assert.deepEqual(await allAnswered(), [true, true, true], `in turn ${turn}`);
      await pass(2_000);
    }
    room = new DocumentRoom(200_000);
    clock.advance(600_000);
    for (const { link } of windows) link.reconnect();
    await pass(100);
    const before = windows.map(({ fills }) => fills());
    await allAnswered();
    await pass(1_000);
    windows.forEach(({ fills }, index) => {
      assert.ok(fills() > (before[index] ?? 0));
    });
    for (const { link } of windows) link.dispose();
  });
});

async function* ended(): AsyncGenerator<Piece> {
  yield await Promise.resolve(fakeEnd);
}
