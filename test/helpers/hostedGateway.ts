import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Exit, type GatewayProgram, startGatewayProgram } from "./gatewayProgram.ts";
import { Lines } from "./lines.ts";

/** The token of the one team that the gateway knows at its start. */
export const teamToken = "the-token-of-the-team";

/** A hosted gateway as a process, in front of a model server. */
export class HostedGateway {
  readonly #program: GatewayProgram;
  readonly tokenFile: string;
  readonly log: Lines;
  /** Where its links are, such as `ws://127.0.0.1:1234/v1/link`. */
  readonly address: string;

  constructor(program: GatewayProgram, tokenFile: string, log: Lines, listening: string) {
    this.#program = program;
    this.tokenFile = tokenFile;
    this.log = log;
    const [url = ""] = /wss?:\/\/[^\s,]+/.exec(listening) ?? [];
    this.address = `${url}/v1/link`;
  }

  get pid(): number {
    return this.#program.child.pid ?? 0;
  }

  get ended(): Promise<Exit> {
    return this.#program.ended;
  }

  /** The address of its plain HTTP answers. */
  get http(): string {
    return this.address.replace(/^ws/, "http").replace("/v1/link", "");
  }

  /** Writes the token file anew: these teams and no other. */
  setTeams(teams: Readonly<Record<string, string>>): void {
    writeTeams(this.tokenFile, teams);
  }

  /** Reads no more of what it says. */
  leaveOutput(): void {
    this.#program.child.stdout.destroy();
    this.#program.child.stderr.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#program.child.kill(signal);
  }
}

/**
 * Starts one in a folder of its own and waits until it listens. `release` gets what is to be done at the end;
 * `program` is the gateway's bundle, where that is to run instead of its source.
 */
export function startHostedGateway(
  upstreamUrl: string,
  release: (action: () => unknown) => void,
  more: readonly string[] = [],
  program?: string,
): Promise<HostedGateway> {
  const upstream = ["--upstream", "openai-compatible", "--upstream-url", upstreamUrl];
  return start(() => [...upstream, ...more], release, program);
}

/** The same with a configuration file that says this. */
export function startConfiguredGateway(
  config: object,
  release: (action: () => unknown) => void,
  program?: string,
): Promise<HostedGateway> {
  const withConfig = (folder: string) => {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(config));
    return ["--config", file];
  };
  return start(withConfig, release, program);
}

async function start(
  optionsIn: (folder: string) => readonly string[],
  release: (action: () => unknown) => void,
  program: string | undefined,
): Promise<HostedGateway> {
  const folder = mkdtempSync(join(tmpdir(), "hosted-"));
  const tokenFile = join(folder, "tokens");
  writeTeams(tokenFile, { team: teamToken });
  const args = ["--listen", "127.0.0.1:0", "--token-file", tokenFile, ...optionsIn(folder)];
  const started = startGatewayProgram(args, {}, program);
  release(async () => {
    started.child.kill("SIGKILL");
    await started.ended;
    rmSync(folder, { recursive: true });
  });
  const log = new Lines(started.child.stderr);
  const listening = await new Lines(started.child.stdout).matching(/listens on/);
  return new HostedGateway(started, tokenFile, log, listening);
}

function writeTeams(path: string, teams: Readonly<Record<string, string>>): void {
  const hash = (token: string) => createHash("sha256").update(token).digest("hex");
  const lines = Object.entries(teams).map(([name, token]) => `${name}:${hash(token)}\n`);
  writeFileSync(path, lines.join(""));
}
