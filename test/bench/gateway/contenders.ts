import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remoteProfile } from "../../../src/link/linkProfile.ts";
import { dictionaryOf } from "../../../src/wire/dictionary.ts";
import { cached, npmInstall } from "../../editor/cache.ts";
import { startHostedGateway, teamToken } from "../../helpers/hostedGateway.ts";
import { Lines } from "../../helpers/lines.ts";
import type { Contender } from "./contender.ts";
import { chatRequest, HttpAsker } from "./httpAsker.ts";
import { LinkAsker } from "./linkAsker.ts";

/** Takes what is to be done at the end. */
export type Release = (action: () => unknown) => void;

const root = join(import.meta.dirname, "..", "..", "..");
const here = (name: string): string => join(import.meta.dirname, name);
const portkeyVersion = "1.15.2";

/** The model itself, and all that can be put before it on this machine, ours first. */
export async function contenders(modelPort: number, release: Release): Promise<Contender[]> {
  return [
    overHttp("direct", modelPort, []),
    await slipstream(modelPort, release),
    await plainProxy(modelPort, release),
    ...(await installed("nginx", modelPort, release)),
    ...(await installed("haproxy", modelPort, release)),
    ...(await portkey(modelPort, release)),
  ];
}

/** Starts a script of this folder that prints its port; returns that. */
export async function startPrinting(
  release: Release,
  script: string,
  ...args: string[]
): Promise<{ port: number; pid: number }> {
  const child = spawn(process.execPath, [here(script), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  release(() => ended(child));
  const port = Number(await new Lines(child.stdout).matching(/^\d+$/));
  return { port, pid: child.pid ?? 0 };
}

function overHttp(
  name: string,
  port: number,
  pids: readonly number[],
  headers: Readonly<Record<string, string>> = {},
): Contender {
  const request = chatRequest(headers);
  return { name, pids, connect: () => HttpAsker.connect(port, request) };
}

async function slipstream(modelPort: number, release: Release): Promise<Contender> {
  const bundle = join(root, "dist", "gateway.cjs");
  const gateway = await startHostedGateway(`http://127.0.0.1:${modelPort}`, release, [], bundle);
  const profile = remoteProfile(dictionaryOf(readFileSync(join(root, "dist", "dictionary.bin"))));
  const { address, pid } = gateway;
  return {
    name: "slipstream",
    pids: [pid],
    connect: () => LinkAsker.connect(address, teamToken, profile),
  };
}

async function plainProxy(modelPort: number, release: Release): Promise<Contender> {
  const { port, pid } = await startPrinting(release, "plainProxy.ts", String(modelPort));
  return overHttp("plainProxy", port, [pid]);
}

const configurations = {
  nginx: (port: number, modelPort: number, folder: string) => `
daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  keepalive_requests 1000000;
  upstream model { server 127.0.0.1:${modelPort}; keepalive 4096; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port} backlog=4096; location / {
    proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_buffering off; } }
}`,
  haproxy: (port: number, modelPort: number) => `
global
  maxconn 8192
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-no-delay
frontend front
  bind 127.0.0.1:${port}
  default_backend model
backend model
  http-reuse always
  server model 127.0.0.1:${modelPort}`,
} as const;

/** A proxy of the system's, where it is installed. */
async function installed(
  name: keyof typeof configurations,
  modelPort: number,
  release: Release,
): Promise<Contender[]> {
  const program = [`/usr/sbin/${name}`, name].find(
    (path) => spawnSync(path, ["-v"], { stdio: "ignore" }).status === 0,
  );
  if (program === undefined) {
    console.error(`${name} is not installed: left out`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const port = await freePort();
  const file = join(folder, "conf");
  writeFileSync(file, `${configurations[name](port, modelPort, folder)}\n`);
  const args = name === "nginx" ? ["-c", file, "-p", folder] : ["-f", file, "-db"];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  release(async () => {
    await ended(child);
    rmSync(folder, { recursive: true });
  });
  await answering(port);
  return [overHttp(name, port, [child.pid ?? 0])];
}

/** Installed into the cache folder at the first run; left out where that cannot be. */
async function portkey(modelPort: number, release: Release): Promise<Contender[]> {
  const folder = await cached({
    name: `portkey-${portkeyVersion}`,
    title: `Installing @portkey-ai/gateway ${portkeyVersion}`,
    fill: async (into) => {
      // With a later one it cannot change the heads of answers, and fails.
      const overrides = { "@hono/node-server": "1.3.3" };
      writeFileSync(join(into, "package.json"), JSON.stringify({ overrides }));
      await npmInstall(into, `@portkey-ai/gateway@${portkeyVersion}`);
    },
  }).catch((error: unknown) => {
    console.error(`@portkey-ai/gateway is left out: ${String(error)}`);
    return undefined;
  });
  if (folder === undefined) return [];
  const port = await freePort();
  const main = join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const child = spawn(process.execPath, [main, `--port=${port}`, "--headless"], {
    stdio: "ignore",
    env: { ...process.env, NODE_ENV: "production" },
  });
  release(() => ended(child));
  await answering(port);
  const headers = {
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `http://127.0.0.1:${modelPort}/v1`,
    Authorization: "Bearer none",
  };
  return [overHttp("portkey", port, [child.pid ?? 0], headers)];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Settles when a port is listened on; rejects after 10 s. */
async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const asker = await HttpAsker.connect(port, "").catch(() => undefined);
    asker?.dispose();
    if (asker) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}
