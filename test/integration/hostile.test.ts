/** A real gateway under more than 10,000 inputs that no client with manners sends. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { it, type TestContext } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { ClientLink } from "../../src/link/clientLink.ts";
import { remoteProfile } from "../../src/link/linkProfile.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import { attackAll, type Ending, type HostileInput } from "../helpers/hostile/attack.ts";
import { badCompression } from "../helpers/hostile/badCompression.ts";
import { badAheadAsks } from "../helpers/hostile/badAheadAsks.ts";
import { badHellos } from "../helpers/hostile/badHellos.ts";
import { badPayloads } from "../helpers/hostile/badPayloads.ts";
import { badSockets, slowInputs } from "../helpers/hostile/badSockets.ts";
import { helloWith, lastPing, lastPong } from "../helpers/hostile/conversation.ts";
import { mutatedInput } from "../helpers/hostile/mutations.ts";
import { messagesOf, upgradeRequest } from "../helpers/hostile/webSocketBytes.ts";
import { startWatchedGateway, type WatchedGateway } from "../helpers/hostile/watchedGateway.ts";
import { freshSeed, seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

const token = "the-token-of-the-team";
const mutations = 10_000;
/** So many until the memory of the process has found its size. */
const warmUpMutations = 4_500;
const atOnce = 24;
const mib = 1024 * 1024;
/** The codes that PROTOCOL.md section 12 names; 1000 is the answer to a close. */
const namedCodes = new Set([1000, 1001, 1002, 1007, 1009, 1013, 4400, 4406, 4408]);

const never = new AbortController().signal;

function payloadInputs(): HostileInput[] {
  const input =
    (hello: readonly Uint8Array[]) =>
    ([name, payloads, expected]: (typeof badPayloads)[number]) => ({
      name,
      bytes: [upgradeRequest(token), messagesOf(...hello, ...payloads, lastPing)],
      answer: lastPong,
      expected,
    });
  const afterHello = [...badPayloads, ...badAheadAsks];
  return [...badHellos.map(input([])), ...afterHello.map(input([helloWith()]))];
}

/** Says what is wrong with an ending; undefined where it is as it must be. */
function complaint({ name, expected, answer }: HostileInput, ending: Ending): string | undefined {
  const value =
    ending.kind === "closed" ? ending.code : ending.kind === "status" ? ending.status : ending.kind;
  const isNamed = ending.kind === "closed" ? namedCodes.has(ending.code) : ending.kind !== "hung";
  const isExpected = expected?.includes(value) ?? true;
  const isSilent = expected === undefined && answer !== undefined && ending.kind === "left";
  return isNamed && isExpected && !isSilent
    ? undefined
    : `${name}: ${value}, expected ${String(expected)}`;
}

async function assertEndings(
  gateway: WatchedGateway,
  inputs: readonly HostileInput[],
  count = atOnce,
) {
  const endings = await attackAll(gateway.port, inputs, count);
  const complaints = endings.flatMap((ending, index) => {
    const input = inputs[index];
    return input ? (complaint(input, ending) ?? []) : [];
  });
  assert.deepEqual(complaints, []);
  assert.ok(gateway.isAlive, "the gateway has ended");
  const tally = new Map<string, number>();
  for (const ending of endings) {
    const key = ending.kind === "closed" ? String(ending.code) : ending.kind;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  return tally;
}

async function assertGoodClientIsServed(gateway: WatchedGateway): Promise<void> {
  const documents = new LocalDocuments();
  documents.open(
    { key: "a", path: "a.ts", languageId: "typescript", isConfined: false },
    1,
    "const a = ",
  );
  const socket = await dialWebSocket(gateway.address, token, never);
  const profile = remoteProfile(undefined);
  const onEnded = (failure: Error) => {
    throw failure;
  };
  const link = new ClientLink({
    socket,
    clock: systemClock,
    client: "good/1",
    documents,
    profile,
    onEnded,
  });
  await link.welcome;
  let text = "";
  const ask = {
    documentKey: "a",
    documentVersion: 1,
    offset: 10,
    isConfined: false,
    snippets: [],
    keepsOlder: false,
  };
  for await (const piece of link.complete(ask, never))
    if (piece.kind === "text") text += piece.text;
  assert.equal(text, "hello world");
  link.dispose();
}

async function start(t: TestContext) {
  const upstream = await new ScriptedUpstream({}).listen();
  t.after(() => upstream.close());
  const gateway = await startWatchedGateway(token, upstream.url, (action) => {
    t.after(action);
  });
  return { gateway, upstream };
}

it(
  "ends every hostile input by a name and is none the worse for it",
  { timeout: 170_000 },
  async (t) => {
    const seed = Number(process.env["SEED"] ?? freshSeed());
    t.diagnostic(`seed ${seed} (SEED=${seed} repeats it)`);
    const random = seededRandom(seed);
    const { gateway, upstream } = await start(t);
    /** But those to the model, which it may keep for the next crowd. */
    const kept = () => upstream.openConnections + upstream.spareConnections;
    const rested = async (most = 0) => {
      const { files, rssBytes } = await gateway.rested(most + kept());
      return { rssBytes, files: files - kept() };
    };
    const mutated = (count: number) =>
      Array.from({ length: count }, (_, index) => mutatedInput(token, index, random));
    const named = [...payloadInputs(), ...badSockets(token), ...(await badCompression(token))];
    const warmUp = [...named, ...mutated(warmUpMutations)];
    const [, first] = await Promise.all([
      assertEndings(gateway, slowInputs(token), 10),
      assertEndings(gateway, warmUp),
    ]);
    const before = await rested();
    const startedAt = performance.now();
    const endings = await assertEndings(gateway, mutated(mutations - warmUpMutations));
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const after = await rested(before.files);
    await assertGoodClientIsServed(gateway);
    t.diagnostic(
      `${named.length} named inputs, ${mutations} mutations; the second round took ${seconds} s`,
    );
    t.diagnostic(`first round: ${JSON.stringify(Object.fromEntries(first))}`);
    t.diagnostic(`second round: ${JSON.stringify(Object.fromEntries(endings))}`);
    t.diagnostic(
      `RSS ${Math.round(before.rssBytes / mib)} -> ${Math.round(after.rssBytes / mib)} MiB, files ${before.files} -> ${after.files}`,
    );
    assert.ok(after.files <= before.files + 2, `${before.files} -> ${after.files} files`);
    assert.ok(after.rssBytes < 1.2 * before.rssBytes + 32 * mib, "memory has grown");
  },
);

it("keeps no answers without end for a client that reads none", { timeout: 60_000 }, async (t) => {
  const { gateway } = await start(t);
  const before = await gateway.rested();
  const socket = connect({ port: gateway.port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  socket.on("error", () => undefined); // the gateway may well break it off
  socket.pause();
  socket.write(Buffer.concat([upgradeRequest(token), messagesOf(helloWith())]));
  const ping = messagesOf(Uint8Array.of(0xaa, 1));
  const pings = Buffer.concat(Array.from({ length: 20_000 }, () => ping));
  let mostBytes = 0;
  const isGone = () => socket.destroyed || socket.errored !== null;
  // Its system may take 32 MiB that nobody reads.
  for (let count = 0; count < 1_000 && !isGone(); count++) {
    await new Promise((resolve) => socket.write(pings, resolve));
    mostBytes = Math.max(mostBytes, gateway.holds().rssBytes);
  }
  assert.ok(isGone(), "the gateway goes on reading");
  assert.ok(gateway.isAlive);
  await assertGoodClientIsServed(gateway);
  t.diagnostic(
    `RSS ${Math.round(before.rssBytes / mib)} -> at most ${Math.round(mostBytes / mib)} MiB`,
  );
  assert.ok(mostBytes < before.rssBytes + 200 * mib);
});
