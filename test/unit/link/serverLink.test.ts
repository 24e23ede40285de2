import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Answer, ServerLink } from "../../../src/link/serverLink.ts";
import { AnswerDesk } from "../../helpers/answerDesk.ts";
import { clientPeer, hello } from "../../helpers/framePeer.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { aRequest } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

function open(closesSilent: boolean, answer?: Answer) {
  const pair = new MemorySocketPair("by hand");
  const clock = new ManualClock();
  const desk = new AnswerDesk();
  const client = clientPeer(pair.client);
  new ServerLink({
    socket: pair.server,
    closesSilent,
    clock,
    gateway: "g",
    upstream: "",
    answer: answer ?? desk.answer,
    onOutcome: () => undefined,
    onClosed: () => undefined,
  });
  const deliver = () => {
    while (pair.deliver("server") || pair.deliver("client"));
  };
  return { pair, clock, desk, client, deliver };
}

describe("the gateway's end of a link", () => {
  it("closes a client that does not read with 1013, and stops its work", async () => {
    const { pair, desk, client, deliver } = open(true);
    client.say(hello, { kind: "complete", stream: 1, request: aRequest() });
    deliver();
    const ask = await desk.ask(1);
    const quarter = "x".repeat(250_000);
    for (let each = 0; each < 16; each++) ask.text(quarter);
    await settled();
    assert.ok(!ask.signal.aborted, "four megabytes are not yet too many");
    for (let each = 0; each < 8; each++) ask.text(quarter);
    await desk.until(() => ask.isStopped);
    assert.ok(ask.signal.aborted);
    assert.ok(pair.server.unsentBytes < 5_500_000, "it went on writing");
    deliver();
    assert.equal((await client.end()).code, 1013);
  });

  it("fails a stream whose text would not fit a frame, and keeps the link", async () => {
    const { desk, client, deliver } = open(true);
    client.say(hello, { kind: "complete", stream: 1, request: aRequest() });
    deliver();
    (await desk.ask(1)).text("x".repeat(300_000));
    await settled();
    client.say({ kind: "ping", nonce: 7 });
    deliver();
    const [, failed, pong] = await client.messages(3);
    assert.equal(failed?.kind === "failed" && failed.code, "too-large");
    assert.deepEqual(pong, { kind: "pong", nonce: 7 });
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

  it("passes nothing on of an answer that does not heed its cancel", async () => {
    const isOn = Promise.withResolvers<undefined>();
    const { client, deliver } = open(true, async function* () {
      await isOn.promise;
      for (const text of ["too", "late"]) yield { kind: "text", origin: "remote", text };
    });
    client.say(hello, { kind: "complete", stream: 1, request: aRequest() });
    client.say({ kind: "cancel", stream: 1 });
    deliver();
    isOn.resolve(undefined);
    await settled();
    deliver();
    assert.deepEqual(client.received.slice(1), [{ kind: "cancelled", stream: 1 }]);
  });
});
