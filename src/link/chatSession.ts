import { randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { chatYieldBytes, maxChats, sharedKeptBytes, streamCreditBytes } from "../wire/limits.ts";
import type { Hello, ResumedChat } from "../wire/messages.ts";
import type { StreamOutcome } from "./answer.ts";
import { type ChatAnswer, type ChatFrame, type ChatLast, ChatRun } from "./chatRun.ts";

/** How often it is seen whether chat text may go on, once it has had to wait. */
const yieldPollMs = 5;

/** The link that a session's chats are sent on. */
export interface ChatPort {
  /** Bytes that are still on their way out. */
  unsentBytes(): number;
  sendText(stream: number, text: string): void;
  sendLast(stream: number, last: ChatLast | { readonly kind: "cancelled" }): void;
  /** Another connection of the client has taken over: this one is over. */
  superseded(): void;
}

/** Who chats: a tenant, and what its token is known by, which never is the token. */
export interface ChatOwner {
  readonly tenant: string;
  readonly tokenHash: string;
}

/** As `ChatAnswer`, for any tenant. */
export type TenantChatAnswer = (
  ...question: [...Parameters<ChatAnswer>, tenant: string]
) => ReturnType<ChatAnswer>;

/** What the sessions of a gateway have in common. */
export interface ChatSessionParts {
  readonly clock: Clock;
  readonly answer: TenantChatAnswer;
  /** Called once for each chat. */
  readonly onOutcome: (outcome: StreamOutcome) => void;
}

/** The chats of one connection under their numbers there. */
interface View {
  readonly id: string;
  readonly runs: Map<number, ChatRun>;
}

const newView = (): View => ({ id: randomBytes(16).toString("hex"), runs: new Map() });

/**
 * The chats of one client, which outlive its connections. Until the client is known to have heard of a new connection's
 * id it may come back by that of the one before. Owned by `ChatSessions`.
 */
export class ChatSession implements Disposable {
  /** With the token of its newest connection. */
  owner: ChatOwner;
  readonly #parts: ChatSessionParts;
  #known = newView();
  #latest = this.#known;
  #port: ChatPort | undefined;
  #poll: Disposable | undefined;

  constructor(owner: ChatOwner, parts: ChatSessionParts) {
    this.owner = owner;
    this.#parts = parts;
  }

  /** The id to welcome the client with. */
  get id(): string {
    return this.#latest.id;
  }

  /** Whether the client has spoken since it was given the newest id. */
  get isConfirmed(): boolean {
    return this.#known === this.#latest;
  }

  /** What the client may resume it by. */
  get ids(): readonly string[] {
    return this.isConfirmed ? [this.id] : [this.#known.id, this.id];
  }

  get isEmpty(): boolean {
    return this.#latest.runs.size === 0;
  }

  /** Whether this is the link it is sent on. */
  isOn(port: ChatPort): boolean {
    return this.#port === port;
  }

  /** Another connection begins, with the chats of the one before that can go on; the others end. */
  resume({ session, resume }: Pick<Hello, "session" | "resume">): boolean[] {
    const older = this.#port;
    this.leave();
    older?.superseded();
    if (session === this.id) this.#known = this.#latest;
    const left = new Map(this.#known.runs);
    this.#latest = newView();
    const resumed = resume.map((chat, index) => this.#adopt(left, chat, index + 1));
    const kept = new Set(this.#latest.runs.values());
    for (const run of left.values()) if (!kept.has(run)) run.dispose();
    return resumed;
  }

  /** From now on its chats belong to this link, which calls `send` once it has welcomed its client. */
  attach(port: ChatPort): void {
    this.#port = port;
  }

  /** The client has spoken in the newest connection. */
  confirm(): void {
    this.#known = this.#latest;
  }

  /** The link is gone; the chats go on. */
  leave(): void {
    this.#port = undefined;
    this.#poll?.dispose();
    this.#poll = undefined;
    this.#proceed();
  }

  /** Begins a chat; false where there are too many. */
  open(stream: number, question: string): boolean {
    const { runs } = this.#latest;
    if (runs.size >= maxChats) return false;
    const { answer, clock, onOutcome } = this.#parts;
    const run = new ChatRun({
      clock,
      answer: (json, signal) => answer(json, signal, this.owner.tenant),
      question,
      hasRoom: (keptBytes) => keptBytes < streamCreditBytes || this.#mayShare(),
      onNews: () => {
        this.send();
      },
      onOutcome,
    });
    runs.set(stream, run);
    this.send();
    return true;
  }

  /** Ends a chat; false where the number is no chat of this connection. */
  cancel(stream: number): boolean {
    const run = this.#latest.runs.get(stream);
    if (!run) return false;
    this.#latest.runs.delete(stream);
    run.dispose();
    if (!run.isLastSent) this.#port?.sendLast(stream, { kind: "cancelled" });
    this.#proceed();
    return true;
  }

  /** The client has taken text, or with 0 confirms the last word; false as in `cancel`. */
  grant(stream: number, sizeBytes: number): boolean {
    const run = this.#latest.runs.get(stream);
    if (!run) return false;
    if (sizeBytes === 0 && run.isLastSent) this.#latest.runs.delete(stream);
    else run.grant(sizeBytes);
    this.send();
    return true;
  }

  /** Sends what there is, a frame of each chat in turn, as long as little else is on its way. */
  send(): void {
    const { runs } = this.#latest;
    for (const [stream, run] of runs) {
      if (!this.#port || this.#mustWait(this.#port)) return;
      const frame = run.next();
      if (!frame) continue;
      runs.delete(stream);
      runs.set(stream, run); // it comes again, after the others
      this.#put(this.#port, stream, frame);
    }
  }

  /** Ends all chats. */
  dispose(): void {
    this.leave();
    for (const run of this.#latest.runs.values()) run.dispose();
    this.#latest.runs.clear();
  }

  #adopt(left: Map<number, ChatRun>, chat: ResumedChat, stream: number): boolean {
    const run = left.get(chat.stream);
    if (!run?.resume(chat)) return false;
    left.delete(chat.stream);
    this.#latest.runs.set(stream, run);
    return true;
  }

  /** While the client is away its chats share what each keeps beyond its own part. */
  #mayShare(): boolean {
    if (this.#port) return false;
    let sharedBytes = 0;
    for (const { keptBytes } of this.#latest.runs.values()) {
      sharedBytes += Math.max(0, keptBytes - streamCreditBytes);
    }
    return sharedBytes < sharedKeptBytes;
  }

  #proceed(): void {
    for (const run of this.#latest.runs.values()) run.proceed();
  }

  #put(port: ChatPort, stream: number, frame: ChatFrame): void {
    if (frame.kind === "text") port.sendText(stream, frame.text);
    else port.sendLast(stream, frame);
  }

  #mustWait(port: ChatPort): boolean {
    if (port.unsentBytes() <= chatYieldBytes) return false;
    this.#poll ??= this.#parts.clock.after(yieldPollMs, () => {
      this.#poll = undefined;
      this.send();
    });
    return true;
  }
}
