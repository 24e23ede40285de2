import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { maxChats, maxQuestionBytes, resumeMs } from "../wire/limits.ts";
import type { Hello, Piece, ResumedChat, Welcome } from "../wire/messages.ts";
import { ClientChat } from "./clientChat.ts";
import type { ClientStreams } from "./clientStreams.ts";

/** A chat as one hello names it. */
interface Claim {
  readonly chat: ClientChat;
  readonly said: ResumedChat;
}

/** What a hello says of chats, and what the link must give back with the welcome. */
export interface Resumption {
  readonly hello: Pick<Hello, "session" | "resume">;
  readonly claims: readonly Claim[];
}

/** The session of a link that is open. */
interface Session {
  readonly streams: ClientStreams;
  readonly id: string;
  readonly hasAsked: boolean;
}

/**
 * The chats of a client, which outlive its connections: each link carries on those of the one before. Owned by the
 * persistent link.
 */
export class ClientChats {
  readonly #clock: Clock;
  readonly #live = new Set<ClientChat>();
  #session = "";
  /** Whether the session may have chats at the gateway. */
  #hasAsked = false;
  #streams: ClientStreams | undefined;
  /** What there was before the last welcome, till the link that had it is in use: it may end first, and the one before go on. */
  #before: Session | undefined;
  #expiry: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks a question, JSON that the link does not look into. The iteration survives the loss of the connection, if another
   * one comes within 60 s and the gateway can go on; otherwise it throws a `link-lost` failure. Aborting the signal makes
   * the gateway stop and ends the iteration with the signal's reason.
   */
  async *ask(question: string, signal: AbortSignal): AsyncGenerator<Piece> {
    signal.throwIfAborted();
    const sizeBytes = Buffer.byteLength(question);
    if (sizeBytes > maxQuestionBytes) {
      throw new Failure("too-large", `the question has ${sizeBytes} bytes`);
    }
    if (this.#live.size >= maxChats) throw new Failure("busy", "too many chats at once");
    if (!this.#streams) throw new Failure("link-lost", "the link is not open yet");
    const chat = new ClientChat(question);
    this.#live.add(chat);
    this.#hasAsked = true;
    chat.ask(this.#streams);
    const abort = onAbort(signal, () => {
      this.#cancel(chat, signal.reason);
    });
    try {
      yield* chat.pieces();
    } finally {
      abort.dispose();
      this.#cancel(chat, new Failure("internal", "the reader stopped reading"));
    }
  }

  /**
   * What the next link says first. It may claim the chats of the last session, or leave them to the link it is opened beside; those on
   * a link that was left before are of another session.
   */
  resumption(mayClaim: boolean): Resumption {
    this.#sweep();
    const isClaimed = ({ carrier }: ClientChat) => mayClaim && carrier === this.#streams;
    const claims = [...this.#live].filter(isClaimed).map((chat) => ({ chat, said: chat.claim() }));
    // Given up while the link was away, or just before: the gateway ends what the list does not name. But a spare must
    // not end the link it stands beside for that.
    const isOwed = this.#hasAsked && !this.#streams;
    const session = claims.length > 0 || isOwed ? this.#session : "";
    return { hello: { session, resume: claims.map(({ said }) => said) }, claims };
  }

  /**
   * A link is welcomed: the chats it has claimed and that can go on have the numbers 1, 2, ... there. Of the others those of which
   * nothing was heard are asked again, since their question may never have arrived; the rest stays where it is carried.
   */
  attach(streams: ClientStreams, { claims }: Resumption, { session, resumed }: Welcome): void {
    if (resumed.length !== claims.length) {
      throw new Failure("protocol", `${resumed.length} answers for ${claims.length} chats`);
    }
    this.#expiry?.dispose();
    // Where chats go on here, the gateway has closed the link before.
    const isAlone = !resumed.includes(true);
    this.#before = isAlone ? this.#now() : undefined;
    this.#session = session;
    this.#hasAsked = claims.length > 0;
    this.#streams = streams;
    for (const [index, { chat, said }] of claims.entries()) {
      if (resumed[index]) this.#resume(chat, said, index + 1);
      else if (chat.isUnheard && !chat.isOver) chat.ask(streams);
      else chat.unclaim();
    }
    this.#failLost("the gateway could not go on with the answer");
  }

  /** The link that was welcomed last is in use. */
  settle(): void {
    this.#before = undefined;
  }

  /** A link has ended, with what its hello may have claimed. Only the chats of the last session can go on in another one. */
  detach(streams: ClientStreams, { claims }: Resumption): void {
    const isLast = this.#streams === streams;
    for (const chat of this.#live) {
      if (chat.carrier !== streams) continue;
      if (isLast) chat.detach();
      else chat.fail(new Failure("link-lost", "the link was lost"));
    }
    for (const { chat } of claims) chat.unclaim();
    this.#sweep();
    if (this.#before?.streams === streams) this.#before = undefined;
    if (!isLast) return;
    this.#streams = undefined;
    if (this.#before) {
      this.#return(this.#before);
      return;
    }
    // Each link that was welcomed gives the chats another 60 s.
    if (this.#live.size === 0) return;
    this.#expiry = this.#clock.after(resumeMs, () => {
      this.#failLost("the link was lost for too long");
    });
  }

  /** Ends all chats, whose links have ended; the next link begins with none. */
  reset(): void {
    this.#session = "";
    this.#failLost("the link was closed");
  }

  /** Ends the chats that no link carries. */
  #failLost(message: string): void {
    for (const chat of this.#live) {
      if (!chat.carrier) chat.fail(new Failure("link-lost", message));
    }
    this.#sweep();
  }

  #now(): Session | undefined {
    const streams = this.#streams;
    return streams && { streams, id: this.#session, hasAsked: this.#hasAsked };
  }

  #return({ streams, id, hasAsked }: Session): void {
    this.#before = undefined;
    this.#streams = streams;
    this.#session = id;
    this.#hasAsked = hasAsked;
    this.#failLost("the link was lost");
  }

  #resume(chat: ClientChat, said: ResumedChat, stream: number): void {
    if (!this.#streams) return;
    if (chat.isOver) this.#streams.dropChat(stream);
    else {
      this.#streams.adoptChat(stream, chat);
      chat.attach(this.#streams, stream, said);
    }
  }

  #cancel(chat: ClientChat, reason: unknown): void {
    chat.cancel(reason);
    this.#sweep();
  }

  /** Forgets what has ended: its reader has the rest. */
  #sweep(): void {
    for (const chat of this.#live) if (chat.isOver) this.#live.delete(chat);
    if (this.#live.size === 0) this.#expiry?.dispose();
  }
}
