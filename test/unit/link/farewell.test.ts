import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import {
  type ClientPeer,
  clientPeer,
  type GatewayPeer,
  gatewayPeer,
  hello,
  welcome,
} from "../../helpers/framePeer.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";
import { Typist } from "../../helpers/typist.ts";
import { answer } from "./linkStage.ts";

const never = new AbortController().signal;

describe("the client's end of a link in doubt", () => {
  let clock: ManualClock;
  let gateway: GatewayPeer;
  let link: ClientLink;
  let asked: AskedDocuments;
  let doubts: boolean[];
  let farewells: number;
  let ends: Failure[];

  beforeEach(async () => {
    const pair = new MemorySocketPair();
    clock = new ManualClock();
    [doubts, farewells, ends] = [[], 0, []];
    gateway = gatewayPeer(pair.server);
    asked = new AskedDocuments();
    link = new ClientLink({
      socket: pair.client,
      clock,
      client: "test/1",
      documents: asked.documents,
      profile: localProfile,
      onEnded: (failure) => ends.push(failure),
      onSuspect: (isSuspect) => doubts.push(isSuspect),
      onGoAway: () => {
        farewells++;
      },
    });
    gateway.say(welcome);
    await link.welcome;
    await settled();
    await answerPing();
  });
  afterEach(() => {
    link.dispose();
    assert.equal(clock.timerCount, 0);
  });

  /** The gateway answers the last ping. */
  async function answerPing(): Promise<void> {
    const ping = gateway.received.findLast((message) => message.kind === "ping");
    gateway.say({ kind: "pong", nonce: ping?.nonce ?? 0 });
    await settled();
  }

  const lastKinds = (count: number) => gateway.received.slice(-count).map(({ kind }) => kind);

  it("tells that the gateway goes away, and goes on", async () => {
    gateway.say({ kind: "goAway" });
    const text = textOf(link.complete(asked.ask(), never));
    await settled();
    gateway.say(...answer(1, "fine"));
    assert.equal(await text, "fine");
    assert.equal(farewells, 1);
    assert.deepEqual(ends, []);
  });

  it("sends a ping 0.1 s behind a request when the gateway has been silent for 0.5 s, not sooner", async () => {
    const pings = () => gateway.received.filter(({ kind }) => kind === "ping").length;
    clock.advance(499);
    const first = textOf(link.complete(asked.ask(), never));
    await settled();
    assert.deepEqual(lastKinds(3), ["ping", "open", "edit"]);
    gateway.say(...answer(1, "fine"));
    await first;
    clock.advance(400);
    assert.equal(pings(), 1);
    clock.advance(100);
    textOf(link.complete(asked.ask(), never)).catch(() => undefined);
    clock.advance(99);
    await settled();
    assert.deepEqual(lastKinds(1), ["edit"]);
    clock.advance(1);
    await settled();
    assert.deepEqual(lastKinds(2), ["edit", "ping"]);
    assert.equal(pings(), 2);
  });

  it("is suspect when it is told so, until the gateway answers", async () => {
    link.suspect();
    await settled();
    assert.deepEqual(doubts, [true]);
    assert.deepEqual(lastKinds(1), ["ping"]);
    await answerPing();
    assert.deepEqual(doubts, [true, false]);
  });

  it("fails its streams with link-lost when it is given up, without a close handshake", async () => {
    const text = textOf(link.complete(asked.ask(), never));
    text.catch(() => undefined);
    await settled();
    const failure = new Failure("link-lost", "another link took its place");
    link.lose(failure);
    await assert.rejects(text, failure);
    assert.deepEqual(ends, [failure]);
    assert.equal((await gateway.end()).code, 1006);
  });
});

describe("the gateway's end of a link that is to end", () => {
  let client: ClientPeer;
  let typist: Typist;
  let desk: AnswerDesk;
  let link: ServerLink;

  beforeEach(() => {
    const pair = new MemorySocketPair();
    desk = new AnswerDesk();
    client = clientPeer(pair.client);
    typist = new Typist(client);
    link = new ServerLink(serverParts(pair.server, new ManualClock(), desk.answer));
  });

  const kinds = () => client.received.map(({ kind }) => kind);

  it("says once that it goes away, and answers what is open and what comes", async () => {
    client.say(hello);
    typist.ask();
    const first = await desk.ask(1);
    link.goAway();
    link.goAway();
    first.end();
    typist.ask();
    (await desk.ask(2)).end();
    await client.messages(4);
    assert.deepEqual(kinds(), ["welcome", "goAway", "end", "end"]);
  });

  it("says that it goes away after the welcome of a client that comes last", async () => {
    link.goAway();
    await settled();
    assert.deepEqual(kinds(), []);
    client.say(hello);
    await client.messages(2);
    assert.deepEqual(kinds(), ["welcome", "goAway"]);
  });

  it("closes with 4401 when it refuses a client, and stops the work", async () => {
    client.say(hello);
    typist.ask();
    const ask = await desk.ask(1);
    link.refuse();
    assert.ok(ask.signal.aborted);
    assert.equal((await client.end()).code, 4401);
  });
});
