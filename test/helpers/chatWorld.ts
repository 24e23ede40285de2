import type { Clock } from "../../src/base/clock.ts";
import { Failure } from "../../src/base/failure.ts";
import type { Answer, StreamOutcome } from "../../src/link/answer.ts";
import type { ChatAnswer } from "../../src/link/chatRun.ts";
import { ChatSessions } from "../../src/link/chatSessions.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import type { ChatHome } from "../../src/link/serverChats.ts";
import { ServerLink } from "../../src/link/serverLink.ts";
import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import type { Piece } from "../../src/wire/messages.ts";
import { ManualClock } from "./manualClock.ts";
import { MemorySocketPair } from "./memorySocketPair.ts";
import { settled } from "./settled.ts";

export type Side = "client" | "server";

const otherSide = { client: "server", server: "client" } as const;

type AskedLink = Pick<PersistentLink, "beyondDoubt" | "chat" | "state">;

/** Asks as a window does, but waits for no link that is not there from the start. */
async function* asked(
  link: AskedLink,
  question: string,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  if (link.state.kind === "ready") await link.beyondDoubt(signal);
  yield* link.chat(question, signal);
}

/** What a reader of a chat has got, and how it ended. */
export class ChatReader {
  readonly abort = new AbortController();
  /** Settles when the chat has ended, however. */
  readonly done: Promise<void>;
  text = "";
  endCount = 0;
  failure: Failure | undefined;
  isOver = false;
  #isPaused = false;
  #resume: () => void = () => undefined;

  constructor(link: AskedLink, question: string) {
    this.done = this.#read(asked(link, question, this.abort.signal));
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    if (!isPaused) this.#resume();
  }

  async #read(pieces: AsyncIterable<Piece>): Promise<void> {
    try {
      for await (const piece of pieces) {
        if (piece.kind === "text") this.text += piece.text;
        else this.endCount++;
        while (this.#isPaused) await new Promise<void>((resolve) => (this.#resume = resolve));
      }
    } catch (error) {
      this.failure = Failure.from(error);
    }
    this.isOver = true;
  }
}

/** What a test decides about its world. */
export interface ChatWorldParts {
  readonly chat: ChatAnswer | undefined;
  readonly answer?: Answer;
  /** How much of each wait between two dials passes, from 0 to 1. */
  readonly waitShare?: number;
}

/**
 * A client and a gateway with connections that are only memory: the test delivers each frame, cuts, and says how much
 * time passes.
 */
export class ChatWorld {
  readonly clock = new ManualClock();
  readonly documents = new LocalDocuments();
  readonly link: PersistentLink;
  readonly outcomes: StreamOutcome[] = [];
  /** Whose token the client's next connections have. */
  tenant = "team";
  tokenHash = "one";
  /** Whether nobody answers a dial. */
  isDown = false;
  sessions: ChatSessions;
  /** All connections there were, the last one is the one dialled last. */
  readonly pairs: MemorySocketPair[] = [];
  readonly servers: ServerLink[] = [];
  /** The connection dialled last, while it is not cut. */
  pair: MemorySocketPair | undefined;
  readonly #parts: ChatWorldParts;

  constructor(parts: ChatWorldParts) {
    this.#parts = parts;
    this.sessions = this.#gateway();
    this.link = new PersistentLink({
      dial: () => this.#dial(),
      clock: this.clock,
      random: () => parts.waitShare ?? 1,
      client: "test/1",
      documents: this.documents,
      profile: () => localProfile,
    });
  }

  read(question = "{}"): ChatReader {
    return new ChatReader(this.link, question);
  }

  get server(): ServerLink | undefined {
    return this.servers.at(-1);
  }

  /** The first, second, ... connection. */
  connection(number: number): MemorySocketPair {
    const pair = this.pairs[number - 1];
    if (!pair) throw new Error(`there is no connection ${number}`);
    return pair;
  }

  /** Hands one frame over, to this side if there is one for it; false when nothing is on its way. */
  async step(first: Side, pair = this.pair): Promise<boolean> {
    const isMoved = pair?.deliver(first) === true || pair?.deliver(otherSide[first]);
    await settled();
    return isMoved ?? false;
  }

  /** As `step`, on any of the connections, the older ones first. */
  async stepAnywhere(first: Side): Promise<boolean> {
    for (const pair of this.pairs) if (await this.step(first, pair)) return true;
    return false;
  }

  /** Delivers what there is on all connections. */
  async flowAnywhere(): Promise<void> {
    await settled();
    while (await this.stepAnywhere("client"));
  }

  /** Delivers what there is, in both directions. */
  async flow(): Promise<void> {
    await settled();
    while (await this.step("client"));
  }

  /** Breaks the connection; both ends know it at once. */
  async cut(): Promise<void> {
    this.pair?.cut();
    this.pair = undefined;
    await settled();
  }

  /** Lets the next dial happen where one is due later. */
  async dialAgain(): Promise<void> {
    const { state } = this.link;
    if (state.kind === "waiting") this.clock.advance(state.retryMs);
    await settled();
  }

  /** Delivers, dials and lets short times pass until all of these have ended. */
  async finish(...readers: readonly ChatReader[]): Promise<void> {
    for (let turn = 0; turn < 10_000; turn++) {
      if (readers.every(({ isOver }) => isOver)) return;
      if (await this.stepAnywhere("client")) continue;
      if (this.link.state.kind === "waiting") await this.dialAgain();
      else this.clock.advance(5);
    }
    throw new Error("the chats do not end");
  }

  /** The link is up and nothing is on its way. */
  async ready(): Promise<void> {
    for (let turn = 0; turn < 20 && this.link.state.kind !== "ready"; turn++) {
      await this.dialAgain();
      await this.flow();
    }
    await this.flow();
  }

  /** Another gateway at the same address, which knows nothing of the one before. */
  async restartGateway(): Promise<void> {
    for (const pair of this.pairs) pair.cut();
    await this.cut();
    this.sessions.dispose();
    this.sessions = this.#gateway();
  }

  dispose(): void {
    this.link.dispose();
    for (const server of this.servers) server.dispose();
    this.sessions.dispose();
    this.documents.dispose();
  }

  #gateway(): ChatSessions {
    const noChat: ChatAnswer = () => {
      throw new Failure("internal", "no chat");
    };
    return new ChatSessions({
      clock: this.clock,
      answer: this.#parts.chat ?? noChat,
      onOutcome: (outcome) => this.outcomes.push(outcome),
    });
  }

  #dial(): Promise<MemorySocketPair["client"]> {
    if (this.isDown) return Promise.reject(new Failure("gateway-unreachable", "nobody answers"));
    const pair = new MemorySocketPair("by hand");
    this.pair = pair;
    this.pairs.push(pair);
    const { chat, answer } = this.#parts;
    const owner = { tenant: this.tenant, tokenHash: this.tokenHash };
    const home = chat && { sessions: this.sessions, owner };
    this.servers.push(serverLink(pair, this.clock, answer, home));
    return Promise.resolve(pair.client);
  }
}

function serverLink(
  pair: MemorySocketPair,
  clock: Clock,
  answer: Answer | undefined,
  chats: ChatHome | undefined,
): ServerLink {
  return new ServerLink({
    socket: pair.server,
    clock,
    gateway: "test/1",
    upstream: "",
    compression: ["none"],
    dictionary: undefined,
    requestLimits: { beforeChars: 10_000, afterChars: 10_000 },
    closesSilent: true,
    answer: answer ?? (() => noAnswer()),
    chats,
    onOutcome: () => undefined,
    onClosed: () => undefined,
  });
}

// eslint-disable-next-line require-yield -- it fails before there is anything to yield
async function* noAnswer(): AsyncGenerator<Piece> {
  await Promise.reject(new Failure("internal", "no completions here"));
}
