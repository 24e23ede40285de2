import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import type { Answer } from "../../../src/link/answer.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { ServerStreams } from "../../../src/link/serverStreams.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { clientPeer, hello } from "../../helpers/framePeer.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { settled } from "../../helpers/settled.ts";
import { Typist } from "../../helpers/typist.ts";

function open(closesSilent: boolean, answer?: Answer) {
  const pair = new MemorySocketPair("by hand");
  const clock = new ManualClock();
  const desk = new AnswerDesk();
  const client = clientPeer(pair.client);
  const parts = serverParts(pair.server, clock, answer ?? desk.answer);
  new ServerLink({ ...parts, closesSilent });
  const deliver = () => {
    while (pair.deliver("server") || pair.deliver("client"));
  };
  return { pair, clock, desk, client, typist: new Typist(client), deliver };
}

describe("the gateway's end of a link", () => {
  it("holds no more than 64 KiB of each stream for a client that does not read", async () => {
    const { pair, desk, client, typist, deliver } = open(true);
    client.say(hello);
    typist.ask();
    typist.ask();
    deliver();
    for (const number of [1, 2]) {
      const ask = await desk.ask(number);
      for (let each = 0; each < 1_000; each++) ask.text("x".repeat(1_024));
    }
    await settled();
    for (let each = 0; each < 500; each++) await Promise.resolve();
    assert.ok(pair.server.unsentBytes < 2 * 66_000, `${pair.server.unsentBytes} bytes wait`);
    assert.ok(pair.server.unsentBytes > 2 * 64_000);
    assert.ok(desk.asks.every(({ signal }) => !signal.aborted));
  });

  it("closes a client that reads nothing of what it asks for with 1013, and stops its work", async () => {
    const { pair, desk, client, typist, deliver } = open(true);
    client.say(hello);
    for (let each = 0; each < 60; each++) typist.ask();
    deliver();
    const quarter = "x".repeat(250_000);
    for (let number = 1; number <= 16; number++) (await desk.ask(number)).text(quarter);
    await settled();
    assert.ok(
      !desk.asks.some(({ signal }) => signal.aborted),
      "four megabytes are not yet too many",
    );
    for (let number = 17; number <= 24; number++) (await desk.ask(number)).text(quarter);
    await desk.until(() => desk.asks.every(({ isStopped }) => isStopped));
    assert.ok(pair.server.unsentBytes < 5_500_000, "it went on writing");
    deliver();
    assert.equal((await client.end()).code, 1013);
  });

  it("answers no ask whose reading has made it close the link", () => {
    const asked: AbortSignal[] = [];
    const streams: ServerStreams = new ServerStreams({
      answer: async function* (_request, signal) {
        asked.push(signal);
        yield await new Promise<never>(() => undefined);
      },
      warm: undefined,
      onOutcome: () => undefined,
      send: ({ kind }) => {
        if (kind === "cancelled") streams.abortAll(new Failure("link-lost", "it reads too slowly"));
      },
    });
    const name = { path: "a.ts", languageId: "typescript", isConfined: false };
    const request = { ...name, before: "", after: "", snippets: [] };
    streams.open({ document: 1, keepsOlder: false, request });
    streams.open({ document: 1, keepsOlder: false, request });
    assert.deepEqual(
      asked.map(({ aborted }) => aborted),
      [true],
    );
  });

  it("ends the link, and nothing else, where no frame can say what came of an ask", async () => {
    const { client, typist, deliver } = open(true, async function* () {
      const timings = { totalMs: Number.NaN, draftMs: undefined, firstRemoteMs: undefined };
      yield await Promise.resolve({ kind: "end", timings } as const);
    });
    client.say(hello);
    typist.ask();
    deliver();
    await settled();
    deliver();
    assert.equal((await client.end()).code, 4400);
  });

  it("waits for a silent client as long as it likes where its end is seen anyway", async () => {
    const { clock, client, deliver } = open(false);
    clock.advance(3_600_000);
    client.say(hello);
    deliver();
    assert.equal(client.received[0]?.kind, "welcome");
    clock.advance(3_600_000);
    await settled();
    assert.equal(client.closed, undefined);
    assert.equal(clock.timerCount, 0);
  });

  it("answers cancelled at once for a source that does not heed its signal, and passes nothing on", async () => {
    const isOn = Promise.withResolvers<undefined>();
    const { client, typist, deliver } = open(true, async function* () {
      await isOn.promise;
      for (const text of ["too", "late"]) yield { kind: "text", origin: "remote", text };
    });
    client.say(hello);
    typist.ask();
    typist.cancel(1);
    deliver();
    assert.deepEqual(client.received.slice(1), [{ kind: "cancelled", stream: 1 }]);
    isOn.resolve(undefined);
    await settled();
    deliver();
    assert.equal(client.received.length, 2);
  });
});
