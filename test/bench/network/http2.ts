import { once } from "node:events";
import { connect, type ClientHttp2Session, constants } from "node:http2";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { onAbort } from "../../../src/base/abort.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { CompletionAsk, Piece } from "../../../src/wire/messages.ts";
import { type Contender, type ContenderParts, piecesOf, requestOf } from "./contender.ts";

/** HTTP/2: every request is a stream of one connection, and a cancel resets its stream. */
export class Http2 implements Contender {
  readonly #socket: TLSSocket;
  readonly #session: ClientHttp2Session;
  #ticket: Buffer | undefined;

  constructor({ servers, ticket }: ContenderParts) {
    const { hostname, port } = new URL(servers.http);
    const options = { host: hostname, port: Number(port), ALPNProtocols: ["h2"] };
    this.#socket = connectTls(ticket ? { ...options, session: ticket } : options);
    this.#socket.on("session", (given: Buffer) => {
      this.#ticket = given;
    });
    this.#session = connect(servers.http, { createConnection: () => this.#socket });
    this.#session.on("error", () => undefined); // whoever asks hears of it
  }

  readonly documents = new LocalDocuments();
  readonly source = (ask: CompletionAsk, signal: AbortSignal) => this.#ask(ask, signal);
  readonly ticket = () => this.#ticket;
  readonly isResumed = () => this.#socket.isSessionReused();

  async open(): Promise<void> {
    if (this.#session.connecting) await once(this.#session, "connect");
  }

  dispose(): void {
    this.#session.destroy();
  }

  async *#ask(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    const stream = this.#session.request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => undefined); // whoever reads hears of it
    const abort = onAbort(signal, () => {
      stream.close(constants.NGHTTP2_CANCEL);
    });
    try {
      stream.end(JSON.stringify(requestOf(this.documents, ask)));
      yield* piecesOf(stream);
    } finally {
      abort.dispose();
    }
  }
}
