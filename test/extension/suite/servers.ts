/** The servers behind the window: scripted models, hosted gateways and those that are neither. */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import { ScriptedUpstream, type UpstreamScript } from "../../helpers/scriptedUpstream.ts";
import { setSettings } from "./editorWindow.ts";

const closers: (() => Promise<void> | void)[] = [];

/** Ends every server of this test. */
export async function endServers(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** A scripted model on loopback, ended by `endServers`. */
export async function startModel(script: UpstreamScript): Promise<ScriptedUpstream> {
  const model = await new ScriptedUpstream(script).listen();
  closers.push(() => model.close());
  return model;
}

/** A server of another kind, ended by `endServers`. */
export async function startServer<S extends { listen: () => Promise<S>; close: () => void }>(
  server: S,
): Promise<S> {
  closers.push(() => {
    server.close();
  });
  return server.listen();
}

/** Makes the window's own gateway ask a model at this address. */
export async function useModel(
  url: string,
  others: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { kind = "openai-compatible", ...more } = others;
  for (const [name, value] of Object.entries(more))
    await setSettings({ [`slipstream.upstream.${name}`]: value });
  await setSettings({ "slipstream.upstream.url": url, "slipstream.upstream.kind": kind });
}

/** Of the one tenant that a hosted gateway of these tests knows. */
export const teamToken = "a-token-of-the-team-with-enough-letters";

/** A gateway hosted on this machine, in a process of its own. */
export interface HostedGateway {
  readonly port: number;
  readonly url: string;
  readonly kill: () => Promise<void>;
}

/** Starts dist/gateway.cjs for one token; port 0 is any free one. `more` are further options of its own. */
export async function startHostedGateway(
  token: string,
  modelUrl: string,
  port = 0,
  more: readonly string[] = [],
): Promise<HostedGateway> {
  const folder = mkdtempSync(join(tmpdir(), "slipstream-hosted-"));
  const tokenFile = join(folder, "tokens");
  writeFileSync(tokenFile, `team:${createHash("sha256").update(token).digest("hex")}\n`);
  const { extensionPath } = vscode.extensions.getExtension("slipstream.slipstream") ?? {};
  const program = join(extensionPath ?? "", "dist", "gateway.cjs");
  const args = [
    ...[program, "--listen", `127.0.0.1:${port}`, "--token-file", tokenFile],
    ...["--upstream", "openai-compatible", "--upstream-url", modelUrl],
    ...more,
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = () => endProcess(child);
  closers.push(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, given] = /listens on wss?:\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (given) return { port: Number(given), url: `ws://127.0.0.1:${given}`, kill };
  }
  throw new Error("the hosted gateway did not start");
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server that takes connections and never says a word. */
export async function startMuteServer(): Promise<number> {
  return listen(createServer());
}

/** A web server that has nothing to do with gateways: 404 for all. */
export async function startWebServer(): Promise<number> {
  const server = http.createServer((_request, response) => {
    response.writeHead(404).end("nothing here");
  });
  return listen(server);
}

/** The port of a server on loopback, ended by `endServers`. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** What a gateway counts. */
export interface Health {
  readonly links: { readonly open: number; readonly total: number };
  readonly streams: { readonly end: number; readonly cancelled: number; readonly failed: number };
}

/** What a gateway says of itself at `/healthz`. */
export async function healthOf(where: http.RequestOptions): Promise<Health> {
  const answered = Promise.withResolvers<Health>();
  http
    .get({ ...where, path: "/healthz", agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => {
        answered.resolve(JSON.parse(body) as Health);
      });
    })
    .on("error", answered.reject);
  return answered.promise;
}

/** The file of the socket that the window's own gateway listens on. */
export function socketPathOf(address: string): string {
  return address.slice("ws+unix:".length, address.lastIndexOf(":"));
}
