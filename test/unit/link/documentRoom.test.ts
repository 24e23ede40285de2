import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { DocumentRoom } from "../../../src/link/documentRoom.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { clientPeer, hello } from "../../helpers/framePeer.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { settled } from "../../helpers/settled.ts";
import { Typist } from "../../helpers/typist.ts";

describe("the room for documents of all links of a gateway", () => {
  let room: DocumentRoom;

  beforeEach(() => {
    room = new DocumentRoom(20_000);
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

  it("counts snippets, too", async () => {
    const one = enter();
    one.typist.useSnippets(["x".repeat(10_000), "y".repeat(11_000)]);
    assert.equal((await one.client.end()).code, 1013);
  });
});
