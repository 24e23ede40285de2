import { deadline, onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { ClientMessage, CompletionAsk, Piece, Welcome } from "../wire/messages.ts";
import type { LocalDocuments } from "../wire/localDocuments.ts";
import type { ClientChats } from "./clientChats.ts";
import { ClientLink } from "./clientLink.ts";
import type { FrameSocket } from "./frameSocket.ts";
import type { LinkProfile } from "./linkProfile.ts";

const dialTimeoutMs = 10_000;

/** What one attempt is made of. */
export interface AttemptParts {
  /** Opens one socket. Throws a `Failure`. */
  readonly dial: (signal: AbortSignal) => Promise<FrameSocket>;
  readonly clock: Clock;
  readonly client: string;
  /** The texts that are asked about; they outlive every socket. */
  readonly documents: LocalDocuments;
  /** What is asked of the socket that was dialled. */
  readonly profile: () => LinkProfile;
  /** As in `ClientLinkParts`. */
  readonly onSaid?: ((message: ClientMessage) => void) | undefined;
  /** The chats, which go on from attempt to attempt. */
  readonly chats: ClientChats;
  /** Whether it goes on with those of the link before; asked when its socket is there. */
  readonly mayClaimChats: () => boolean;
}

/** What the owner of an attempt is told; nothing more once it is over. */
export interface AttemptEvents {
  /** There is a socket: now the handshake follows. */
  connected(): void;
  ready(welcome: Welcome): void;
  /** It came to nothing, or the link it was is lost. */
  lost(failure: Failure): void;
  suspected(isSuspect: boolean): void;
  goingAway(): void;
}

/**
 * One socket of a persistent link: dialled once, welcomed, used, and over when it is lost or left. It is
 * owned by its link, which disposes it.
 */
export class Attempt implements Disposable {
  readonly #parts: AttemptParts;
  readonly #events: AttemptEvents;
  readonly #end = new AbortController();
  #link: ClientLink | undefined;
  #streams = 0;
  #isSuspect = false;
  #isGoingAway = false;
  #onLeft: (() => void) | undefined;

  constructor(parts: AttemptParts, events: AttemptEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  get roundTripMs(): number | undefined {
    return this.#link?.roundTripMs;
  }

  /** Whether a ping has been unanswered for too long. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** Whether the gateway has said that it ends soon. */
  get isGoingAway(): boolean {
    return this.#isGoingAway;
  }

  /** Whether its hello has asked for chats: then the link before loses them to it. */
  get hasClaimedChats(): boolean {
    return this.#link?.hasClaimedChats ?? false;
  }

  /** Whether a chat goes on here. */
  get hasChat(): boolean {
    return this.#link?.hasChat ?? false;
  }

  /** Dials, once. What comes of it is told by the events, never by a rejection. */
  async start(): Promise<void> {
    const { dial, clock, client, documents, chats, onSaid } = this.#parts;
    const { signal } = this.#end;
    if (signal.aborted) return;
    const limit = deadline(signal, clock, dialTimeoutMs, "opening the link");
    try {
      const socket = await inTime(dial(limit.signal), limit.signal);
      if (isOver(signal)) {
        socket.terminate();
        return;
      }
      const lost = (failure: Failure) => {
        this.#lost(failure);
      };
      const profile = this.#parts.profile();
      const mayClaimChats = this.#parts.mayClaimChats();
      const parts = { socket, clock, client, documents, profile, chats, mayClaimChats, onSaid };
      this.#link = new ClientLink({ ...parts, onEnded: lost, ...this.#doubts() });
      this.#events.connected();
      const welcome = await this.#link.welcome;
      if (!isOver(signal)) this.#events.ready(welcome);
    } catch (error) {
      const failure = Failure.from(error, "gateway-unreachable");
      const isLate = failure.code === "deadline"; // of the dial, not of a model
      this.#lost(isLate ? new Failure("gateway-unreachable", failure.message) : failure);
    } finally {
      limit.dispose();
    }
  }

  /** As `ClientLink.complete`; only after `ready`. */
  async *complete(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    if (!this.#link) throw new Failure("link-lost", "the link is not open yet");
    this.#streams++;
    try {
      yield* this.#link.complete(ask, signal);
    } finally {
      this.#streams--;
      this.leaveIfIdle();
    }
  }

  /** As `ClientLink.warm`. */
  warm(documentKey: string, offset: number): void {
    this.#link?.warm(documentKey, offset);
  }

  /** As `ClientLink.recall`. */
  recall(documentKey: string): void {
    this.#link?.recall(documentKey);
  }

  /** Something speaks against it: it is suspect until it answers a ping. */
  suspect(): void {
    this.#link?.suspect();
  }

  /** Asked for nothing more; it ends with its last open stream, and says so. */
  leave(onLeft: () => void): void {
    this.#onLeft = onLeft;
    this.leaveIfIdle();
  }

  /** Ends it where it is left and nothing is open on it any more; told so when a chat has ended. */
  leaveIfIdle(): void {
    if (!this.#onLeft || this.#streams > 0 || this.hasChat || isOver(this.#end.signal)) return;
    this.dispose();
    this.#onLeft();
  }

  /** As `ClientLink.failCompletions`. */
  failCompletions(message: string): void {
    this.#link?.failCompletions(new Failure("link-lost", message));
  }

  /** Gives it up as lost: its streams end with `link-lost`, and the other end is not waited for. */
  giveUp(message: string): void {
    const failure = new Failure("link-lost", message);
    this.#end.abort(failure);
    this.#link?.lose(failure);
  }

  dispose(): void {
    this.#end.abort(new Failure("link-lost", "the link was closed"));
    this.#link?.dispose();
  }

  #doubts() {
    const { signal } = this.#end;
    return {
      onSuspect: (isSuspect: boolean) => {
        this.#isSuspect = isSuspect;
        if (!signal.aborted) this.#events.suspected(isSuspect);
      },
      onGoAway: () => {
        this.#isGoingAway = true;
        if (!signal.aborted) this.#events.goingAway();
      },
    };
  }

  /** Heard from the dial and from the link; only the first word of a live attempt counts. */
  #lost(failure: Failure): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort(failure);
    this.#events.lost(failure);
  }
}

/** Asked again after each await: the compiler takes the first answer for the last one. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

/** The socket, or the signal's reason as soon as it fires; a socket that comes after that is ended. */
async function inTime(dial: Promise<FrameSocket>, signal: AbortSignal): Promise<FrameSocket> {
  const late = Promise.withResolvers<never>();
  const abort = onAbort(signal, () => {
    late.reject(signal.reason as Error);
    const end = (socket: FrameSocket) => {
      socket.terminate();
    };
    dial.then(end, () => undefined);
  });
  try {
    return await Promise.race([dial, late.promise]);
  } finally {
    abort.dispose();
  }
}
