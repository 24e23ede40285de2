/**
 * What bulk, slow readers and many connections cost, at a real gateway process on loopback:
 * how much later a key's answer comes while a document of 1 MiB is brought up to date in idle time, on a free line and
 * on a narrow one; the gateway's memory while a client does not read an endless answer; and its memory for a connection.
 *   --keys N (default 200, of each kind)   --narrow BYTES a second (default 40000)   --connections N (default 50)
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { codecIdleMs } from "../../src/wire/limits.ts";
import { startWatchedGateway, type WatchedGateway } from "../helpers/hostile/watchedGateway.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import type { UpstreamScript } from "../helpers/scriptedUpstream.ts";
import { NarrowRelay } from "./bulk/narrowRelay.ts";
import { sourceText, Typist } from "./bulk/typist.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const token = "bench";
const seed = 5;
const bulkChars = 1024 * 1024;
const typedChars = 5_000;
/** Keys of one kind in a row, and the pause between two keys: longer than the quiet that bulk waits for. */
const keysOfBlock = 10;
const betweenKeysMs = 120;
const unreadMs = 8_000;
const sampleMs = 500;
const sentChars = 300_000;
const kib = 1024;

const quick: UpstreamScript = { tokens: ["return ", "value;", "x".repeat(100)] };
const endless: UpstreamScript = {
  tokenMs: 1,
  tokens: Array.from({ length: 60_000 }, (_, at) => `${at} ${"text ".repeat(200)}`),
};

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      keys: { type: "string", default: "200" },
      narrow: { type: "string", default: "40000" },
      connections: { type: "string", default: "50" },
    },
  });
  const upstream = await ScriptedUpstreamProcess.start(quick);
  const releases: (() => unknown)[] = [];
  const fresh = () => startWatchedGateway(token, upstream.url, (action) => releases.push(action));
  try {
    const gateway = await fresh();
    const keys = Number(values.keys);
    const free = await typeBesideBulk(gateway.port, keys);
    const relay = new NarrowRelay(gateway.port, Number(values.narrow));
    const narrow = await typeBesideBulk(await relay.listen(), keys / 2);
    relay.dispose();
    const memory = await measureConnections(await fresh(), Number(values.connections));
    await upstream.setScript(endless);
    const unread = await measureUnread(await fresh());
    return {
      free,
      narrow: { bytesPerSecond: Number(values.narrow), ...narrow },
      unread,
      ...memory,
    };
  } finally {
    for (const release of releases) await release();
    await upstream.close();
  }
}

/** Types, now with nothing to bring up to date, now with a new document of 1 MiB to send between the keys. */
async function typeBesideBulk(port: number, keys: number): Promise<Figures> {
  const random = seededRandom(seed);
  const typist = await Typist.at(port, token);
  typist.open(sourceText(typedChars, random));
  const aloneMs: number[] = [];
  const besideMs: number[] = [];
  for (let index = 0; index < 3 * keysOfBlock; index++) await typist.key();
  for (let block = 0; aloneMs.length < keys; block++) {
    aloneMs.push(...(await typeBlock(typist)));
    const key = `bulk${block}`;
    typist.open(sourceText(bulkChars, random), key);
    for await (const piece of typist.ask(key)) if (piece.kind === "end") break;
    besideMs.push(...(await typeBlock(typist)));
    typist.close(key);
    await setTimeout(2 * betweenKeysMs);
  }
  typist.dispose();
  const [alone, beside] = [spread(aloneMs), spread(besideMs)];
  const later = (name: string) => Number(beside[name]) - Number(alone[name]);
  return {
    keyAloneMs: alone,
    keyBesideBulkMs: beside,
    laterP50Ms: later("p50"),
    laterP95Ms: later("p95"),
  };
}

async function typeBlock(typist: Typist): Promise<number[]> {
  const timesMs: number[] = [];
  for (let index = 0; index < keysOfBlock; index++) {
    await setTimeout(betweenKeysMs);
    timesMs.push(await typist.key());
  }
  return timesMs;
}

/** The gateway's memory while nobody reads an answer that goes on and on. */
async function measureUnread(gateway: WatchedGateway): Promise<Figures> {
  const typist = await Typist.at(gateway.port, token);
  typist.open(sourceText(typedChars, seededRandom(seed)));
  const answer = typist.ask();
  await answer.next();
  await gateway.rested();
  const rssKb: number[] = [];
  for (let passedMs = 0; passedMs < unreadMs; passedMs += sampleMs) {
    await setTimeout(sampleMs);
    rssKb.push(Math.round(gateway.holds().rssBytes / kib));
  }
  let readBytes = 0;
  for await (const piece of answer) {
    if (piece.kind === "text") readBytes += piece.text.length;
    if (readBytes > 500 * kib) break;
  }
  typist.dispose();
  const [first = 0] = rssKb;
  return { rssKb, grownKb: (rssKb.at(-1) ?? 0) - first, readAfterwardsBytes: readBytes };
}

/** What the gateway takes for each connection that has sent and received compressed text, then after a minute of rest. */
async function measureConnections(gateway: WatchedGateway, count: number): Promise<Figures> {
  const random = seededRandom(seed);
  const window = { beforeChars: sentChars, afterChars: sentChars, pieceChars: 3_000 };
  const connect = async () => {
    const typist = await Typist.at(gateway.port, token, { window });
    typist.open(sourceText(sentChars, random));
    await typist.key();
    await typist.key();
    return typist;
  };
  const warm = await connect();
  const idle = await gateway.rested();
  const typists: Typist[] = [];
  for (let index = 0; index < count; index++) typists.push(await connect());
  const perConnectionKb = async () =>
    ((await gateway.rested()).rssBytes - idle.rssBytes) / kib / count;
  const inUseKb = await perConnectionKb();
  await setTimeout(codecIdleMs + 5_000);
  const idleKb = await perConnectionKb();
  for (const typist of [warm, ...typists]) typist.dispose();
  return {
    connections: count,
    documentKbOfConnection: sentChars / kib,
    memoryPerConnectionKb: inUseKb,
    memoryPerIdleConnectionKb: idleKb,
  };
}
