import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request as post } from "node:https";
import { TLSSocket } from "node:tls";
import { onAbort } from "../../../src/base/abort.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { CompletionAsk, Piece } from "../../../src/wire/messages.ts";
import { type Contender, type ContenderParts, piecesOf, requestOf } from "./contender.ts";

/** HTTP/1.1 with keep-alive. A cancel can only destroy the connection, as aborting a `fetch` does. */
export class Http1 implements Contender {
  readonly #address: string;
  readonly #agent: Agent;
  #ticket: Buffer | undefined;
  #isResumed = false;

  constructor({ servers, ticket }: ContenderParts) {
    this.#address = servers.http;
    // Left alone it would resume sessions by itself: here it does only where one is given.
    const options = { keepAlive: true, maxCachedSessions: 0 };
    this.#agent = new Agent(ticket ? { ...options, session: ticket } : options);
  }

  readonly documents = new LocalDocuments();
  readonly source = (ask: CompletionAsk, signal: AbortSignal) => this.#ask(ask, signal);
  readonly ticket = () => this.#ticket;
  readonly isResumed = () => this.#isResumed;

  /** The first request opens the connection. */
  async open(): Promise<void> {
    // nothing to wait for
  }

  dispose(): void {
    this.#agent.destroy();
  }

  async *#ask(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    const asked = post(this.#address, { agent: this.#agent, method: "POST" });
    asked.on("error", () => undefined); // whoever waits for the response hears of it
    asked.once("socket", (socket) => {
      if (socket instanceof TLSSocket) this.#watch(socket);
    });
    let response: IncomingMessage | undefined;
    const abort = onAbort(signal, () => {
      if (response?.complete !== true) asked.destroy();
    });
    try {
      asked.end(JSON.stringify(requestOf(this.documents, ask)));
      [response] = (await once(asked, "response")) as [IncomingMessage];
      yield* piecesOf(response);
    } finally {
      abort.dispose();
    }
  }

  #watch(socket: TLSSocket): void {
    if (!socket.connecting) return; // kept from before
    socket.once("secureConnect", () => {
      this.#isResumed = socket.isSessionReused();
    });
    socket.on("session", (ticket) => {
      this.#ticket = ticket;
    });
  }
}
