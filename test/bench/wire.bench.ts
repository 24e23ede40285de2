/**
 * What a keystroke costs on the wire: an editing session replayed through both ends of a link over a real WebSocket,
 * every request compared with the truth at the far end.
 *   --trace FILE   a recording (.json.gz of the editing-traces collection); without it a text of this project is typed
 *   --start N      opens the document at transaction N by window first, and replays from there
 *   --requests N   of the JSON transports beside it, the first N (default 3000)
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildProduct } from "../../esbuild.mjs";
import { type LinkProfile, remoteProfile } from "../../src/link/linkProfile.ts";
import { type Dictionary, dictionaryOf } from "../../src/wire/dictionary.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { heldOutFiles } from "./heldOutFiles.ts";
import type { Figures } from "./report.ts";
import { timeCodec } from "./wire/codecReplay.ts";
import { linkBytes, sseBytes, tokensOf } from "./wire/downstream.ts";
import {
  deflateJson,
  httpsJson,
  jsonRequests,
  plainJson,
  zstdJson,
} from "./wire/jsonTransports.ts";
import { replay } from "./wire/linkReplay.ts";
import { openCost, type OpenCost } from "./wire/openCosts.ts";
import { snippetDraw, snippetPool } from "./wire/snippets.ts";
import { readTrace, type Trace, typedTrace } from "./wire/trace.ts";

const root = join(import.meta.dirname, "..", "..");
const seed = 20;
/** What one TCP segment carries on an Ethernet, behind 22 bytes of TLS. */
const packetBytes = 1_448 - 22;

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      trace: { type: "string" },
      start: { type: "string", default: "0" },
      requests: { type: "string", default: "3000" },
    },
  });
  await buildProduct();
  const dictionary = dictionaryOf(await readFile(join(root, "dist", "dictionary.bin")));
  const trace = values.trace === undefined ? await ownTrace() : await readTrace(values.trace);
  const start = Number(values.start);
  const pool = await snippetPool();
  const draw = () => snippetDraw(pool, seededRandom(seed));
  const bare: LinkProfile = { ...remoteProfile(dictionary), isPadded: false };
  const plain = await replay(trace, start, draw(), bare);
  const padded = await replay(trace, start, draw(), { ...bare, isPadded: true });
  const { encodeUs, decodeUs } = timeCodec(trace, start, draw(), bare.window);
  const { requestBytes } = plain;
  return {
    trace: trace.name,
    start,
    transactions: trace.steps.length - start,
    requests: requestBytes.length,
    snippetSeed: seed,
    snippetPool: pool.length,
    compression: bare.compression[0] ?? "none",
    mismatches: plain.mismatches + padded.mismatches,
    resyncs: plain.resyncs + padded.resyncs,
    bytesUp: sizes(requestBytes),
    paddedBytesUp: sizes(padded.requestBytes),
    idleBytesUp: plain.idleBytes,
    onePacketShare:
      requestBytes.filter((bytes) => bytes <= packetBytes).length / requestBytes.length,
    encodeUs: { p50: quantile(encodeUs, 0.5) },
    decodeUs: { p50: quantile(decodeUs, 0.5) },
    others: await othersOf(trace, start, draw, Number(values.requests)),
    open: await opens(dictionary, bare),
    down: downstream(),
  };
}

/** The same requests as others send them. */
async function othersOf(
  trace: Trace,
  start: number,
  draw: () => Iterator<readonly string[]>,
  count: number,
): Promise<Figures> {
  const transports = {
    httpsJson: await httpsJson(),
    webSocketJson: plainJson(),
    webSocketJsonDeflate: await deflateJson(),
    webSocketJsonZstd: zstdJson(),
  };
  const figures: Record<string, Figures | string> = {};
  for (const [name, transport] of Object.entries(transports)) {
    if (!transport) {
      figures[name] = "not measured: no openssl here";
      continue;
    }
    const bytes: number[] = [];
    for (const json of jsonRequests(trace, start, draw())) {
      if (bytes.push(await transport.send(json)) === count) break;
    }
    await transport.close();
    figures[name] = { requests: bytes.length, ...sizes(bytes) };
  }
  return figures;
}

/** Means over files that the dictionary was not made from. */
async function opens(dictionary: Dictionary, { window }: LinkProfile): Promise<Figures> {
  const files = heldOutFiles().filter(
    ({ text }) => text.length >= 20_000 && text.length <= 100_000,
  );
  const costs: OpenCost[] = [];
  for (const [index, file] of files.entries()) {
    const others = [...files.slice(index + 1), ...files.slice(0, index)];
    costs.push(await openCost(file, others, dictionary, window));
  }
  const mean = (of: (cost: OpenCost) => number) =>
    costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length;
  return {
    files: costs.length,
    meanFileChars: files.reduce((sum, { text }) => sum + text.length, 0) / files.length,
    firstPacketBytes: mean((cost) => cost.firstPacketBytes),
    windowAndSnippetsBytes: mean((cost) => cost.windowAndSnippetsBytes),
    wholeBytes: mean((cost) => cost.wholeBytes),
    reopenBytes: mean((cost) => cost.reopenBytes),
  };
}

/** Answers of 400 tokens, one frame a token. */
function downstream(): Figures {
  const answers = heldOutFiles().map(({ text }) => tokensOf(text).slice(0, 400));
  const count = answers.reduce((sum, tokens) => sum + tokens.length, 0);
  const per = (bytesOf: (tokens: readonly string[]) => number) =>
    answers.reduce((sum, tokens) => sum + bytesOf(tokens), 0) / count;
  return { tokens: count, linkBytesPerToken: per(linkBytes), sseBytesPerToken: per(sseBytes) };
}

/** A source of this project, typed from its first to its last character. */
async function ownTrace(): Promise<Trace> {
  const file = "src/completion/ask.ts";
  return typedTrace(file, await readFile(join(root, file), "utf8"), seededRandom(seed));
}

function sizes(bytes: readonly number[]): Figures {
  return {
    p50: quantile(bytes, 0.5),
    p95: quantile(bytes, 0.95),
    p99: quantile(bytes, 0.99),
    max: Math.max(...bytes),
    mean: bytes.reduce((sum, each) => sum + each, 0) / bytes.length,
  };
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;
