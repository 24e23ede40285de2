import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Certificate } from "./certificate.ts";
import type { UpstreamRecord, UpstreamScript } from "./scriptedUpstream.ts";

/** What the child process understands, one line of JSON each. */
export type ProcessCommand =
  | { readonly kind: "records" }
  | { readonly kind: "forget" }
  | { readonly kind: "script"; readonly script: UpstreamScript };

/** All that the child has seen since it started or was last told to forget; connections count from the start. */
export interface ProcessRecords {
  readonly records: readonly UpstreamRecord[];
  readonly connections: number;
}

/** A scripted upstream in its own process, so that it shares no event loop with what is measured. */
export class ScriptedUpstreamProcess {
  readonly url: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    url: string,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.url = url;
  }

  /** With a certificate it is asked over HTTP/2. */
  static async start(
    script: UpstreamScript,
    certificate?: Pick<Certificate, "certFile" | "keyFile">,
  ): Promise<ScriptedUpstreamProcess> {
    const main = fileURLToPath(new URL("scriptedUpstreamMain.ts", import.meta.url));
    const files = certificate ? [certificate.certFile, certificate.keyFile] : [];
    const child = spawn(process.execPath, [main, JSON.stringify(script), ...files], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { port } = (await nextLine(lines)) as { port: number };
    const scheme = certificate ? "https" : "http";
    return new ScriptedUpstreamProcess(child, lines, `${scheme}://127.0.0.1:${port}`);
  }

  /** One command at a time: wait for its answer before the next. */
  async records(): Promise<ProcessRecords> {
    return (await this.#ask({ kind: "records" })) as ProcessRecords;
  }

  async forget(): Promise<void> {
    await this.#ask({ kind: "forget" });
  }

  async setScript(script: UpstreamScript): Promise<void> {
    await this.#ask({ kind: "script", script });
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    await exited;
  }

  dispose(): void {
    this.#child.kill();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #ask(command: ProcessCommand): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return nextLine(this.#lines);
  }
}

async function nextLine(lines: AsyncIterator<string>): Promise<unknown> {
  const line = await lines.next();
  if (line.done) throw new Error("The scripted upstream's process ended.");
  return JSON.parse(line.value) as unknown;
}
