import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFirstLine } from "../../src/link/firstLine.ts";
import { PipeSocket } from "../../src/link/pipeSocket.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { childNoticeSchema } from "../../src/wire/childNotices.ts";
import { Changes } from "./changes.ts";
import { type Exit, startGatewayProgram } from "./gatewayProgram.ts";
import { Lines } from "./lines.ts";

/** A local child that has said it is ready, as its parent sees it. */
export interface LocalGateway {
  readonly pid: number;
  readonly ended: Promise<Exit>;
  readonly log: Lines;
  /** The folder that was made for its socket. */
  readonly folder: string;
  /** Its standard input and output as a socket. */
  readonly pipe: FrameSocket;
  /** Says this on its message channel. */
  tell(notice: object): void;
  /** Why it has left models alone, by the codes. */
  readonly leftAlone: readonly string[];
  /** Waits until it has said so often that all of the project is learned. */
  learned(times: number): Promise<void>;
  /** Dials its Unix socket with the right token, or another. */
  dial(token?: string): Promise<FrameSocket>;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
}

/** What is run, where it is not the gateway's source, and what it has in its environment. */
export interface LocalGatewayProgram {
  readonly environment?: Readonly<Record<string, string>>;
  readonly program?: string;
}

/** Says this line to a new child, and returns the line of its answer. */
export async function greetLocalGateway(line: string): Promise<{ reply: string; exit: Exit }> {
  const { child, ended } = startGatewayProgram(["--local-child"]);
  child.stdin.write(line);
  const reply = await readFirstLine(child.stdout);
  child.stdout.resume();
  return { reply, exit: await ended };
}

/** Starts a child with these settings. `release` gets what is to be done at the end. */
export async function startLocalGateway(
  settings: Readonly<Record<string, unknown>>,
  release: (action: () => unknown) => void,
  { environment = {}, program }: LocalGatewayProgram = {},
): Promise<LocalGateway> {
  const folder = mkdtempSync(join(tmpdir(), "local-"));
  const socketPath = join(folder, "gateway.sock");
  const token = randomBytes(32).toString("base64url");
  const { child, ended } = startGatewayProgram(["--local-child"], environment, program);
  release(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const log = new Lines(child.stderr);
  const changes = new Changes();
  let learnedCount = 0;
  const leftAlone: string[] = [];
  child.on("message", (message) => {
    const notice = childNoticeSchema.parse(message);
    if ("leftAlone" in notice) leftAlone.push(notice.leftAlone.code);
    else if ("learnedShare" in notice && notice.learnedShare === 1) learnedCount += 1;
    changes.notify();
  });
  child.stdin.write(`${JSON.stringify({ roots: [], socketPath, token, ...settings })}\n`);
  const reply = await readFirstLine(child.stdout);
  if (reply !== '{"ready":true}') throw new Error(`the child says ${reply}`);
  const never = new AbortController().signal;
  return {
    pid: child.pid ?? 0,
    ended,
    log,
    folder,
    pipe: new PipeSocket(child.stdout, child.stdin),
    tell: (notice) => child.send(notice),
    leftAlone,
    learned: (times) => changes.until(() => learnedCount >= times),
    dial: (as = token) => dialWebSocket(`ws+unix:${socketPath}:/v1/link`, as, never),
    endInput: () => child.stdin.end(),
    kill: (signal) => child.kill(signal),
  };
}
