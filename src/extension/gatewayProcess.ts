import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import { readFirstLine } from "../link/firstLine.ts";
import type { FrameSocket } from "../link/frameSocket.ts";
import { PipeSocket } from "../link/pipeSocket.ts";
import {
  type ChildNotice,
  childNoticeSchema,
  type DraftingWish,
  type SentNotice,
  type WindowNotice,
} from "../wire/childNotices.ts";
import { linkPath } from "../wire/limits.ts";
import { makeSocketPlace, type SocketPlace } from "./socketFolder.ts";

/** A gateway child that listens. It ends with its process. */
export interface RunningGateway {
  readonly pid: number;
  /** Its socket for `ws`. */
  readonly address: string;
  readonly token: string;
  /** Its standard input and output as a socket; good for one link. */
  readonly pipe: FrameSocket;
}

/** The parts of the start message that settings decide; read again at each start. */
export type StartSettings = () => Promise<Readonly<Record<string, unknown>>>;

/** What the process is made of. */
export interface GatewayProcessParts {
  /** The gateway's bundle. */
  readonly program: string;
  readonly settings: StartSettings;
  /** How the engine is to draft: told to each child, and again by `tellDrafting`. */
  readonly drafting: () => DraftingWish;
  readonly clock: Clock;
  readonly log: Logger;
}

const readyTimeoutMs = 5_000;
const sentTimeoutMs = 1_000;
const steadyAfterMs = 10_000;
const firstRestartMs = 50;
const longestRestartMs = 10_000;

/**
 * The window's own gateway: a child that is started at once and again whenever it ends. `dispose` ends it;
 * a window that dies without that ends it too, since its standard input then ends.
 */
export class GatewayProcess implements Disposable {
  readonly #parts: GatewayProcessParts;
  #child: ChildProcessWithoutNullStreams | undefined;
  #place: SocketPlace | undefined;
  #running: PromiseWithResolvers<RunningGateway> = unhandled();
  #restart: Disposable | undefined;
  #startedAt = 0;
  #quickEnds = 0;
  /** Whether `running` has been fulfilled by a child, which may have ended since. */
  #hasRun = false;
  #isStarting = false;
  #isDisposed = false;
  #learnedShare = 1;
  readonly #learnedShares = new Emitter<number>();
  readonly #leftAlone = new Emitter<Failure>();
  readonly #sent = new Emitter<readonly SentNotice[]>();

  constructor(parts: GatewayProcessParts) {
    this.#parts = parts;
    void this.#start();
  }

  /** The child that listens now, or the next one that will. Throws the signal's reason. */
  async running(signal: AbortSignal): Promise<RunningGateway> {
    const gone = Promise.withResolvers<never>();
    const abort = onAbort(signal, () => {
      gone.reject(Failure.from(signal.reason, "gateway-unreachable"));
    });
    try {
      return await Promise.race([this.#running.promise, gone.promise]);
    } finally {
      abort.dispose();
    }
  }

  /** How much of the project the engine has read, from 0 to 1; said where that takes long enough to be noticed. */
  get learnedShare(): number {
    return this.#learnedShare;
  }

  readonly onLearnedShare = this.#learnedShares.on;

  /** Fires when one of several models is left alone, with the reason. */
  readonly onLeftAlone = this.#leftAlone.on;

  /** Tells the child of files that have changed. One that starts later looks at all of them anyway. */
  changed(paths: readonly string[]): void {
    this.#tell({ changed: [...paths] });
  }

  /** Says anew how the engine is to draft; the child goes on with what it has learned. */
  tellDrafting(): void {
    this.#tell({ drafting: this.#parts.drafting() });
  }

  /** The child's process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * What the child has sent to the model's server last for each work, which may be nothing; undefined where there is no child, or
   * it does not say within a second.
   */
  async lastSent(): Promise<readonly SentNotice[] | undefined> {
    const answer = Promise.withResolvers<readonly SentNotice[] | undefined>();
    const heard = this.#sent.on(answer.resolve);
    const timer = this.#parts.clock.after(sentTimeoutMs, () => {
      answer.resolve(undefined);
    });
    this.#tell({ wantsSent: true });
    try {
      return await answer.promise;
    } finally {
      heard.dispose();
      timer.dispose();
    }
  }

  /** A child that is ending hears nothing more. */
  #tell(notice: WindowNotice): void {
    if (this.#child?.connected === true) this.#child.send(notice, () => undefined);
  }

  /** Ends the child and starts one with the settings as they are now. */
  restart(): void {
    this.#quickEnds = 0;
    this.#forget(); // who asks from now on gets the next one
    if (this.#child) this.#child.kill();
    else if (!this.#isStarting && !this.#isDisposed) this.#startAfter(0);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#restart?.dispose();
    this.#running.reject(new Failure("gateway-unreachable", "the window is closing"));
    this.#child?.stdin.end();
    this.#child?.kill();
    this.#learnedShares.dispose();
    this.#leftAlone.dispose();
    this.#sent.dispose();
    this.#place?.remove(); // now: a window that closes may not live to hear of the child's end
  }

  async #start(): Promise<void> {
    const { clock, log } = this.#parts;
    this.#isStarting = true;
    this.#startedAt = clock.now();
    try {
      this.#place = await makeSocketPlace();
      if (this.#isDisposed) this.#place.remove();
      else void this.#run(this.#spawn(), this.#place);
    } catch (error) {
      log.warn(`gateway could not be started: ${Failure.from(error).message}`);
      this.#place?.remove();
      this.#startAgain();
    } finally {
      this.#isStarting = false;
    }
  }

  /** Throws where the system has no process or no pipes left. */
  #spawn(): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [this.#parts.program, "--local-child"], {
      env: { ...childEnvironment(), ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["pipe", "pipe", "pipe", "ipc"],
      windowsHide: true,
    }) as ChildProcessWithoutNullStreams; // its type knows no fourth pipe
    child.on("error", () => undefined);
    child.on("message", (message) => {
      const notice = childNoticeSchema.safeParse(message);
      if (notice.success) this.#heed(notice.data);
    });
    child.stdin.on("error", () => undefined); // EPIPE: "close" says it
    this.#child = child;
    this.tellDrafting();
    return child;
  }

  async #run(child: ChildProcessWithoutNullStreams, place: SocketPlace): Promise<void> {
    const { clock, log } = this.#parts;
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => undefined);
    child.once("error", ended.reject);
    child.once("close", (code, signal) => {
      log.info(`gateway ended, process ${child.pid ?? 0}, ${signal ?? `code ${code ?? 0}`}`);
      ended.reject(new Failure("gateway-unreachable", "the gateway ended before it was ready"));
      this.#ended(place);
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      logLine(log, line);
    });
    let limit: Disposable | undefined;
    try {
      // However long a keyring takes to give a key: the child is not to blame for that.
      const settings = await Promise.race([this.#parts.settings(), ended.promise]);
      limit = clock.after(readyTimeoutMs, () => child.kill());
      const running = await Promise.race([greet(child, place, settings), ended.promise]);
      log.info(
        `gateway started, process ${running.pid}, ${Math.round(clock.now() - this.#startedAt)} ms`,
      );
      this.#hasRun = true;
      this.#running.resolve(running);
    } catch (error) {
      const message = `the local gateway did not start: ${Failure.from(error).message}`;
      log.warn(message);
      this.#running.reject(new Failure("gateway-unreachable", message, error));
      this.#running = unhandled();
      child.kill();
    } finally {
      limit?.dispose();
    }
  }

  #ended(place: SocketPlace): void {
    place.remove();
    this.#child = undefined;
    if (this.#isDisposed) return;
    this.#setLearnedShare(1);
    this.#forget();
    this.#startAgain();
  }

  #heed(notice: ChildNotice): void {
    if ("learnedShare" in notice) this.#setLearnedShare(notice.learnedShare);
    else if ("sent" in notice) this.#sent.fire(notice.sent);
    else this.#leftAlone.fire(new Failure(notice.leftAlone.code, notice.leftAlone.message));
  }

  #setLearnedShare(share: number): void {
    if (share === this.#learnedShare) return;
    this.#learnedShare = share;
    this.#learnedShares.fire(share);
  }

  #forget(): void {
    if (this.#hasRun) this.#running = unhandled();
    this.#hasRun = false;
  }

  #startAgain(): void {
    if (this.#isDisposed) return;
    const isSteady = this.#parts.clock.now() - this.#startedAt >= steadyAfterMs;
    this.#quickEnds = isSteady ? 0 : this.#quickEnds + 1;
    this.#startAfter(Math.min(longestRestartMs, firstRestartMs * 2 ** this.#quickEnds));
  }

  #startAfter(delayMs: number): void {
    this.#restart?.dispose();
    this.#restart = this.#parts.clock.after(delayMs, () => void this.#start());
  }
}

/** Tells the child how it is to start, and hears where it listens. */
async function greet(
  child: ChildProcessWithoutNullStreams,
  place: SocketPlace,
  settings: Readonly<Record<string, unknown>>,
): Promise<RunningGateway> {
  const token = randomBytes(32).toString("base64url");
  child.stdin.write(`${JSON.stringify({ ...settings, socketPath: place.path, token })}\n`);
  const reply = JSON.parse(await readFirstLine(child.stdout)) as {
    ready?: true;
    failed?: string;
  };
  if (reply.ready !== true)
    throw new Failure("settings", reply.failed ?? "no word from the gateway");
  return {
    pid: child.pid ?? 0,
    address: `ws+unix:${place.path}:${linkPath}`,
    token,
    pipe: new PipeSocket(child.stdout, child.stdin),
  };
}

/** At the level it begins with (`stderrLog.ts`); Node's own words, before a crash, are warnings. */
function logLine(log: Logger, line: string): void {
  const [, level, words] = /^(debug|info|warn) (.*)$/.exec(line) ?? [];
  log[(level ?? "warn") as "debug" | "info" | "warn"](`gateway: ${words ?? line}`);
}

function unhandled(): PromiseWithResolvers<RunningGateway> {
  const resolvers = Promise.withResolvers<RunningGateway>();
  resolvers.promise.catch(() => undefined); // whoever waits hears of it; often nobody does
  return resolvers;
}

/** The window's environment without what would change how the child's Node runs. */
function childEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: undefined, VSCODE_INSPECTOR_OPTIONS: undefined };
}
