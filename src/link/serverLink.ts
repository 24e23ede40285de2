import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { decodeClientMessage, encodeServerMessage } from "../wire/codec.ts";
import {
  helloTimeoutMs,
  maxNameChars,
  maxStreams,
  maxTextChars,
  maxUnsentBytes,
  protocolVersion,
  silentLinkTimeoutMs,
} from "../wire/limits.ts";
import {
  type ClientMessage,
  type CompletionRequest,
  type Piece,
  type ServerMessage,
} from "../wire/messages.ts";
import { type FrameSocket } from "./frameSocket.ts";

/** Answers one request: pieces as they come, the last one an `end`; the signal fires on cancel or loss. */
export type Answer = (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<Piece>;

/** How one stream ended, for counting. */
export type StreamOutcome = "end" | "cancelled" | "failed";

/** What the gateway's end of a link is made of. It takes over the socket. */
export interface ServerLinkParts {
  readonly socket: FrameSocket;
  readonly clock: Clock;
  /** The gateway's name and version. */
  readonly gateway: string;
  /** The model behind it, for people; empty when there is none. */
  readonly upstream: string;
  /**
   * Whether a client that says no hello, or nothing for long, is closed. Not so on the local child's pipe,
   * whose other end is the parent itself: it may be stopped in a debugger, and its end is seen anyway.
   */
  readonly closesSilent: boolean;
  readonly answer: Answer;
  readonly onOutcome: (outcome: StreamOutcome) => void;
  /** Called once, when the socket is gone. */
  readonly onClosed: () => void;
}

/** The gateway's end of one socket: handshake, streams by number, exactly one last frame for each. */
export class ServerLink implements Disposable {
  readonly #parts: ServerLinkParts;
  readonly #streams = new Map<number, AbortController>();
  #silence: Disposable;
  #lastStream = 0;
  #isGreeted = false;
  #isClosed = false;

  constructor(parts: ServerLinkParts) {
    this.#parts = parts;
    this.#silence = this.#afterSilence(helloTimeoutMs, () => {
      this.#close(closeCodes.helloTimeout, "no hello");
    });
    parts.socket.listen({
      frame: (bytes) => {
        this.#receive(bytes);
      },
      closed: () => {
        this.#finish();
      },
    });
  }

  /** Closes the link as a gateway that goes away; open streams are aborted. */
  dispose(): void {
    this.#close(closeCodes.goingAway, "the gateway is going away");
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      const message = decodeClientMessage(bytes);
      if (this.#isGreeted) this.#watchSilence();
      this.#handle(message);
    } catch (error) {
      this.#close(closeCodes.protocol, Failure.from(error, "protocol").message);
    }
  }

  #handle(message: ClientMessage): void {
    if (this.#isGreeted === (message.kind === "hello")) {
      throw new Failure("protocol", `${message.kind} out of turn`);
    }
    switch (message.kind) {
      case "hello":
        this.#greet(message.protocolVersion);
        break;
      case "ping":
        this.#send({ kind: "pong", nonce: message.nonce });
        break;
      case "cancel":
        this.#cancel(message.stream);
        break;
      case "complete":
        this.#open(message.stream, message.request);
        break;
    }
  }

  #greet(version: number): void {
    if (version !== protocolVersion) {
      this.#close(closeCodes.versionNotSpoken, `this gateway speaks version ${protocolVersion}`);
      return;
    }
    this.#isGreeted = true;
    this.#watchSilence();
    const gateway = this.#parts.gateway.slice(0, maxNameChars);
    const upstream = this.#parts.upstream.slice(0, maxNameChars);
    this.#send({ kind: "welcome", protocolVersion, gateway, upstream, maxStreams });
  }

  #watchSilence(): void {
    this.#silence.dispose();
    this.#silence = this.#afterSilence(silentLinkTimeoutMs, () => {
      this.#parts.socket.terminate();
    });
  }

  #afterSilence(timeoutMs: number, close: () => void): Disposable {
    const { closesSilent, clock } = this.#parts;
    return closesSilent ? clock.after(timeoutMs, close) : { dispose: () => undefined };
  }

  #cancel(stream: number): void {
    if (stream === 0 || stream > this.#lastStream) {
      throw new Failure("protocol", `stream ${stream} was never opened`);
    }
    this.#streams.get(stream)?.abort(new Failure("link-lost", "cancelled by the client"));
  }

  #open(stream: number, request: CompletionRequest): void {
    if (stream !== this.#lastStream + 1) {
      throw new Failure("protocol", `stream ${stream} after ${this.#lastStream}`);
    }
    this.#lastStream = stream;
    if (this.#streams.size >= maxStreams) {
      this.#send({ kind: "failed", stream, code: "busy", detail: "too many requests at once" });
      this.#parts.onOutcome("failed");
      return;
    }
    const controller = new AbortController();
    this.#streams.set(stream, controller);
    void this.#run(stream, request, controller.signal);
  }

  /** Reads one answer and sends it. The terminal frame is sent here and nowhere else. */
  async #run(stream: number, request: CompletionRequest, signal: AbortSignal): Promise<void> {
    let last: ServerMessage = {
      kind: "failed",
      stream,
      code: "internal",
      detail: "the gateway gave no answer",
    };
    try {
      for await (const piece of this.#parts.answer(request, signal)) {
        if (signal.aborted) break;
        if (piece.kind === "end") {
          last = { stream, ...piece };
          break;
        }
        if (piece.text.length > maxTextChars) {
          throw new Failure("too-large", "the model sent too much text at once");
        }
        this.#send({ stream, ...piece });
      }
    } catch (error) {
      const failure = Failure.from(error);
      last = { kind: "failed", stream, code: failure.code, detail: failure.message };
    }
    if (signal.aborted) last = { kind: "cancelled", stream };
    this.#streams.delete(stream);
    this.#parts.onOutcome(last.kind === "end" || last.kind === "cancelled" ? last.kind : "failed");
    this.#send(last);
  }

  #send(message: ServerMessage): void {
    if (this.#isClosed) return;
    this.#parts.socket.send(encodeServerMessage(message));
    if (this.#parts.socket.unsentBytes > maxUnsentBytes) {
      this.#close(closeCodes.tooSlow, "the client reads too slowly");
    }
  }

  #close(code: CloseCode, reason: string): void {
    if (this.#isClosed) return;
    this.#parts.socket.close(code, reason.slice(0, 100)); // a close frame holds 123 bytes
    this.#finish();
  }

  #finish(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#silence.dispose();
    for (const controller of this.#streams.values()) {
      controller.abort(new Failure("link-lost", "the client is gone"));
    }
    this.#parts.onClosed();
  }
}
