/**
 * link: the conversation on one socket, both ends: handshake, streams, cancel, heartbeat, reconnect.
 * It knows frames and messages, and nothing of editors or models. The client's end of one socket is here,
 * the gateway's in serverLink.ts; persistentLink.ts dials again when a socket is lost.
 */
import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { closeCodeOf, closeCodes } from "../wire/closeCodes.ts";
import { decodeServerMessage, encodeClientMessage } from "../wire/codec.ts";
import { DocumentSender } from "../wire/documentSender.ts";
import { helloTimeoutMs, protocolVersion } from "../wire/limits.ts";
import type { DocumentEvent, LocalDocument, LocalDocuments } from "../wire/localDocuments.ts";
import type {
  ClientMessage,
  CompletionAsk,
  Piece,
  ServerMessage,
  Welcome,
} from "../wire/messages.ts";
import type { ClientChats, Resumption } from "./clientChats.ts";
import { ClientStreams } from "./clientStreams.ts";
import type { FrameSocket } from "./frameSocket.ts";
import { Heartbeat } from "./heartbeat.ts";
import { IdleSender } from "./idleSender.ts";
import { Inbox } from "./inbox.ts";
import { closeFailure, lostStream } from "./linkFailures.ts";
import { encodingOf, type LinkProfile, requireFitting } from "./linkProfile.ts";
import { Outbox } from "./outbox.ts";
import { requireSendable } from "./sendableAsk.ts";

/** What a client link is made of. It takes over the socket and closes it. */
export interface ClientLinkParts {
  readonly socket: FrameSocket;
  readonly clock: Clock;
  /** The client's name and version, for the gateway's log. */
  readonly client: string;
  /** The texts that are asked about; they outlive the link. */
  readonly documents: LocalDocuments;
  readonly profile: LinkProfile;
  /** The chats, which outlive the link too. */
  readonly chats?: ClientChats | undefined;
  /** Whether it goes on with those of the link before, which it is opened instead of. */
  readonly mayClaimChats?: boolean;
  /** Called once, when the link has ended by itself (not by `dispose`). */
  readonly onEnded: (failure: Failure) => void;
  /** Called when the link becomes suspect (the other end may be gone) and when it is so no more. */
  readonly onSuspect?: (isSuspect: boolean) => void;
  /** Told of what is said to the gateway, but for what is typed: that the documents tell. */
  readonly onSaid?: ((message: ClientMessage) => void) | undefined;
  /** Called when the gateway says that it ends soon. */
  readonly onGoAway?: () => void;
}

/** The client's end of one socket, from its handshake to its end. Ends with `dispose` or the socket. */
export class ClientLink implements Disposable {
  readonly #parts: ClientLinkParts;
  readonly #store = new DisposableStore();
  readonly #heartbeat: Heartbeat;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #sender: DocumentSender;
  readonly #streams: ClientStreams;
  readonly #resumption: Resumption;
  readonly #idle: IdleSender;
  readonly #helloTimer: Disposable;
  readonly #welcome = Promise.withResolvers<Welcome>();
  #isWelcomed = false;
  #ended: Failure | undefined;

  constructor(parts: ClientLinkParts) {
    this.#parts = parts;
    const { socket, clock, documents, profile } = parts;
    this.#welcome.promise.catch(() => undefined); // whoever awaits it hears of it; nobody has to
    const end = (failure: Failure) => {
      this.#end(failure);
    };
    this.#outbox = this.#store.add(new Outbox(socket, clock, "window", end));
    this.#inbox = this.#store.add(
      new Inbox(
        (payload) => {
          this.#handle(decodeServerMessage(payload));
        },
        (failure) => {
          socket.close(closeCodeOf(failure), "");
          this.#end(failure, true);
        },
      ),
    );
    const message = (said: ClientMessage) => {
      this.#send(said);
      if (said.kind === "chat") this.#heartbeat.asked(); // it is a probe, as an ask is
    };
    const payload = (bytes: Uint8Array) => {
      this.#outbox.send(bytes);
    };
    this.#sender = new DocumentSender({ payload, message }, profile.window);
    this.#resumption = parts.chats?.resumption(parts.mayClaimChats ?? true) ?? nothingToResume;
    const taken = this.#resumption.claims.length;
    this.#streams = new ClientStreams(message, taken);
    this.#idle = this.#store.add(this.#makeIdleSender());
    this.#heartbeat = this.#store.add(this.#makeHeartbeat());
    this.#helloTimer = this.#store.add(
      clock.after(helloTimeoutMs, () => {
        end(new Failure("gateway-unreachable", "the gateway did not answer the handshake"));
      }),
    );
    this.#store.add(
      documents.onEvent((event) => {
        this.#followed(event);
      }),
    );
    this.#listen();
    this.#greetFirst();
  }

  /** Settles when the gateway has answered the handshake, or with the failure that ended the link. */
  get welcome(): Promise<Welcome> {
    return this.#welcome.promise;
  }

  /** The last measured round trip in milliseconds; undefined before the first pong. */
  get roundTripMs(): number | undefined {
    return this.#heartbeat.roundTripMs;
  }

  /** Whether its hello has asked for chats: then the gateway has taken them from the link before, or will. */
  get hasClaimedChats(): boolean {
    return this.#resumption.claims.length > 0;
  }

  /** Whether a chat goes on here. */
  get hasChat(): boolean {
    return this.#streams.hasChat;
  }

  /**
   * Asks for a completion. Throws a `Failure` from the iteration; aborting the signal makes the gateway stop
   * and ends the iteration with the signal's reason. Where the gateway does not hold the text as it is, it is sent
   * again and asked once anew.
   */
  async *complete(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    try {
      yield* this.#ask(ask, signal);
      return;
    } catch (error) {
      const isLost = error instanceof Failure && error.code === "resync";
      if (!isLost || signal.aborted || !this.#documentOf(ask)) throw error;
    }
    yield* this.#ask(ask, signal);
  }

  /** Lets the far end have a document before it is asked about, where that costs next to nothing. */
  recall(documentKey: string): void {
    const document = this.#followedNow(documentKey);
    if (document) this.#sender.recall(document, this.#streams.next);
  }

  /** Lets the far end have a document, and its model and engine read it, before something is asked at this offset. */
  warm(documentKey: string, offset: number): void {
    const document = this.#followedNow(documentKey);
    if (!document || offset > document.text.length) return;
    this.#sender.warm(document, offset, this.#streams.next);
    this.#idle.touched();
  }

  /** A document, while something can be said of it. */
  #followedNow(documentKey: string): LocalDocument | undefined {
    return this.#isWelcomed && !this.#ended ? this.#parts.documents.get(documentKey) : undefined;
  }

  /** Something speaks against the link: it is pinged now, and is suspect until it answers. */
  suspect(): void {
    this.#heartbeat.suspect();
  }

  /** Ends all completions with `link-lost`, at the gateway too; chats go on. */
  failCompletions(failure: Failure): void {
    for (const stream of this.#streams.failAll(failure)) this.#send({ kind: "cancel", stream });
  }

  /** Gives the link up without waiting for the other end, as if it had been lost. */
  lose(failure: Failure): void {
    this.#end(failure);
  }

  dispose(): void {
    this.#finish(new Failure("link-lost", "the link was closed"));
    this.#parts.socket.close(closeCodes.normal, "closed");
  }

  async *#ask(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    signal.throwIfAborted();
    if (this.#ended) throw this.#ended;
    if (!this.#isWelcomed) throw new Failure("link-lost", "the link is not open yet");
    const document = this.#documentOf(ask);
    if (!document) throw new Failure("superseded", "the document has moved on");
    requireSendable(ask, document.text.length);
    const { offset, snippets, keepsOlder, ahead } = ask;
    const { stream, queue } = this.#streams.open(document);
    this.#sender.ask({ document, offset, stream, snippets, keepsOlder, ahead });
    this.#heartbeat.asked();
    this.#idle.touched();
    const abort = onAbort(signal, () => {
      this.#streams.cancel(stream, signal.reason);
      queue.cancel(signal.reason); // also where it has ended and was not read to its end
    });
    try {
      yield* queue.pieces();
    } finally {
      abort.dispose();
      this.#streams.cancel(stream, new Failure("internal", "the reader stopped reading")); // a no-op once all has been read
    }
  }

  #documentOf({ documentKey, documentVersion }: CompletionAsk): LocalDocument | undefined {
    const document = this.#parts.documents.get(documentKey);
    return document?.version === documentVersion ? document : undefined;
  }

  #listen(): void {
    this.#parts.socket.listen({
      frame: (bytes) => {
        if (this.#ended) return;
        this.#heartbeat.heard();
        this.#inbox.receive(bytes);
      },
      closed: (code, reason) => {
        this.#end(closeFailure(code, reason));
      },
    });
  }

  #greetFirst(): void {
    const { client, profile } = this.#parts;
    const { compression, isPadded } = profile;
    const dictionary = profile.dictionary?.id ?? "";
    const own = { protocolVersion, client, compression, dictionary, isPadded, takesUpstream: true };
    this.#send({ kind: "hello", ...own, ...this.#resumption.hello });
  }

  #makeHeartbeat(): Heartbeat {
    return new Heartbeat(this.#parts.clock, {
      ping: (nonce) => {
        this.#send({ kind: "ping", nonce });
      },
      givenBytes: () => this.#outbox.givenBytes,
      isBusy: () => this.#streams.count > 0,
      suspected: (isSuspect) => this.#parts.onSuspect?.(isSuspect),
      dead: () => {
        this.#end(new Failure("link-lost", "the gateway no longer answers"));
      },
    });
  }

  #makeIdleSender(): IdleSender {
    return new IdleSender(this.#parts.clock, {
      isClear: () => this.#outbox.unsentBytes === 0 && !this.#heartbeat.isAwaitingPong,
      lacksText: () => this.#sender.lacksText,
      sendPiece: () => {
        const isSent = this.#sender.sendPiece(this.#streams.next);
        if (isSent) this.#heartbeat.probe(); // its pong says that the piece has arrived
        return isSent;
      },
      flushEdits: () => {
        this.#sender.flushEdits();
      },
      verify: () => this.#sender.verify(),
    });
  }

  #followed(event: DocumentEvent): void {
    if (event.kind === "closed") this.#sender.closed(event.document);
    else this.#sender.edited(event.document, event.edits);
    if (this.#isWelcomed && !this.#ended) this.#idle.touched();
  }

  #send(message: ClientMessage): void {
    this.#parts.onSaid?.(message);
    this.#outbox.send(encodeClientMessage(message));
  }

  #handle(message: ServerMessage): void {
    if (message.kind === "welcome") {
      this.#greet(message);
      return;
    }
    if (!this.#isWelcomed) throw new Failure("protocol", `${message.kind} before welcome`);
    switch (message.kind) {
      case "pong":
        this.#heartbeat.pong(message.nonce);
        break;
      case "goAway":
        this.#parts.onGoAway?.();
        break;
      case "recalled":
        this.#sender.recalled(message.document, message.isKnown);
        break;
      case "resync":
        this.#sender.lost(message.document);
        this.#idle.touched();
        break;
      case "failed":
        if (message.code === "resync") this.#lost(message.stream);
        this.#streams.receive(message);
        break;
      case "text":
      case "more":
      case "alone":
      case "end":
      case "cancelled":
        this.#streams.receive(message);
    }
  }

  /** The far end does not hold what a stream asked about; where it names another stream, nothing is certain. */
  #lost(stream: number): void {
    const document = this.#streams.documentOf(stream);
    if (document) this.#sender.lostDocument(document);
    else {
      this.#sender.lostAll();
      this.#streams.failAll(new Failure("resync", "the gateway has lost count"));
    }
  }

  #greet(welcome: Welcome): void {
    if (this.#isWelcomed) throw new Failure("protocol", "a second welcome");
    const { profile } = this.#parts;
    requireFitting(welcome, profile);
    const { dictionary, isPadded } = profile;
    const encoding = encodingOf(welcome.compression, dictionary, isPadded);
    this.#inbox.settle(encoding);
    this.#outbox.settle(encoding);
    this.#isWelcomed = true;
    this.#helloTimer.dispose();
    this.#parts.chats?.attach(this.#streams, this.#resumption, welcome);
    this.#heartbeat.start();
    this.#welcome.resolve(welcome);
  }

  /** `isClosed` where the gateway has been told why: then the close may still be on its way. */
  #end(failure: Failure, isClosed = false): void {
    if (this.#ended) return;
    this.#finish(failure);
    if (!isClosed) this.#parts.socket.terminate();
    this.#parts.onEnded(failure);
  }

  #finish(failure: Failure): void {
    if (this.#ended) return;
    this.#ended = failure;
    this.#store.dispose();
    this.#welcome.reject(failure);
    this.#streams.failAll(lostStream(failure));
    this.#parts.chats?.detach(this.#streams, this.#resumption);
  }
}

const nothingToResume: Resumption = { hello: { session: "", resume: [] }, claims: [] };
