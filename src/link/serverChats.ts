import type { Hello, ServerMessage, Welcome } from "../wire/messages.ts";
import type { ChatOwner, ChatPort, ChatSession } from "./chatSession.ts";
import type { ChatSessions } from "./chatSessions.ts";

/** Where a link's chats live, and whose they are. */
export interface ChatHome {
  readonly sessions: ChatSessions;
  readonly owner: ChatOwner;
}

/** What the chats of a link need of it. */
export interface ServerChatsPort {
  unsentBytes(): number;
  sendText(stream: number, text: string): void;
  send(message: ServerMessage): void;
  /** Another connection of the client has taken its chats over. */
  superseded(): void;
}

/** The chats of one connection at the gateway: its part of the session they belong to. Owned by its link. */
export class ServerChats {
  readonly #home: ChatHome | undefined;
  readonly #link: ServerChatsPort;
  readonly #port: ChatPort;
  #session: ChatSession | undefined;

  /** Without a home every chat is refused. */
  constructor(home: ChatHome | undefined, link: ServerChatsPort) {
    this.#home = home;
    this.#link = link;
    this.#port = {
      unsentBytes: () => link.unsentBytes(),
      sendText: (stream, text) => {
        link.sendText(stream, text);
      },
      sendLast: (stream, last) => {
        link.send({ stream, ...last });
      },
      superseded: () => {
        link.superseded();
      },
    };
  }

  /** What the welcome says. */
  enter(hello: Hello): Pick<Welcome, "session" | "resumed"> {
    if (!this.#home) return { session: "", resumed: hello.resume.map(() => false) };
    const { session, resumed } = this.#home.sessions.enter(this.#home.owner, hello, this.#port);
    this.#session = session;
    return { session: session.id, resumed };
  }

  /** The client is welcomed: resumed chats go on. */
  begin(): void {
    if (this.#session?.isOn(this.#port)) this.#session.send();
  }

  /** The client has said something after its hello. */
  heard(): void {
    if (this.#session) this.#home?.sessions.confirm(this.#session);
  }

  open(stream: number, question: string): void {
    if (!this.#session) {
      const detail = "this gateway answers no chat";
      this.#link.send({ kind: "failed", stream, code: "settings", detail });
    } else if (!this.#session.open(stream, question)) {
      const detail = "too many chats at once";
      this.#link.send({ kind: "failed", stream, code: "busy", detail });
    }
  }

  /** False where the number is no chat's. */
  cancel(stream: number): boolean {
    return this.#session?.cancel(stream) ?? false;
  }

  /** False where the number is no chat's. */
  grant(stream: number, sizeBytes: number): boolean {
    return this.#session?.grant(stream, sizeBytes) ?? false;
  }

  /** The link has ended: for good, or so that the client may come back. */
  leave(isForGood: boolean): void {
    if (this.#session) this.#home?.sessions.leave(this.#session, this.#port, isForGood);
  }
}
