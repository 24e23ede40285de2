import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { closeCodeOf, closeCodes, type CloseCode } from "../wire/closeCodes.ts";
import { decodeClientMessage, encodeServerMessage } from "../wire/codec.ts";
import type { Dictionary } from "../wire/dictionary.ts";
import { DocumentReceiver, type RequestLimits } from "../wire/documentReceiver.ts";
import {
  helloTimeoutMs,
  maxNameChars,
  maxStreams,
  maxUnsentBytes,
  protocolVersion,
  silentLinkTimeoutMs,
} from "../wire/limits.ts";
import type {
  ClientMessage,
  CompressionKind,
  DocumentMessage,
  Hello,
  ServerMessage,
} from "../wire/messages.ts";
import type { Answer, StreamOutcome, Warm } from "./answer.ts";
import type { DocumentPart, DocumentRoom } from "./documentRoom.ts";
import type { FrameSocket } from "./frameSocket.ts";
import { Inbox } from "./inbox.ts";
import { chooseCompression, encodingOf } from "./linkProfile.ts";
import { Outbox } from "./outbox.ts";
import { type ChatHome, ServerChats } from "./serverChats.ts";
import { ServerStreams } from "./serverStreams.ts";

/** What the gateway's end of a link is made of. It takes over the socket. */
export interface ServerLinkParts {
  readonly socket: FrameSocket;
  readonly clock: Clock;
  /** The gateway's name and version. */
  readonly gateway: string;
  /** The model behind it, for people; empty when there is none. */
  readonly upstream: string;
  /** What this runtime can compress with, and the dictionary it has. */
  readonly compression: readonly CompressionKind[];
  readonly dictionary: Dictionary | undefined;
  /** How much text round a cursor requests are built with. */
  readonly requestLimits: RequestLimits;
  /**
   * Whether a client that says no hello, or nothing for long, is closed. Not so on the local child's pipe,
   * whose other end is the parent itself: it may be stopped in a debugger, and its end is seen anyway.
   */
  readonly closesSilent: boolean;
  /** Shared by all links of a gateway; without it this one's documents may be as large as the protocol lets them. */
  readonly room?: DocumentRoom | undefined;
  readonly answer: Answer;
  /** Missing where there is nothing to warm. */
  readonly warm?: Warm | undefined;
  /** Where chats live; a gateway without it refuses them. */
  readonly chats?: ChatHome | undefined;
  readonly onOutcome: (outcome: StreamOutcome) => void;
  /** Called once, when the socket is gone. */
  readonly onClosed: () => void;
}

/** The gateway's end of one socket: handshake, documents, streams by number, exactly one last frame for each. */
export class ServerLink implements Disposable {
  readonly #parts: ServerLinkParts;
  readonly #store = new DisposableStore();
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #documents: DocumentReceiver;
  readonly #part: DocumentPart | undefined;
  readonly #streams: ServerStreams;
  readonly #chats: ServerChats;
  #silence: Disposable;
  readonly #upstream: string;
  #takesUpstream = false;
  #isGreeted = false;
  #isGoingAway = false;
  #isClosed = false;

  constructor(parts: ServerLinkParts) {
    this.#parts = parts;
    this.#upstream = parts.upstream.slice(0, maxNameChars);
    const { socket, clock, answer, warm, onOutcome } = parts;
    const fail = (failure: Failure) => {
      this.#close(closeCodeOf(failure), failure.message);
    };
    this.#outbox = this.#store.add(new Outbox(socket, clock, "gateway", fail));
    this.#inbox = this.#store.add(
      new Inbox((payload) => {
        this.#receive(payload);
      }, fail),
    );
    this.#documents = new DocumentReceiver(parts.requestLimits, clock);
    const forget = () => {
      this.#documents.forgetClosed();
      return this.#documents.totalChars;
    };
    this.#part = parts.room && this.#store.add(parts.room.enter(forget));
    const send = (message: ServerMessage) => {
      this.#send(message);
    };
    this.#streams = new ServerStreams({ answer, warm, onOutcome, send });
    this.#chats = new ServerChats(parts.chats, {
      unsentBytes: () => this.#outbox.unsentBytes,
      sendText: (stream, text) => {
        this.#streams.say(stream, "remote", text);
      },
      send,
      superseded: () => {
        this.#close(closeCodes.goingAway, "resumed by another connection");
      },
    });
    this.#silence = this.#afterSilence(helloTimeoutMs, () => {
      this.#close(closeCodes.helloTimeout, "no hello");
    });
    socket.listen({
      frame: (bytes) => {
        if (!this.#isClosed) this.#inbox.receive(bytes);
      },
      arriving: () => {
        if (this.#isGreeted && !this.#isClosed) this.#watchSilence();
      },
      closed: (code) => {
        this.#finish(code === closeCodes.normal);
      },
    });
  }

  /** Tells the client, once, that the gateway ends soon. Open streams and new ones are answered till then. */
  goAway(): void {
    if (this.#isGoingAway) return;
    this.#isGoingAway = true;
    if (this.#isGreeted) this.#send({ kind: "goAway" });
  }

  /** Closes the link of a client whose token is known no more, and ends its chats. */
  refuse(): void {
    this.#chats.leave(true);
    this.#close(closeCodes.unauthorized, "the gateway no longer knows the token");
  }

  /** Closes the link as a gateway that goes away; open streams are aborted, chats too. */
  dispose(): void {
    this.#chats.leave(true);
    this.#close(closeCodes.goingAway, "the gateway is going away");
  }

  /** What it throws ends the link, in the inbox. */
  #receive(payload: Uint8Array): void {
    if (this.#isClosed) return;
    const message = decodeClientMessage(payload);
    if (this.#isGreeted) {
      this.#watchSilence();
      this.#chats.heard();
    }
    if (this.#isGreeted === (message?.kind === "hello")) {
      throw new Failure("protocol", `${message?.kind ?? "an edit"} out of turn`);
    }
    if (message) this.#handle(message);
    else this.#edit(payload);
  }

  #handle(message: ClientMessage): void {
    switch (message.kind) {
      case "hello":
        this.#greet(message);
        break;
      case "ping":
        this.#send({ kind: "pong", nonce: message.nonce });
        break;
      case "cancel":
        if (!this.#chats.cancel(message.stream)) this.#streams.cancel(message.stream);
        break;
      case "credit":
        if (!this.#chats.grant(message.stream, message.sizeBytes))
          this.#streams.grant(message.stream, message.sizeBytes);
        break;
      case "warm":
        this.#streams.warm(this.#documents.placeAt(message.offset));
        break;
      case "chat":
        this.#streams.number(message.stream);
        this.#chats.open(message.stream, message.question);
        break;
      case "open":
      case "recall":
        this.#streams.skipTo(message.nextStream);
        this.#hold(message);
        break;
      case "fill":
      case "focus":
      case "close":
      case "verify":
      case "put":
      case "use":
        this.#hold(message);
        break;
    }
  }

  #hold(message: DocumentMessage): void {
    const reply = this.#documents.receive(message);
    if (reply) this.#send(reply);
    this.#checkRoom();
  }

  #checkRoom(): void {
    if (this.#part?.hold(this.#documents.totalChars) === false)
      throw new Failure("busy", "the gateway has no room for so much text");
  }

  #edit(payload: Uint8Array): void {
    const ask = this.#documents.edit(payload, this.#streams.next);
    this.#checkRoom();
    if (ask) this.#streams.open(ask);
  }

  #greet(hello: Hello): void {
    if (hello.protocolVersion !== protocolVersion) {
      this.#close(closeCodes.versionNotSpoken, `this gateway speaks version ${protocolVersion}`);
      return;
    }
    this.#isGreeted = true;
    this.#watchSilence();
    const { dictionary } = this.#parts;
    const gateway = this.#parts.gateway.slice(0, maxNameChars);
    this.#takesUpstream = hello.takesUpstream === true;
    const upstream = this.#upstream;
    const compression = chooseCompression(hello, this.#parts.compression, dictionary);
    const chats = this.#chats.enter(hello);
    this.#streams.skipTo(hello.resume.length + 1);
    const own = { protocolVersion, gateway, upstream, maxStreams, compression };
    this.#send({ kind: "welcome", ...own, ...chats });
    const encoding = encodingOf(compression, dictionary, hello.isPadded);
    this.#inbox.settle(encoding);
    this.#outbox.settle(encoding);
    if (this.#isGoingAway) this.#send({ kind: "goAway" });
    this.#chats.begin();
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

  /** Never throws: what cannot be said ends this link and nothing else. */
  #send(message: ServerMessage): void {
    if (this.#isClosed) return;
    try {
      const said = message.kind === "end" ? this.#ended(message) : message;
      this.#outbox.send(encodeServerMessage(said));
    } catch (error) {
      this.#close(closeCodes.protocol, `no frame says this: ${Failure.from(error).message}`);
    }
    if (this.#outbox.unsentBytes > maxUnsentBytes) {
      this.#close(closeCodes.full, "the client reads too slowly");
    }
  }

  /** With the name of the model that answered where that is another than the client knows, if it takes one. */
  #ended(end: Extract<ServerMessage, { kind: "end" }>): ServerMessage {
    const name = end.upstream?.slice(0, maxNameChars);
    const isNews = this.#takesUpstream && name !== this.#upstream;
    return { ...end, upstream: isNews ? name : undefined };
  }

  #close(code: CloseCode, reason: string): void {
    if (this.#isClosed) return;
    this.#parts.socket.close(code, reason.slice(0, 100)); // a close frame holds 123 bytes
    this.#finish(false);
  }

  #finish(isForGood: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#chats.leave(isForGood);
    this.#silence.dispose();
    this.#streams.abortAll(new Failure("link-lost", "the client is gone"));
    this.#store.dispose();
    this.#parts.onClosed();
  }
}
