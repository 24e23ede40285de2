// Without "node:": VS Code hands extensions its proxy-aware modules by these names, as it does to `ws`.
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "http";
import { request as httpsRequest } from "https";
import { randomBytes } from "node:crypto";
import { onAbort } from "../base/abort.ts";
import { Failure } from "../base/failure.ts";
import { closeCodeOf, closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import {
  linkHeaders,
  linkIdBytes,
  maxRequestMs,
  maxUnsentBytes,
  subprotocol,
} from "../wire/limits.ts";
import type { FrameHandlers, FrameSocket } from "./frameSocket.ts";
import { closeRecord, frameRecord, RecordReader } from "./records.ts";
import { refusal } from "./refusal.ts";

/** What one request carries up at most, unless a single frame takes more. */
const uplinkBytes = 128 * 1024;
/** How long the gateway's last word is waited for when it no longer takes ours. */
const farewellMs = 1_000;
/** As of a WebSocket that ends without a close frame. */
const brokenCode = 1006;

/**
 * Opens a link over plain HTTP (PROTOCOL.md section 13). `address` is that of the WebSocket, or `http(s)://`.
 * Throws as `dialWebSocket` does; also `handshake-refused` for a 200 that is not a gateway's.
 *
 * No agent and no certificate list are given to a request: only so do VS Code's proxy settings and system
 * certificates apply. Its agent keeps no connection through a proxy; elsewhere Node's own keeps them.
 */
export async function dialHttp(
  address: string,
  token: string,
  signal: AbortSignal,
  onConnected: () => void = () => undefined,
): Promise<FrameSocket> {
  signal.throwIfAborted();
  const id = randomBytes(linkIdBytes);
  const post: Post = (headers, bytes) => {
    const url = address.replace(/^ws/, "http");
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    return send(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/octet-stream",
        "Content-Length": bytes.length,
        [linkHeaders.link]: id.toString("hex"),
        ...headers,
      },
    }).end(bytes);
  };
  const request = post({ [linkHeaders.protocol]: subprotocol }, Buffer.alloc(0));
  request.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", onConnected);
    else onConnected();
  });
  const { promise, resolve, reject } = Promise.withResolvers<FrameSocket>();
  const abort = onAbort(signal, () => {
    reject(signal.reason instanceof Error ? signal.reason : new Failure("link-lost", "given up"));
    request.destroy();
  });
  request.on("error", (error) => {
    reject(new Failure("gateway-unreachable", `no gateway answers: ${error.message}`, error));
  });
  request.once("response", (response) => {
    response.on("error", () => undefined); // "close" follows
    readId(response, id).then(() => {
      resolve(new HttpSocket(response, post));
    }, reject);
  });
  try {
    return await promise;
  } catch (error) {
    request.destroy();
    throw error;
  } finally {
    abort.dispose();
  }
}

type Post = (headers: Readonly<Record<string, string | number>>, bytes: Buffer) => ClientRequest;

/** Reads the id that a gateway's answer begins with, and leaves the answer paused behind it. */
async function readId(response: IncomingMessage, id: Buffer): Promise<void> {
  if (response.statusCode !== 200) throw refusal(response);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let head = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    if (head.length >= id.length) resolve(undefined);
  };
  const end = () => {
    reject(new Failure("gateway-unreachable", "the answer ended before it had begun"));
  };
  response.on("data", read).once("close", end);
  try {
    await promise;
  } finally {
    response.off("data", read).off("close", end).pause();
  }
  if (!head.subarray(0, id.length).equals(id)) {
    throw new Failure("handshake-refused", "the address answers HTTP 200, not as a gateway");
  }
  if (head.length > id.length) response.unshift(head.subarray(id.length));
}

/** The client's end of a link over plain HTTP. It owns the long answer and the one request that is under way. */
class HttpSocket implements FrameSocket {
  readonly #down: IncomingMessage;
  readonly #post: Post;
  readonly #records = new RecordReader();
  readonly #outbox: Buffer[] = [];
  #outboxBytes = 0;
  #up: ClientRequest | undefined;
  #upBytes = 0;
  #sequence = 0;
  #handlers: FrameHandlers | undefined;
  /** Set when this end has closed: nothing is handed on any more, and the last request ends it. */
  #closing: { readonly code: number; readonly reason: string } | undefined;
  #isOver = false;
  #farewellTimer: NodeJS.Timeout | undefined;

  constructor(down: IncomingMessage, post: Post) {
    this.#down = down;
    this.#post = post;
  }

  get unsentBytes(): number {
    return this.#outboxBytes + this.#upBytes;
  }

  send(frame: Uint8Array): void {
    if (this.#closing || this.#isOver) return;
    this.#put(frameRecord(frame));
    if (this.unsentBytes > maxUnsentBytes) this.close(closeCodes.full, "nothing is taken up");
  }

  close(code: CloseCode, reason: string): void {
    if (this.#closing || this.#isOver) return;
    this.#closing = { code, reason };
    this.#put(closeRecord(code, reason));
  }

  terminate(): void {
    queueMicrotask(() => {
      this.#over(this.#closing?.code ?? brokenCode, this.#closing?.reason ?? "");
    });
  }

  listen(handlers: FrameHandlers): void {
    this.#handlers = handlers;
    const broken = () => {
      this.#over(this.#closing?.code ?? brokenCode, this.#closing?.reason ?? "");
    };
    this.#down.on("data", this.#onData);
    this.#down.once("end", broken).once("close", broken);
    this.#down.resume();
    if (this.#down.destroyed) queueMicrotask(broken);
  }

  /** What is put in one turn goes up together. */
  #put(record: Buffer): void {
    this.#outbox.push(record);
    this.#outboxBytes += record.length;
    queueMicrotask(() => {
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#up || this.#isOver || this.#outbox.length === 0) return;
    const bytes = this.#takeUp();
    const up = this.#post({ [linkHeaders.sequence]: ++this.#sequence }, bytes);
    this.#up = up;
    this.#upBytes = bytes.length;
    const fail = () => {
      this.#farewell();
    };
    // Long, since the operating system may have taken all of it while the line still has it; the heartbeat notices a dead line sooner.
    up.setTimeout(maxRequestMs, fail).on("error", fail);
    up.once("response", (response) => {
      response.on("error", fail).resume();
      if (response.statusCode !== 204) fail();
      else response.once("end", () => setImmediate(this.#onTaken)); // its connection is free then
    });
  }

  #takeUp(): Buffer {
    let count = 0;
    let bytes = 0;
    for (const { length } of this.#outbox) {
      if (count > 0 && bytes + length > uplinkBytes) break;
      count++;
      bytes += length;
    }
    this.#outboxBytes -= bytes;
    return Buffer.concat(this.#outbox.splice(0, count));
  }

  readonly #onTaken = (): void => {
    this.#up = undefined;
    this.#upBytes = 0;
    if (this.#closing && this.#outbox.length === 0) {
      this.#over(this.#closing.code, this.#closing.reason);
    } else this.#flush();
  };

  readonly #onData = (chunk: Buffer): void => {
    try {
      for (const record of this.#records.push(chunk)) {
        if (record.kind === "close") this.#over(record.code, record.reason);
        else if (!this.#closing) this.#handlers?.frame(record.bytes);
        if (this.#isOver) return;
      }
    } catch (error) {
      const failure = Failure.from(error);
      this.#down.off("data", this.#onData).resume();
      this.close(closeCodeOf(failure), failure.message);
    }
  };

  /** A request was not taken: the gateway may have closed the link, and its last word be on its way. */
  #farewell(): void {
    if (this.#isOver) return;
    this.#outbox.length = 0;
    if (this.#closing) this.#over(this.#closing.code, this.#closing.reason);
    // Whatever else comes down meanwhile: nothing can be said any more.
    else this.#farewellTimer ??= setTimeout(() => this.#down.destroy(), farewellMs);
  }

  #over(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#farewellTimer);
    this.#outbox.length = 0;
    this.#outboxBytes = this.#upBytes = 0;
    this.#up?.destroy();
    this.#down.destroy();
    this.#handlers?.closed(code, reason);
  }
}
