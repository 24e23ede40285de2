/**
 * link: the conversation on one socket, both ends: handshake, streams, cancel, heartbeat, reconnect.
 * It knows frames and messages, and nothing of editors or models. The client's end of one socket is here,
 * the gateway's in serverLink.ts; persistentLink.ts dials again when a socket is lost.
 */
import { onAbort } from "../base/abort.ts";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { closeCodes, failureOfClose } from "../wire/closeCodes.ts";
import { decodeServerMessage, encodeClientMessage } from "../wire/codec.ts";
import { helloTimeoutMs, maxFrameBytes, protocolVersion } from "../wire/limits.ts";
import {
  type ClientMessage,
  type CompletionRequest,
  type Piece,
  type ServerMessage,
  type Welcome,
} from "../wire/messages.ts";
import { type FrameSocket } from "./frameSocket.ts";
import { Heartbeat } from "./heartbeat.ts";
import { StreamQueue } from "./streamQueue.ts";

/** What a client link is made of. It takes over the socket and closes it. */
export interface ClientLinkParts {
  readonly socket: FrameSocket;
  readonly clock: Clock;
  /** The client's name and version, for the gateway's log. */
  readonly client: string;
  /** Called once, when the link has ended by itself (not by `dispose`). */
  readonly onEnded: (failure: Failure) => void;
}

/** The client's end of one socket, from its handshake to its end. Ends with `dispose` or the socket. */
export class ClientLink implements Disposable {
  readonly #socket: FrameSocket;
  readonly #onEnded: (failure: Failure) => void;
  readonly #heartbeat: Heartbeat;
  readonly #helloTimer: Disposable;
  readonly #streams = new Map<number, StreamQueue>();
  readonly #welcome = Promise.withResolvers<Welcome>();
  #lastStream = 0;
  #isWelcomed = false;
  #ended: Failure | undefined;

  constructor(parts: ClientLinkParts) {
    this.#socket = parts.socket;
    this.#onEnded = parts.onEnded;
    this.#welcome.promise.catch(() => undefined); // whoever awaits it hears of it; nobody has to
    this.#heartbeat = new Heartbeat(parts.clock, {
      ping: (nonce) => {
        this.#send({ kind: "ping", nonce });
      },
      isBusy: () => this.#streams.size > 0,
      dead: () => {
        this.#end(new Failure("link-lost", "the gateway no longer answers"));
      },
    });
    this.#helloTimer = parts.clock.after(helloTimeoutMs, () => {
      this.#end(new Failure("gateway-unreachable", "the gateway did not answer the handshake"));
    });
    parts.socket.listen({
      frame: (bytes) => {
        this.#receive(bytes);
      },
      closed: (code, reason) => {
        this.#end(closeFailure(code, reason));
      },
    });
    this.#send({ kind: "hello", protocolVersion, client: parts.client });
  }

  /** Settles when the gateway has answered the handshake, or with the failure that ended the link. */
  get welcome(): Promise<Welcome> {
    return this.#welcome.promise;
  }

  /** The last measured round trip in milliseconds; undefined before the first pong. */
  get roundTripMs(): number | undefined {
    return this.#heartbeat.roundTripMs;
  }

  /**
   * Asks for a completion. Throws a `Failure` from the iteration; aborting the signal sends a cancel frame
   * in the same turn and ends the iteration with the signal's reason.
   */
  async *complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
    signal.throwIfAborted();
    if (this.#ended) throw this.#ended;
    if (!this.#isWelcomed) throw new Failure("link-lost", "the link is not open yet");
    const stream = this.#lastStream + 1;
    const frame = encodeClientMessage({ kind: "complete", stream, request });
    if (frame.length > maxFrameBytes) {
      throw new Failure("too-large", `the request takes ${frame.length} bytes`);
    }
    this.#lastStream = stream; // only now: what cannot be sent must not use up a number
    const queue = new StreamQueue();
    this.#streams.set(stream, queue);
    this.#socket.send(frame);
    const cancel = (reason: unknown) => {
      if (this.#streams.delete(stream)) this.#send({ kind: "cancel", stream });
      queue.cancel(reason); // also where the stream has ended and its last pieces are unread
    };
    const abort = onAbort(signal, () => {
      cancel(signal.reason);
    });
    try {
      yield* queue.pieces();
    } finally {
      abort.dispose();
      cancel(new Failure("internal", "the reader stopped reading")); // a no-op once all has been read
    }
  }

  dispose(): void {
    this.#finish(new Failure("link-lost", "the link was closed"));
    this.#socket.close(closeCodes.normal, "closed");
  }

  #send(message: ClientMessage): void {
    this.#socket.send(encodeClientMessage(message));
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#heartbeat.heard();
      this.#handle(decodeServerMessage(bytes));
    } catch (error) {
      this.#socket.close(closeCodes.protocol, "protocol");
      this.#end(Failure.from(error, "protocol"));
    }
  }

  #handle(message: ServerMessage): void {
    if (message.kind === "welcome") {
      this.#greet(message);
      return;
    }
    if (!this.#isWelcomed) throw new Failure("protocol", `${message.kind} before welcome`);
    if (message.kind === "pong") {
      this.#heartbeat.pong(message.nonce);
      return;
    }
    if (message.stream === 0 || message.stream > this.#lastStream) {
      throw new Failure("protocol", `stream ${message.stream} was never opened`);
    }
    const queue = this.#streams.get(message.stream);
    if (!queue) return; // it ended here already: cancelled
    if (message.kind === "text") {
      queue.push({ kind: "text", origin: message.origin, text: message.text });
      return;
    }
    this.#streams.delete(message.stream);
    if (message.kind === "end") {
      queue.push({ kind: "end", timings: message.timings });
      queue.end();
    } else if (message.kind === "failed") {
      queue.fail(new Failure(message.code, oneLine(message.detail)));
    } else {
      queue.fail(new Failure("protocol", "the gateway cancelled what nobody had cancelled"));
    }
  }

  #greet(welcome: Welcome): void {
    if (this.#isWelcomed) throw new Failure("protocol", "a second welcome");
    if (welcome.protocolVersion !== protocolVersion) {
      throw new Failure(
        "handshake-refused",
        `the gateway speaks version ${welcome.protocolVersion}`,
      );
    }
    this.#isWelcomed = true;
    this.#helloTimer.dispose();
    this.#heartbeat.start();
    this.#welcome.resolve(welcome);
  }

  #end(failure: Failure): void {
    if (this.#ended) return;
    this.#finish(failure);
    this.#socket.terminate();
    this.#onEnded(failure);
  }

  #finish(failure: Failure): void {
    if (this.#ended) return;
    this.#ended = failure;
    this.#heartbeat.dispose();
    this.#helloTimer.dispose();
    this.#welcome.reject(failure);
    for (const queue of this.#streams.values()) queue.fail(lostStream(failure));
    this.#streams.clear();
  }
}

const lostStream = (failure: Failure): Failure =>
  failure.code === "link-lost" ? failure : new Failure("link-lost", failure.message, failure);

function closeFailure(code: number, reason: string): Failure {
  const words = reason === "" ? `code ${code}` : `${reason}, code ${code}`;
  return new Failure(failureOfClose(code), `the gateway closed the link (${words})`);
}

const maxDetailChars = 300;

/** Words from another machine, for a log line and a tooltip: one line, not too long. */
const oneLine = (text: string): string =>
  text.slice(0, maxDetailChars).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
