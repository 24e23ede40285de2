import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import { GatewayProcess } from "../../../src/extension/gatewayProcess.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { dialWebSocket } from "../../../src/link/wsSocket.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { buildProduct } from "../../../esbuild.mjs";
import { machineOriginMs } from "../../helpers/machineClock.ts";
import { CountingSocket } from "../wire/countingSocket.ts";
import type { OracleRecord } from "./oracleAnswers.ts";
import { logPath, readLog } from "./oracleLog.ts";
import { OracleProcess } from "./oracleProcess.ts";
import { maxTokens } from "./oracleUpstream.ts";
import { cpuMsOf, ownCpuMs } from "../processCpu.ts";
import type { Stage, StageOptions } from "./stage.ts";

/** What a stage in real time is set with. */
export interface RealStageOptions extends StageOptions {
  /** The session's file, for the oracle. */
  readonly traceFile: string;
  /** An oracle that runs already; without it one is started. */
  readonly upstream: string | undefined;
}

const never = new AbortController().signal;

/** The link to a real gateway child, and the oracle in a process of its own behind HTTP, in real time. */
export async function realStage(options: RealStageOptions): Promise<Stage> {
  await buildProduct();
  const ownOracle =
    options.upstream === undefined
      ? await OracleProcess.start({ ...options, trace: options.traceFile })
      : undefined;
  const url = options.upstream ?? ownOracle?.url ?? "";
  const gateway = startGateway(url, options.sparesModel);
  const documents = new LocalDocuments();
  let socket: CountingSocket | undefined;
  const link = new PersistentLink({
    clock: systemClock,
    random: Math.random,
    client: "bench",
    documents,
    profile: () => localProfile,
    dial: async (signal) => {
      const { address, token } = await gateway.running(signal);
      socket = new CountingSocket(await dialWebSocket(address, token, signal));
      return socket;
    },
  });
  await link.ready(never);
  const { pid } = await gateway.running(never);
  const greetingBytes = socket?.sentBytes ?? 0;
  const startedAt = systemClock.now();
  const complete: CompletionSource = (ask, signal) => link.complete(ask, signal);
  return {
    clock: systemClock,
    documents,
    source: options.project ? complete : withoutDrafts(complete),
    recall: (documentKey) => {
      link.recall(documentKey);
    },
    warm: (documentKey, offset) => {
      link.warm(documentKey, offset);
    },
    bytesUp: () => (socket?.sentBytes ?? 0) - greetingBytes,
    cpu: async () => {
      const gatewayMs = await cpuMsOf(pid);
      return gatewayMs === undefined ? undefined : { gatewayMs, hostMs: ownCpuMs() };
    },
    until,
    // Another's oracle can only know the wall clock.
    log: async () =>
      (await logAt(url, ownOracle ? machineOriginMs : performance.timeOrigin))?.filter(
        ({ begunAt }) => begunAt >= startedAt,
      ),
    close: () => {
      link.dispose();
      gateway.dispose();
      ownOracle?.dispose();
      documents.dispose();
      return Promise.resolve();
    },
  };
}

/** The local child's engine drafts whoever asks; what it costs is part of the figures all the same. */
function withoutDrafts(source: CompletionSource): CompletionSource {
  return async function* (ask, signal) {
    for await (const piece of source(ask, signal)) {
      if (piece.kind === "end" || piece.origin === "remote") yield piece;
    }
  };
}

/** A timer may fire a little early; rounded down it would, and the process wake twice. */
async function until(at: number): Promise<void> {
  for (let leftMs = at - systemClock.now(); leftMs > 0; leftMs = at - systemClock.now())
    await setTimeout(Math.ceil(leftMs));
}

async function logAt(url: string, originMs: number): Promise<OracleRecord[] | undefined> {
  const response = await fetch(new URL(logPath, url));
  if (!response.ok) return undefined;
  return readLog(await response.json(), originMs);
}

function startGateway(url: string, sparesModel: boolean): GatewayProcess {
  const upstream = {
    kind: "openai-compatible",
    url,
    model: "",
    firstTextTimeoutMs: 10_000,
    maxTokens,
  };
  return new GatewayProcess({
    program: join(import.meta.dirname, "../../../dist/gateway.cjs"),
    settings: () => Promise.resolve({ roots: [], upstream }),
    drafting: () => ({ suggestions: "balanced", hasModel: true, sparesModel }),
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: console.error },
  });
}
