/** A hosted gateway whose memory and files can be looked at. Linux only for the looking. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type GatewayProgram, startGatewayProgram } from "../gatewayProgram.ts";
import { Lines } from "../lines.ts";

/** Collects garbage whenever it is told to. */
const collector = "data:text/javascript,process.on('SIGUSR2',()=>{gc();gc()})";

/** What a process holds. */
export interface Holdings {
  readonly rssBytes: number;
  readonly files: number;
}

/** A gateway process, and what it holds. */
export class WatchedGateway {
  readonly #program: GatewayProgram;
  readonly port: number;

  constructor(program: GatewayProgram, port: number) {
    this.#program = program;
    this.port = port;
  }

  get isAlive(): boolean {
    return this.#program.child.exitCode === null && this.#program.child.signalCode === null;
  }

  get address(): string {
    return `ws://127.0.0.1:${this.port}/v1/link`;
  }

  /** What it holds at this moment. */
  holds(): Holdings {
    const folder = `/proc/${this.#program.child.pid ?? 0}`;
    const status = readFileSync(join(folder, "status"), "utf8");
    const rssBytes = 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    return { rssBytes, files: readdirSync(join(folder, "fd")).length };
  }

  /** What it still holds once garbage has been collected and its files are no more than `files`, or after 8 s. */
  async rested(files = 0): Promise<Holdings> {
    for (let turn = 0; turn < 40; turn++) {
      if (turn % 5 === 0) this.#program.child.kill("SIGUSR2");
      await setTimeout(200); // it is another process: nothing else tells that it is at rest
      if (turn > 8 && this.holds().files <= files) break;
    }
    return this.holds();
  }
}

/** Starts one with a heap of at most 256 MiB; `release` gets what is to be done at the end. */
export async function startWatchedGateway(
  token: string,
  upstreamUrl: string,
  release: (action: () => unknown) => void,
): Promise<WatchedGateway> {
  const folder = mkdtempSync(join(tmpdir(), "watched-"));
  const tokenFile = join(folder, "tokens");
  const hash = createHash("sha256").update(token).digest("hex");
  writeFileSync(tokenFile, `team:${hash}\n`);
  const program = startGatewayProgram(
    [
      ...["--listen", "127.0.0.1:0", "--token-file", tokenFile],
      ...["--upstream", "openai-compatible", "--upstream-url", upstreamUrl],
    ],
    { NODE_OPTIONS: `--expose-gc --max-old-space-size=256 --import ${collector}` },
  );
  release(async () => {
    program.child.kill("SIGKILL");
    await program.ended;
    rmSync(folder, { recursive: true });
  });
  const log = new Lines(program.child.stderr);
  const listening = await Promise.race([
    new Lines(program.child.stdout).matching(/listens on/),
    program.ended.then(() => log.all.join("\n")),
  ]);
  const [, port] = /:(\d+)[,/]/.exec(listening) ?? [];
  if (port === undefined) throw new Error(`no gateway: ${listening}`);
  return new WatchedGateway(program, Number(port));
}
