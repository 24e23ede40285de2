import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A gateway as a process of its own. */
export interface GatewayProgram {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when the process is gone and its pipes are closed. */
  readonly ended: Promise<Exit>;
}

const main = fileURLToPath(new URL("../../src/gateway/main.ts", import.meta.url));

/** Starts one: `program` is the gateway's source, or its bundle. */
export function startGatewayProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = main,
): GatewayProgram {
  const env = { ...process.env, ...environment };
  const stdio = ["pipe", "pipe", "pipe", "ipc"] as const;
  const options = { env, stdio: [...stdio] };
  const child = spawn(process.execPath, [program, ...args], options) as GatewayProgram["child"];
  child.stdin.on("error", () => undefined); // EPIPE: the end of the process says it
  const ended = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
  return { child, ended };
}
