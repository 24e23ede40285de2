/**
 * From the core's decision to cancel until a real HTTP server sees its request closed, through the real
 * gateway child: core -> link -> gateway -> upstream. The model answers after 20 ms with 5 ms a token.
 * Every other cancel is that of an answer that the next key's ask has left behind; the others are of a cursor that leaves. Then each adapter by
 * itself (`upstreams`), over HTTP/1.1 and HTTP/2, counted from its abort.
 *   --cancels N (default 200), --upstream-cancels N of each adapter (default 100)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { Completer } from "../../src/completion/completer.ts";
import type { Snapshot } from "../../src/context/snapshot.ts";
import { GatewayProcess } from "../../src/extension/gatewayProcess.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import { buildProduct } from "../../esbuild.mjs";
import { makeCertificate } from "../helpers/certificate.ts";
import { machineOriginMs } from "../helpers/machineClock.ts";
import { tokensAfter, type UpstreamRecord } from "../helpers/scriptedUpstream.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { upstreamCancels } from "./cancel/upstreamCancels.ts";
import { spread } from "./spread.ts";
import type { Figures } from "./report.ts";

const script = {
  firstTextMs: 20,
  tokenMs: 5,
  tokens: Array.from({ length: 400 }, (_, index) => `word${index} `),
};
const root = join(import.meta.dirname, "..", "..");
const seed = 11;

interface Cancelled {
  readonly decidedAt: number;
  readonly isAlone: boolean;
  readonly record: UpstreamRecord;
}

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      cancels: { type: "string", default: "200" },
      "upstream-cancels": { type: "string", default: "100" },
    },
  });
  await buildProduct();
  const upstream = await ScriptedUpstreamProcess.start(script);
  const gateway = startGateway(upstream.url);
  const never = new AbortController().signal;
  const documents = new LocalDocuments();
  const link = new PersistentLink({
    clock: systemClock,
    random: Math.random,
    client: "bench",
    documents,
    profile: () => localProfile,
    dial: async (signal) => {
      const { address, token } = await gateway.running(signal);
      return dialWebSocket(address, token, signal);
    },
  });
  try {
    await link.ready(never);
    const completer = new Completer({
      source: (request, signal) => link.complete(request, signal),
      clock: systemClock,
      draftPatienceMs: () => 100,
      hasDrafts: () => true,
      maySpeculate: () => false,
      syntaxOf: () => undefined,
    });
    const decisions = await typeOn(completer, documents, Number(values.cancels));
    const { records, connections } = await upstream.records();
    const cancelled = [...decisions].flatMap(([index, decidedAt]): Cancelled[] => {
      const record = records.find(({ body }) => promptOf(body).includes(mark(index)));
      return record ? [{ decidedAt, isAlone: isAlone(index), record }] : [];
    });
    const each = Number(values["upstream-cancels"]);
    const upstreams = {
      ...(await upstreamCancels(upstream, each)),
      ...(await overHttp2((encrypted) => upstreamCancels(encrypted, each, "Http2"))),
    };
    return { ...figuresOf(cancelled), cancelled: decisions.size, connections, upstreams };
  } finally {
    link.dispose();
    gateway.dispose();
    await upstream.close();
  }
}

/** Against a server behind TLS that speaks HTTP/2; nothing, and a word, where openssl is not installed. */
async function overHttp2(
  measure: (server: ScriptedUpstreamProcess) => Promise<Figures>,
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "slipstream-cancel-"));
  const trusted = getCACertificates();
  try {
    const certificate = makeCertificate(folder);
    if (!certificate) {
      console.error("HTTP/2 is left out: openssl is not installed");
      return {};
    }
    setDefaultCACertificates([...trusted, certificate.cert.toString()]);
    const server = await ScriptedUpstreamProcess.start(script, certificate);
    try {
      return await measure(server);
    } finally {
      await server.close();
    }
  } finally {
    setDefaultCACertificates(trusted);
    rmSync(folder, { recursive: true });
  }
}

const isAlone = (index: number): boolean => index % 2 === 1;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The document's text becomes that of the next ask. */
function type(documents: LocalDocuments, version: number): void {
  const { before: text, path, languageId, isConfined } = snapshot(version);
  const held = documents.get(documentKey)?.text.length;
  if (held === undefined)
    documents.open({ key: documentKey, path, languageId, isConfined }, version, text);
  else documents.edit(documentKey, version, [{ offset: 0, deletedChars: held, text }]);
}

/**
 * Asks, lets the answer stream for a while, and types on: each ask takes the place of the one before.
 * Returns when the core decided to cancel each ask, by its number, on the clock of all processes.
 */
async function typeOn(
  completer: Completer,
  documents: LocalDocuments,
  count: number,
): Promise<Map<number, number>> {
  const random = seededRandom(seed);
  const decisions = new Map<number, number>();
  let index = 0;
  completer.onCancel(({ at }) => decisions.set(index - 1, machineOriginMs + at));
  completer.onReport(({ state: { version }, result }) => {
    if (!/typed on|the cursor left/.test(result.reason))
      console.error(`ask ${version}: ${result.reason}`);
  });
  for (; index <= count; index++) {
    type(documents, index);
    completer.ask(snapshot(index), systemClock.now());
    await sleep(30 + 120 * random());
    if (!isAlone(index)) continue;
    index++; // as the loop does before the next ask cancels this one
    completer.cancel(documentKey, "the cursor left");
    index--;
    await sleep(20);
  }
  completer.dispose();
  return decisions;
}

function figuresOf(cancelled: readonly Cancelled[]): Figures {
  const seen = cancelled.filter(({ record }) => record.closedAt !== undefined);
  const closedMs = (alone: boolean) =>
    seen
      .filter((each) => each.isAlone === alone)
      .map(({ decidedAt, record }) => (record.closedAt ?? NaN) - decidedAt);
  const late = cancelled.map(({ decidedAt, record }) => tokensAfter(record, decidedAt));
  return {
    seenByUpstream: cancelled.length,
    closedByCancel: seen.length,
    upstreamClosedMs: spread(closedMs(false)),
    upstreamClosedAloneMs: spread(closedMs(true)),
    tokensAfterCancel: spread(late),
  };
}

const documentKey = "bench";
const mark = (index: number): string => `ask ${index};`;
const promptOf = (body: UpstreamRecord["body"]): string => String(body["prompt"]);

/** A blank line, where an answer may be a block: nothing but the cancel ends it. */
function snapshot(version: number): Snapshot {
  const before = `${mark(version)}\n`;
  return {
    documentKey,
    path: "bench/cancel.txt",
    languageId: "plaintext",
    version,
    offset: before.length,
    before,
    after: "",
    isConfined: false,
  };
}

function startGateway(url: string): GatewayProcess {
  const upstream = {
    kind: "openai-compatible",
    url,
    model: "",
    firstTextTimeoutMs: 5_000,
    maxTokens: 1_000,
  };
  return new GatewayProcess({
    program: join(root, "dist", "gateway.cjs"),
    settings: () => Promise.resolve({ roots: [], upstream }),
    drafting: () => ({ suggestions: "balanced", hasModel: false, sparesModel: false }),
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: console.error },
  });
}
