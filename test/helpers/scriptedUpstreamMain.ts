/**
 * The scripted upstream as a process of its own: `node scriptedUpstreamMain.ts '{"tokenMs":8}'`; behind a certificate's
 * two files also over HTTP/2: `… server.pem server.key`. Prints `{"port":n}`, then answers each line of JSON on stdin with one on
 * stdout; ends when stdin does.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ScriptedUpstream, type UpstreamScript } from "./scriptedUpstream.ts";
import type { ProcessCommand } from "./scriptedUpstreamProcess.ts";

const [, , script = "{}", certFile, keyFile] = process.argv;
const tls = certFile !== undefined &&
  keyFile !== undefined && {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    speaks: "h2" as const,
  };
const upstream = new ScriptedUpstream(JSON.parse(script) as UpstreamScript, tls || undefined);
await upstream.listen();
print({ port: upstream.port });
for await (const line of createInterface({ input: process.stdin })) {
  print(obey(JSON.parse(line) as ProcessCommand));
}
await upstream.close();

function obey(command: ProcessCommand): unknown {
  if (command.kind === "script") upstream.script = command.script;
  if (command.kind === "forget") upstream.records.length = 0;
  if (command.kind === "records") {
    return { records: upstream.records, connections: upstream.connections };
  }
  return {};
}

function print(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
