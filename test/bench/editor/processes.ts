/** The processes of a window that the extension lives in, as the kernel counts them. Linux alone. */
import { readdirSync, readFileSync } from "node:fs";
import type { CDPSession } from "playwright-core";
import type { Editor } from "../../editor/server.ts";

/** The numbers of the two that the extension runs in: the extension host, which it shares with others, and its own gateway. */
export interface ExtensionProcesses {
  readonly host: number;
  readonly gateway: number;
}

/** Throws while no gateway runs. */
export function extensionProcesses({ extensionsDir }: Editor): ExtensionProcesses {
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const words = readOf(name, "cmdline").split("\0");
    const isGateway = words.some(
      (word) => word.startsWith(extensionsDir) && word.endsWith("dist/gateway.cjs"),
    );
    if (!isGateway) continue;
    const parent = /PPid:\s+(\d+)/.exec(readOf(name, "status"))?.[1];
    return { gateway: Number(name), host: Number(parent) };
  }
  throw new Error(`no gateway of ${extensionsDir} runs`);
}

/** The number of a window's extension host, whatever extensions it has. Throws while none runs. */
export function extensionHost({ extensionsDir }: Editor): number {
  const parents = new Map<string, string>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each)))
    parents.set(name, /PPid:\s+(\d+)/.exec(readOf(name, "status"))?.[1] ?? "");
  const isOfWindow = (name: string | undefined): boolean =>
    name !== undefined &&
    (readOf(name, "cmdline").split("\0").includes(extensionsDir) || isOfWindow(parents.get(name)));
  for (const name of parents.keys())
    if (readOf(name, "cmdline").includes("--type=extensionHost") && isOfWindow(name))
      return Number(name);
  throw new Error(`no extension host of ${extensionsDir} runs`);
}

/** Resident memory, in megabytes of 1,000,000 bytes. */
export function residentMb(pid: number): number {
  return (Number(/VmRSS:\s+(\d+)/.exec(readOf(pid, "status"))?.[1]) * 1_024) / 1e6;
}

/** Processor time that all processes of a browser have taken so far, in milliseconds. */
export async function browserMs(browser: CDPSession): Promise<number> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1_000;
}

/** Empty for one that has ended. */
function readOf(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
