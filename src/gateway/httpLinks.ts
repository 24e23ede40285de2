import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../base/failure.ts";
import type { FrameHandlers, FrameSocket } from "../link/frameSocket.ts";
import { closeRecord, frameRecord, RecordReader } from "../link/records.ts";
import { closeCodeOf, closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { linkHeaders, linkIdBytes, subprotocol } from "../wire/limits.ts";
import type { Tenant } from "./tokens.ts";

/** As of a WebSocket that ends without a close frame. */
const brokenCode = 1006;
/** How long a client may take nothing of what was left for it when its link is closed. */
const farewellMs = 5_000;
/** How long a connection may stand still, also in the middle of a request up. A link's answer down has time limits of its own. */
export const silentConnectionMs = 5_000;

/** The headers that an answer with 503 has besides the usual ones. */
export type Refusal = Readonly<Record<string, string>>;

/**
 * The links of a gateway over plain HTTP (PROTOCOL.md section 13): finds the one that a request belongs to.
 * Who may ask has been checked before. A link stays here until its response has ended.
 */
export class HttpLinks {
  readonly #links = new Map<string, { readonly socket: HttpLinkSocket; readonly tenant: Tenant }>();
  readonly #refusalOf: (tenant: Tenant) => Refusal | undefined;

  /** `refusalOf`: why there is no room for one more link of this tenant; undefined where there is. */
  constructor(refusalOf: (tenant: Tenant) => Refusal | undefined) {
    this.#refusalOf = refusalOf;
  }

  /** The new link that this request opens; undefined when it is another one, which has been answered. */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    tenant: Tenant,
  ): FrameSocket | undefined {
    const refuse = (status: number, headers: Refusal = {}) => {
      // What is still being sent is not read: the connection ends with the answer.
      response.writeHead(status, { ...headers, Connection: "close", "Content-Length": 0 }).end();
    };
    const id = request.headers[linkHeaders.link];
    const sequence = request.headers[linkHeaders.sequence];
    if (typeof id !== "string" || !idPattern.test(id)) refuse(400);
    else if (sequence !== undefined) {
      const link = this.#links.get(id);
      if (link?.tenant.name !== tenant.name) refuse(404);
      else link.socket.takeUp(Number(sequence), request, response);
    } else if (request.headers[linkHeaders.protocol] !== subprotocol) refuse(400);
    else if (this.#links.has(id)) refuse(409);
    else {
      const refusal = this.#refusalOf(tenant);
      if (!refusal) return this.#begin(id, response, tenant);
      refuse(503, refusal);
    }
    return undefined;
  }

  #begin(id: string, response: ServerResponse, tenant: Tenant): FrameSocket {
    response.socket?.setTimeout(0); // from here on the link has time limits of its own
    response.writeHead(200, {
      "Content-Type": "application/octet-stream",
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
      Connection: "close",
    });
    response.write(Buffer.from(id, "hex"));
    const socket = new HttpLinkSocket(response);
    this.#links.set(id, { socket, tenant });
    response.once("close", () => this.#links.delete(id));
    return socket;
  }
}

const idPattern = new RegExp(`^[0-9a-f]{${linkIdBytes * 2}}$`);

/**
 * The gateway's end of a link over plain HTTP. It owns the response; the link ends with it. A request that is
 * still coming up then is read to its end and answered, within the server's time limit for requests.
 */
class HttpLinkSocket implements FrameSocket {
  readonly #response: ServerResponse;
  readonly #records = new RecordReader();
  #handlers: FrameHandlers | undefined;
  #up: IncomingMessage | undefined;
  #sequence = 0;
  /** Why this end has closed, or the other one as it said. */
  #closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  send(frame: Uint8Array): void {
    if (!this.#closed && !this.#response.destroyed) this.#response.write(frameRecord(frame));
  }

  close(code: CloseCode, reason: string): void {
    this.#end(code, reason);
  }

  terminate(): void {
    this.#response.destroy();
  }

  listen(handlers: FrameHandlers): void {
    this.#handlers = handlers;
    const over = () => {
      handlers.closed(this.#closed?.code ?? brokenCode, this.#closed?.reason ?? "");
    };
    this.#response.on("error", () => undefined); // "close" follows
    if (this.#response.destroyed) queueMicrotask(over);
    else this.#response.once("close", over);
  }

  /** Reads the records of one request, which is answered when all of it is read. */
  takeUp(sequence: number, request: IncomingMessage, response: ServerResponse): void {
    const answer = (status: number) => {
      response.writeHead(status, { "Content-Length": 0 }).end();
    };
    if (this.#up || sequence !== this.#sequence + 1) {
      request.resume();
      answer(409);
      this.#end(closeCodes.protocol, "a request out of turn");
      return;
    }
    this.#sequence = sequence;
    this.#up = request;
    request.on("data", (chunk: Buffer) => {
      this.#read(chunk);
    });
    request.once("end", () => {
      this.#up = undefined;
      if (!this.#records.isWhole) this.#end(closeCodes.protocol, "half a record");
      answer(204);
    });
    // The server's own limit ends with the first request of a connection, and is not for TLS.
    request.setTimeout(silentConnectionMs, () => request.destroy());
    request.on("error", () => undefined);
    request.once("close", () => {
      if (!request.complete) this.terminate(); // what it carried cannot be had again
    });
  }

  #read(chunk: Buffer): void {
    if (this.#closed) return;
    this.#handlers?.arriving?.();
    try {
      for (const record of this.#records.push(chunk)) {
        if (record.kind === "close") this.#end(record.code, record.reason);
        else this.#handlers?.frame(record.bytes);
        if (this.#isClosed()) return;
      }
    } catch (error) {
      const failure = Failure.from(error);
      this.#end(closeCodeOf(failure), failure.message);
    }
  }

  /** A handler closes it while its frame is read. */
  #isClosed(): boolean {
    return this.#closed !== undefined;
  }

  #end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = { code, reason };
    this.#response.end(closeRecord(code, reason));
    this.#response.socket?.setTimeout(farewellMs, () => this.#response.destroy());
  }
}
