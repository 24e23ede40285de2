import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod/mini";
import type { Disposable } from "../../../src/base/disposable.ts";
import { machineOriginMs } from "../../helpers/machineClock.ts";
import type { OracleAnswers } from "./oracleAnswers.ts";
import { logOf, logPath } from "./oracleLog.ts";

const question = z.object({ prompt: z.string(), max_tokens: z.number() });

/**
 * The oracle behind HTTP, as OpenAI-compatible servers answer: `POST /v1/completions` streams one event for each
 * token. `GET /__log` says what it noted. The owner disposes it.
 */
export class OracleServer implements Disposable {
  readonly #answers: OracleAnswers;
  readonly #server: Server;

  /** The clock of the answers must be the system's. */
  constructor(answers: OracleAnswers) {
    this.#answers = answers;
    this.#server = createServer((request, response) => {
      void this.#respond(request, response);
    });
  }

  /** Listens on a free port of this machine and returns it. */
  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  dispose(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => undefined); // the client may go at any time
    const body = await bodyOf(request);
    const asked = `${request.method ?? ""} ${request.url ?? ""}`;
    if (asked === `GET ${logPath}`) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(logOf(this.#answers.log, machineOriginMs)));
    } else if (asked === "POST /v1/completions") this.#complete(body, response);
    else response.writeHead(404).end();
  }

  #complete(body: string, response: ServerResponse): void {
    const { prompt, max_tokens: limit } = question.parse(JSON.parse(body));
    const answer = this.#answers.begin(prompt, limit, {
      token: (text) => response.write(eventOf(text, null)),
      end: () => response.end(`${eventOf("", "stop")}data: [DONE]\n\n`),
    });
    const close = () => {
      answer.dispose();
    };
    const { socket } = response;
    socket?.once("end", close); // a little before the close of both sides
    response.once("close", () => {
      socket?.removeListener("end", close);
      close();
    });
    response.setHeader("Content-Type", "text/event-stream");
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function eventOf(text: string, reason: string | null): string {
  const choices = [{ index: 0, text, finish_reason: reason }];
  const event = { id: "oracle", object: "text_completion", model: "oracle", choices };
  return `data: ${JSON.stringify(event)}\n\n`;
}
