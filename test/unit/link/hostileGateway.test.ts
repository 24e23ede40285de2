/** The client's end of a link at a gateway without manners: it ends by a name, and whoever asked is told. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { encodeServerMessage } from "../../../src/wire/codec.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { hostileFrames, welcome } from "../../helpers/hostile/hostileGateway.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const rounds = 3_000;
const never = new AbortController().signal;
const name = { key: "a", path: "a.ts", languageId: "typescript", isConfined: false };

/** A client that has two asks open, and a hand to feed it frames. */
async function openClient() {
  const clock = new ManualClock();
  const documents = new LocalDocuments();
  documents.open(name, 1, "const a = 1;\n".repeat(20));
  const closeCodes: number[] = [];
  let sentBytes = 0;
  let feed: (frame: Uint8Array) => void = () => undefined;
  const socket = {
    unsentBytes: 0,
    send: (frame: Uint8Array) => void (sentBytes += frame.length),
    close: (code: number) => void closeCodes.push(code),
    terminate: () => undefined,
    listen: ({ frame }: { frame: (bytes: Uint8Array) => void }) => (feed = frame),
  };
  const ended: Failure[] = [];
  const onEnded = (failure: Failure) => void ended.push(failure);
  const profile = localProfile;
  const link = new ClientLink({ socket, clock, client: "test", documents, profile, onEnded });
  feed(encodeServerMessage(welcome));
  await link.welcome;
  const ask = { documentKey: "a", documentVersion: 1, offset: 5, isConfined: false, snippets: [] };
  const outcomes = [false, true].map(async (keepsOlder) => {
    try {
      for await (const { kind } of link.complete({ ...ask, keepsOlder }, never)) {
        if (kind === "end") break;
      }
      return "end";
    } catch (error) {
      return Failure.from(error).code;
    }
  });
  const sent = () => sentBytes;
  const hand = (frame: Uint8Array) => {
    feed(frame);
  };
  return { link, clock, documents, closeCodes, ended, outcomes, feed: hand, sent };
}

it("ends by a name and tells all who asked, whatever a gateway sends", async (t) => {
  const seed = Number(process.env["SEED"] ?? freshSeed());
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const tally: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    const client = await openClient();
    for (const frame of hostileFrames(random)) client.feed(frame);
    client.clock.advance(20_000);
    await new Promise(setImmediate);
    const [end] = client.ended;
    assert.ok(client.ended.length <= 1, "the end is told once");
    const how = end?.code ?? "lives on";
    tally[how] = (tally[how] ?? 0) + 1;
    assert.ok(
      ["protocol", "too-large", "handshake-refused", "link-lost", "lives on"].includes(how),
      how,
    );
    client.link.dispose();
    for (const outcome of await Promise.all(client.outcomes)) assert.ok(outcome);
    assert.ok(client.sent() < 100_000, "a few frames do not make it send without end");
    client.documents.dispose();
    assert.equal(client.clock.timerCount, 0);
  }
  t.diagnostic(JSON.stringify(tally));
  assert.ok((tally["protocol"] ?? 0) > rounds / 4);
});

it("ends a link whose gateway sends more text than was granted", async () => {
  const client = await openClient();
  const text = "x".repeat(60_000);
  const frame = encodeServerMessage({ kind: "text", stream: 1, origin: "remote", text });
  // Fed in one turn: nobody takes any of it.
  for (let count = 0; count < 40 && client.ended.length === 0; count++) client.feed(frame);
  assert.equal(client.ended[0]?.code, "protocol");
  assert.deepEqual(client.closeCodes, [4400]);
  client.link.dispose();
  client.documents.dispose();
});
