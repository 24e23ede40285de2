import { rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { systemClock, systemWallMs } from "../base/clock.ts";
import { DisposableStore } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { Engine } from "../engine/engine.ts";
import { ProjectIndexer } from "../engine/indexing/projectIndexer.ts";
import { type ChildNotice, type SentNotice, windowNoticeSchema } from "../wire/childNotices.ts";
import { readFirstLine } from "../link/firstLine.ts";
import { PipeSocket } from "../link/pipeSocket.ts";
import type { Answer } from "../link/answer.ts";
import { ServerLink } from "../link/serverLink.ts";
import { defaultChoosing, defaultLimits, Upstreams } from "./choosing/upstreams.ts";
import { Counters } from "./counters.ts";
import { Drafting } from "./drafting.ts";
import { chatOfAny } from "./chatPipeline.ts";
import { Turns } from "./load/turns.ts";
import { answer, readAhead, warmOf } from "./pipeline.ts";
import { GatewayServer, type TenantAnswer } from "./server.ts";
import { type StartMessage, startMessageSchema } from "./startMessage.ts";
import { stderrLog } from "./stderrLog.ts";
import { windowTenant } from "./tokens.ts";
import { createUpstream } from "./upstreams/createUpstream.ts";
import type { Upstream } from "./upstreams/upstream.ts";
import { gatewayName } from "./version.ts";

/**
 * Runs as the child of one window: reads the start message, serves links on the socket it names and on
 * its own pipes, heeds the window's notices, and ends when its standard input ends. PROTOCOL.md section 11.
 */
export async function runLocalChild(
  input: Readable,
  output: Writable,
  messages: { on(event: "message", listener: (message: unknown) => void): unknown },
): Promise<void> {
  const everything = new DisposableStore();
  let isEnding = false;
  const exit = () => {
    if (isEnding) return; // called again by what is being disposed
    isEnding = true;
    everything.dispose();
    process.exit();
  };
  input.once("end", exit); // a killed window leaves no other sign
  input.once("close", exit);
  output.on("error", exit);
  const engine = everything.add(new Engine());
  let indexer: ProjectIndexer | undefined;
  const drafter = new Drafting(engine, (request) => indexer?.readImportsOf(request));
  const sent: LastSent = new Map();
  messages.on("message", (message) => {
    const notice = windowNoticeSchema.safeParse(message).data;
    if (!notice) stderrLog.warn("a notice of the window is not what the gateway expects");
    else if ("changed" in notice) indexer?.changed(notice.changed);
    else if ("wantsSent" in notice) tell({ sent: [...sent.values()] });
    else drafter.set(notice.drafting);
  });
  try {
    const start = parseStart(await readFirstLine(input));
    await serve(start, { input, output, exit, sent }, drafter, everything);
    indexer = everything.add(indexerOf(start, engine));
    await indexer.settled;
    tellLearned(engine, indexer);
  } catch (error) {
    output.write(`${JSON.stringify({ failed: Failure.from(error).message })}\n`, exit);
  }
}

/** The parent's end of the child: its pipes, and what is to be done when they are gone. */
interface Parent {
  readonly input: Readable;
  readonly output: Writable;
  readonly exit: () => void;
  readonly sent: LastSent;
}

/** The last body for each work that was sent to the model's server, kept for the person who wants to see it. */
type LastSent = Map<SentNotice["work"], SentNotice>;

async function serve(
  start: StartMessage,
  parent: Parent,
  drafter: Drafting,
  everything: DisposableStore,
): Promise<void> {
  const clock = systemClock;
  const upstreams =
    start.upstream &&
    everything.add(openUpstreams([start.upstream, ...start.fallbacks], start, parent.sent));
  const counters = new Counters();
  const turns = new Turns(clock);
  const whole: TenantAnswer = (request, signal, tenant) =>
    answer({ clock, turns, drafter, upstream: upstreams?.of(tenant) }, request, signal);
  const engineAlone: Answer = (request, signal) =>
    answer({ clock, turns, drafter, upstream: undefined }, request, signal);
  const shared = {
    clock,
    gateway: gatewayName,
    counters,
    // The other end is on this machine: its bytes cost nothing, and the engine reads all of the text.
    compression: [],
    dictionary: undefined,
    requestLimits: { beforeChars: 200_000, afterChars: 50_000 },
  };
  if (start.socketPath !== undefined) {
    const { socketPath } = start;
    everything.add({
      dispose: () => {
        removePlace(socketPath);
      },
    });
    const tenant = windowTenant(start.token);
    const server = new GatewayServer({
      ...shared,
      listen: { path: socketPath },
      tls: undefined,
      tenants: () => [tenant],
      answer: whole,
      warm: warmOf(upstreams, drafter),
      chat: upstreams && chatOfAny(upstreams, clock),
      upstream: () => upstreams?.name ?? "",
      log: stderrLog,
    });
    everything.add(server);
    await server.listen();
  }
  parent.output.write(`${JSON.stringify({ ready: true })}\n`);
  everything.add(
    new ServerLink({
      ...shared,
      socket: new PipeSocket(parent.input, parent.output),
      closesSilent: false,
      upstream: "",
      answer: engineAlone,
      warm: (request, signal) => readAhead(drafter, request, signal),
      onOutcome: () => undefined, // the counters are of the window's socket
      onClosed: parent.exit,
    }),
  );
}

function indexerOf({ roots }: StartMessage, engine: Engine): ProjectIndexer {
  const onProgress = (learnedShare: number) => {
    tell({ learnedShare });
  };
  return new ProjectIndexer({ engine, roots, log: stderrLog, onProgress });
}

/** A window that is gone hears nothing more. */
function tell(notice: ChildNotice): void {
  if (process.connected) process.send?.(notice, undefined, undefined, () => undefined);
}

function tellLearned(engine: Engine, indexer: ProjectIndexer): void {
  const { learnedFiles, learnedChars } = engine.stats;
  const skipped = Object.entries(indexer.skipped).map(([reason, count]) => `${reason} ${count}`);
  const left = skipped.length > 0 ? `; left out: ${skipped.join(", ")}` : "";
  stderrLog.info(`learned ${learnedFiles} files, ${(learnedChars / 1e6).toFixed(1)} MB${left}`);
}

/** The parent removes the folder it made for the socket, unless it was killed. */
function removePlace(socketPath: string): void {
  if (process.platform === "win32") return; // a named pipe goes with its process
  try {
    rmSync(socketPath, { force: true });
    rmdirSync(dirname(socketPath));
  } catch {
    // The parent was quicker, or the folder holds something else.
  }
}

type StartUpstream = NonNullable<StartMessage["upstream"]>;

function openUpstreams(
  settings: readonly StartUpstream[],
  { isHedging }: StartMessage,
  lastSent: LastSent,
): Upstreams {
  const upstreams = settings.map((each) => ({
    upstream: openUpstream(each, lastSent),
    limits: defaultLimits,
  }));
  const choosing = { ...defaultChoosing, isHedging };
  const onLeftAlone = ({ code, message }: Failure) => {
    tell({ leftAlone: { code, message } });
  };
  return new Upstreams({ upstreams, choosing, clock: systemClock, log: stderrLog, onLeftAlone });
}

/** Settings no model can be reached with are told with each answer; the engine works all the same. */
function openUpstream(settings: StartUpstream, lastSent: LastSent): Upstream {
  try {
    const isServer = settings.kind !== "gguf";
    return createUpstream(
      isServer ? { ...settings, apiKey: settings.apiKey } : settings,
      systemClock,
      (sent) => {
        lastSent.set(sent.work, { ...sent, atWallMs: systemWallMs() });
      },
    );
  } catch (error) {
    const failure = Failure.from(error);
    return {
      name: "",
      // eslint-disable-next-line require-yield -- it fails before there is anything to yield
      async *complete() {
        return Promise.reject(failure);
      },
      dispose: () => undefined,
    };
  }
}

function parseStart(line: string): StartMessage {
  try {
    return startMessageSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Failure("settings", "the start message is not what the gateway expects", error);
  }
}
