import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Disposable } from "../../../src/base/disposable.ts";
import { readFirstLine } from "../../../src/link/firstLine.ts";
import type { OraclePace } from "./oracleAnswers.ts";

/** What the process is told. */
export interface OracleProcessOptions extends OraclePace {
  /** The session's file. */
  readonly trace: string;
  readonly accuracy: number;
}

/** An oracle that shares no event loop with what is measured. The owner disposes it, which ends it. */
export class OracleProcess implements Disposable {
  readonly url: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(options: OracleProcessOptions): Promise<OracleProcess> {
    const main = fileURLToPath(new URL("oracleMain.ts", import.meta.url));
    const child = spawn(process.execPath, [main, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(child, "exit").then(() => {
      throw new Error("The oracle's process ended.");
    });
    const line = await Promise.race([readFirstLine(child.stdout), ended]);
    ended.catch(() => undefined); // from here on it is its owner who ends it
    const { port } = JSON.parse(line) as { port: number };
    return new OracleProcess(child, `http://127.0.0.1:${port}`);
  }

  dispose(): void {
    this.#child.stdin.end();
  }
}
