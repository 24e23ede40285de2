/**
 * The process in the servers' namespace: the scripted model, the hosted gateway from its bundle before it, and
 * the same gateway work over HTTP. It is given a folder with a certificate and tells the bench the addresses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startHostedGateway } from "../../helpers/hostedGateway.ts";
import { ScriptedUpstreamProcess } from "../../helpers/scriptedUpstreamProcess.ts";
import { listenHttp } from "./httpGateway.ts";
import { modelMs, serverAddress, type Servers } from "./plan.ts";

const folder = process.env["BENCH_FOLDER"] ?? "";
const certFile = join(folder, "localhost.pem");
const keyFile = join(folder, "localhost.key");
const bundle = join(import.meta.dirname, "../../../dist/gateway.cjs");

process.on("SIGINT", () => undefined); // the bench ends this process
process.once("disconnect", () => process.exit());

const model = await ScriptedUpstreamProcess.start({
  firstTextMs: modelMs,
  tokens: ["compute", "(input", ", total);"],
});
const gateway = await startHostedGateway(
  model.url,
  () => undefined, // it ends with the namespace
  ["--listen", `${serverAddress}:0`, "--tls-cert", certFile, "--tls-key", keyFile],
  bundle,
);
const http = await listenHttp({
  host: serverAddress,
  tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
  upstreamUrl: model.url,
});
const servers: Servers = { gateway: gateway.address, http };
process.send?.(servers);
