/**
 * The scripted model of the gateway bench, a process of its own: `POST /v1/completions` and `/v1/chat/completions` stream
 * as the last `POST /script` said. Prints its port, ends with its standard input.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Script } from "./shapes.ts";

let script: Script = { firstMs: 0, tokenMs: 0, tokens: 16 };

const head = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" };
const last = "data: [DONE]\n\n";

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (request.url === "/script") {
      script = JSON.parse(Buffer.concat(parts).toString()) as Script;
      response.end("{}");
    } else stream(request, response);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", 4_096, () => {
  console.log((server.address() as AddressInfo).port);
});
process.stdin.on("end", () => process.exit()).resume();

function stream(request: IncomingMessage, response: ServerResponse): void {
  const event = request.url === "/v1/chat/completions" ? chatEvent : completionEvent;
  const { firstMs, tokenMs, tokens } = script;
  let sent = 0;
  const next = () => {
    if (response.destroyed) return;
    if (sent === 0) response.writeHead(200, head);
    if (tokenMs === 0) {
      for (; sent < tokens; sent++) response.write(event(sent));
    } else response.write(event(sent++));
    if (sent < tokens) setTimeout(next, tokenMs);
    else response.end(last);
  };
  if (firstMs === 0) next();
  else setTimeout(next, firstMs);
}

const word = (index: number): string => ` word${index}`;
const about = `"id":"x","created":1,"model":"m"`;

function completionEvent(index: number): string {
  const choice = `{"index":0,"text":"${word(index)}","finish_reason":null}`;
  return `data: {${about},"object":"text_completion","choices":[${choice}]}\n\n`;
}

function chatEvent(index: number): string {
  const choice = `{"index":0,"delta":{"content":"${word(index)}"},"finish_reason":null}`;
  return `data: {${about},"object":"chat.completion.chunk","choices":[${choice}]}\n\n`;
}
