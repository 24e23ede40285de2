/**
 * The least a Node process can do between a client and a model: passes requests and answers on over kept-alive connections,
 * without a look inside. `node plainProxy.ts PORT` of the model; prints its own port, ends with its standard input.
 */
import { Agent, createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";

const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 4_096 });

const server = createServer((request, response) => {
  const { method, headers, url: path } = request;
  const asked = ask({ host: "127.0.0.1", port, agent, method, headers, path }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on("error", () => response.destroy());
  response.on("close", () => asked.destroy());
  request.pipe(asked);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", 4_096, () => {
  console.log((server.address() as AddressInfo).port);
});
process.stdin.on("end", () => process.exit()).resume();
