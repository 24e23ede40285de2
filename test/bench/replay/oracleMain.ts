/**
 * The oracle as a process of its own: `node oracleMain.ts '{"trace":"a.keys.json",...}'`. Prints `{"port":n}` and
 * ends when its standard input does.
 */
import { once } from "node:events";
import { systemClock } from "../../../src/base/clock.ts";
import { readKeyTrace } from "./keyTrace.ts";
import { Oracle } from "./oracle.ts";
import { OracleAnswers } from "./oracleAnswers.ts";
import type { OracleProcessOptions } from "./oracleProcess.ts";
import { OracleServer } from "./oracleServer.ts";
import { oracleTokens } from "./stage.ts";

const options = JSON.parse(process.argv[2] ?? "{}") as OracleProcessOptions;
const { accuracy } = options;
const oracle = new Oracle(await readKeyTrace(options.trace), { accuracy, maxTokens: oracleTokens });
const server = new OracleServer(new OracleAnswers(oracle, options, systemClock));
process.stdout.write(`${JSON.stringify({ port: await server.listen() })}\n`);
process.stdin.resume();
await once(process.stdin, "end");
server.dispose();
