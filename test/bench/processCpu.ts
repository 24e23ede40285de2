import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";

/** The processor time that another process has used so far, in ms; undefined where the system does not say. */
export async function cpuMsOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may hold anything: state is the third field, user and system time 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond();
  } catch {
    return undefined;
  }
}

const ticksPerSecond = (): number =>
  Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** The processor time that this process has used so far, in ms. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
