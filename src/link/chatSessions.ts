import type { Disposable } from "../base/disposable.ts";
import { maxParkedSessions, resumeMs } from "../wire/limits.ts";
import type { Hello } from "../wire/messages.ts";
import {
  type ChatOwner,
  type ChatPort,
  ChatSession,
  type ChatSessionParts,
} from "./chatSession.ts";

/**
 * The sessions of all clients of a gateway: those with a link, and for 60 s those that have lost theirs while chats ran.
 * Owned by the gateway's server; `dispose` ends every chat.
 */
export class ChatSessions implements Disposable {
  readonly #parts: ChatSessionParts;
  readonly #byId = new Map<string, ChatSession>();
  /** Those without a link, the one that lost it first in front. */
  readonly #parked = new Map<ChatSession, Disposable>();

  constructor(parts: ChatSessionParts) {
    this.#parts = parts;
  }

  /** How many sessions wait for their client. */
  get parkedCount(): number {
    return this.#parked.size;
  }

  /** A client has connected: the session it names goes on where it is this tenant's, else it gets a new one. */
  enter(
    owner: ChatOwner,
    hello: Pick<Hello, "session" | "resume">,
    port: ChatPort,
  ): { readonly session: ChatSession; readonly resumed: readonly boolean[] } {
    const found = this.#byId.get(hello.session);
    if (found?.owner.tenant !== owner.tenant) {
      const session = new ChatSession(owner, this.#parts);
      session.attach(port);
      this.#register(session);
      return { session, resumed: hello.resume.map(() => false) };
    }
    this.#unpark(found);
    this.#unregister(found);
    found.owner = owner;
    const resumed = found.resume(hello);
    found.attach(port);
    this.#register(found);
    return { session: found, resumed };
  }

  /** The client is known to have heard of its session's newest id: the one before is void. */
  confirm(session: ChatSession): void {
    if (session.isConfirmed) return;
    this.#unregister(session);
    session.confirm();
    this.#register(session);
  }

  /** A link has ended, for good or by a loss after which the client may come back. */
  leave(session: ChatSession, port: ChatPort, isForGood: boolean): void {
    if (!session.isOn(port)) return; // another connection has it
    session.leave();
    if (isForGood || session.isEmpty) this.#end(session);
    else this.#park(session);
  }

  /** Ends the sessions that wait for a client whose token is none of these any more. */
  dropStrangers(tokenHashes: ReadonlySet<string>): void {
    for (const session of [...this.#parked.keys()]) {
      if (!tokenHashes.has(session.owner.tokenHash)) this.#end(session);
    }
  }

  dispose(): void {
    for (const session of new Set(this.#byId.values())) this.#end(session);
  }

  #park(session: ChatSession): void {
    const timer = this.#parts.clock.after(resumeMs, () => {
      this.#end(session);
    });
    this.#parked.set(session, timer);
    if (this.#parked.size > maxParkedSessions) this.#endOne();
  }

  /** The oldest one of the tenant that has the most: so nobody can drive out the others. */
  #endOne(): void {
    const groups = Map.groupBy(this.#parked.keys(), ({ owner }) => owner.tenant);
    const [largest] = [...groups.values()].sort((a, b) => b.length - a.length);
    if (largest?.[0]) this.#end(largest[0]);
  }

  #end(session: ChatSession): void {
    this.#unpark(session);
    this.#unregister(session);
    session.dispose();
  }

  #unpark(session: ChatSession): void {
    this.#parked.get(session)?.dispose();
    this.#parked.delete(session);
  }

  #register(session: ChatSession): void {
    for (const id of session.ids) this.#byId.set(id, session);
  }

  #unregister(session: ChatSession): void {
    for (const id of session.ids) this.#byId.delete(id);
  }
}
