/**
 * The completion core over a long line: our link, HTTP/2 and HTTP/1.1, all with TLS 1.3, to a hosted gateway
 * before a scripted 50 ms model. Client and servers are in two network namespaces of the bench's own, with an
 * emulated line between them. Linux, root, /dev/net/tun, python3 and openssl; skipped where one is missing.
 *   --rtt MS (default 90)   --only NAME,... (line, burst, cold, loss, partition)
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildProduct } from "../../esbuild.mjs";
import { makeCertificate } from "../helpers/certificate.ts";
import { teamToken } from "../helpers/hostedGateway.ts";
import {
  type ClientWord,
  type Plan,
  scenarioNames,
  serverAddress,
  type Servers,
} from "./network/plan.ts";
import { Wan, whyNoWan } from "./network/wan.ts";
import type { Figures } from "./report.ts";

const programs = {
  servers: new URL("network/servers.ts", import.meta.url),
  client: new URL("network/client.ts", import.meta.url),
};

export async function run(options: string[]): Promise<Figures> {
  const { rttMs, scenarios } = parse(options);
  const folder = mkdtempSync(join(tmpdir(), "slipstream-network-"));
  try {
    const certificate = makeCertificate(folder, serverAddress);
    const wan = whyNoWan() ?? (certificate ? await Wan.open() : "no openssl");
    if (typeof wan === "string") return skipped(wan);
    return await overWan(wan, folder, { token: teamToken, rttMs, scenarios });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parse(options: string[]): Pick<Plan, "rttMs" | "scenarios"> {
  const { values } = parseArgs({
    args: options,
    options: { rtt: { type: "string", default: "90" }, only: { type: "string" } },
  });
  const only = values.only?.split(",") ?? scenarioNames;
  return { rttMs: Number(values.rtt), scenarios: scenarioNames.filter((n) => only.includes(n)) };
}

function skipped(why: string): Figures {
  console.log(`SKIPPED: ${why}`);
  return { skipped: why };
}

/** Closing the line ends all that runs on it, so an interruption needs to do nothing else. */
async function overWan(wan: Wan, folder: string, plan: Omit<Plan, "servers">): Promise<Figures> {
  const interrupt = () => void wan.close();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    await buildProduct();
    await wan.set({ delayMs: plan.rttMs / 2 });
    const home = { BENCH_FOLDER: folder, TMPDIR: folder };
    const servers = (await firstWord(wan.start(wan.right, programs.servers, home))) as Servers;
    const client = wan.start(wan.left, programs.client, {
      BENCH_PLAN: JSON.stringify({ ...plan, servers } satisfies Plan),
      NODE_EXTRA_CA_CERTS: join(folder, "localhost.pem"),
    });
    return { tls: "TLS 1.3 for all", ...(await figuresOf(client, wan)) };
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await wan.close();
  }
}

async function firstWord(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(() => {
    throw new Error("the servers ended before they listened");
  });
  const [word] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  ended.catch(() => undefined); // they end with the line
  return word;
}

/** Serves the client's process until it ends. */
async function figuresOf(client: ChildProcess, wan: Wan): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  client.on("message", (word: ClientWord) => {
    if (word.kind === "line") void wan.set(word.change).then(() => client.send({}));
    else {
      figures[word.scenario] = word.figures;
      console.error(`${word.scenario}: done`);
    }
  });
  const [code] = (await once(client, "exit")) as [number | null];
  if (code !== 0) throw new Error("the client ended before its time");
  return figures;
}
