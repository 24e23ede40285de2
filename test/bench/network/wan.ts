import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { LineChange } from "./plan.ts";

const emulator = join(import.meta.dirname, "wan.py");
/** Where they are installed. */
const programs = { ip: "ip", python: "python3" };

/** Why there can be no such line on this machine; undefined where it may be tried. */
export function whyNoWan(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  if (!existsSync("/dev/net/tun")) return "no /dev/net/tun";
  return Object.values(programs)
    .map(whyNot)
    .find((why) => why !== undefined);
}

const whyNot = (program: string): string | undefined =>
  spawnSync(program, ["-V"], { stdio: "ignore" }).error && `no ${program}`;

/**
 * A long line between two network namespaces of its own. `close` ends it and every process in them; should
 * this process be killed, the emulator does the same by itself.
 */
export class Wan {
  /** The namespaces at its two ends. */
  readonly left: string;
  readonly right: string;
  readonly #emulator: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(left: string, right: string) {
    this.left = left;
    this.right = right;
    this.#emulator = spawn(programs.python, [emulator, left, right], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#emulator.stdin.on("error", () => undefined); // EPIPE: its end says it
    this.#lines = createInterface({ input: this.#emulator.stdout })[Symbol.asyncIterator]();
  }

  /** Opens one, or says why this machine does not allow it. */
  static async open(): Promise<Wan | string> {
    const name = `slipstream-${process.pid}`;
    const wan = new Wan(`${name}-l`, `${name}-r`);
    const word = await wan.#word();
    if (word === "ready") return wan;
    await wan.close();
    const [, why] = /^skipped (.*)/.exec(word) ?? [];
    if (why === undefined) throw new Error(`the line's emulator says: ${word}`);
    return why;
  }

  /** One change at a time; resolves when it holds for every packet that is sent from now on. */
  async set(change: LineChange): Promise<void> {
    const words = Object.entries(change).map(([key, value]) => `${key}=${Number(value)}`);
    this.#emulator.stdin.write(`${words.join(" ")}\n`);
    const word = await this.#word();
    if (word !== "ok") throw new Error(`the line's emulator says: ${word}`);
  }

  /** Runs a TypeScript program in one of the namespaces, with a channel for messages. */
  start(namespace: string, program: URL, env: Readonly<Record<string, string>>): ChildProcess {
    const command = [process.execPath, fileURLToPath(program)];
    return spawn(programs.ip, ["netns", "exec", namespace, ...command], {
      env: { ...process.env, ...env },
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }

  async close(): Promise<void> {
    if (this.#emulator.exitCode !== null || this.#emulator.signalCode !== null) return;
    const ended = once(this.#emulator, "exit");
    this.#emulator.stdin.end();
    await ended;
  }

  async #word(): Promise<string> {
    const line = await this.#lines.next();
    return line.done === true ? "the line's emulator ended" : line.value;
  }
}
