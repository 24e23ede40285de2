import assert from "node:assert/strict";
import { Failure } from "../../../src/base/failure.ts";
import type { StreamOutcome } from "../../../src/link/answer.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import type { LinkProfile } from "../../../src/link/linkProfile.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { AnswerDesk, type OpenAsk } from "../../helpers/answerDesk.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { settled } from "../../helpers/settled.ts";
import { type AskedText, RandomDocuments } from "./randomDocuments.ts";

/** A request as the gateway got it. */
interface Answering {
  readonly number: number;
  readonly ask: OpenAsk;
  /** How many texts were said. */
  said: number;
}

/** One ask of the client: what it was about, what its reader saw and how it ended. */
export class Asked {
  readonly number: number;
  readonly text: AskedText;
  readonly outcomes: string[] = [];
  readonly controller = new AbortController();
  readonly cancel = new Error("cancelled");
  request: number | undefined;
  seen = 0;

  constructor(number: number, text: AskedText) {
    this.number = number;
    this.text = text;
  }
}

/** Both ends of links on connections that deliver when they are told to and break at times, and random use of them. */
export class RandomWorld {
  readonly clock = new ManualClock();
  readonly desk = new AnswerDesk();
  readonly asked: Asked[] = [];
  readonly served: StreamOutcome[] = [];
  readonly readers: Promise<void>[] = [];
  readonly documents: RandomDocuments;
  /** What the gateway was asked although nobody did. */
  readonly unasked: CompletionRequest[] = [];
  connectionCount = 0;
  readonly #random: () => number;
  readonly #profile: LinkProfile;
  readonly #answering = new Set<Answering>();
  readonly #requests: CompletionRequest[] = [];
  readonly #askOfRequest = new Map<number, Asked>();
  #pair = new MemorySocketPair("by hand");
  #server: ServerLink | undefined;
  #client: ClientLink | undefined;
  #isLost = true;

  constructor(random: () => number, profile: LinkProfile) {
    this.#random = random;
    this.#profile = profile;
    this.documents = new RandomDocuments(random);
  }

  get requestCount(): number {
    return this.#requests.length;
  }

  /** Opens a connection and lets both ends greet each other. */
  connect(): void {
    const { clock, documents } = this;
    this.#pair.cut();
    this.#client?.dispose();
    const pair = (this.#pair = new MemorySocketPair("by hand"));
    const { compression, dictionary } = this.#profile;
    this.#server = new ServerLink({
      ...serverParts(pair.server, clock, (request, signal) => this.#answer(request, signal)),
      compression,
      dictionary,
      onOutcome: (outcome) => this.served.push(outcome),
    });
    this.#isLost = false;
    this.connectionCount++;
    const onEnded = () => {
      if (this.#pair === pair) this.#isLost = true;
    };
    const parts = { clock, client: "c", documents: documents.local, profile: this.#profile };
    this.#client = new ClientLink({ ...parts, socket: pair.client, onEnded });
    this.#deliverAll();
  }

  /** Does one thing that a client, a gateway or a network may do. */
  step(): void {
    if (this.#isLost) this.connect();
    const act = this.#random();
    if (act < 0.2) this.documents.change();
    else if (act < 0.32) this.#ask();
    else if (act < 0.37) this.#cancel();
    else if (act < 0.55) this.#say();
    else if (act < 0.73) this.#pair.deliver("client");
    else if (act < 0.93) while (this.#pair.deliver("server") && this.#random() < 0.5);
    else if (act < 0.94) this.#client?.recall(this.documents.anyKey());
    else if (act < 0.95)
      this.#client?.warm(this.documents.anyKey(), Math.floor(99 * this.#random()));
    else if (act < 0.999) this.#pass();
    else this.connect();
  }

  /** Lets everything that is open come to its end. */
  async finish(): Promise<void> {
    const over = Promise.allSettled(this.readers);
    const state = { isOver: false };
    void over.then(() => (state.isOver = true));
    while (!state.isOver || this.#answering.size > 0) {
      this.#deliverAll();
      await settled();
      for (const { ask } of this.#answering) ask.end();
      this.#answering.clear();
    }
    await Promise.all(this.readers); // throws what a reader found wrong
    await settled();
    this.#deliverAll();
  }

  /** Ends both ends. */
  async close(): Promise<void> {
    this.#client?.dispose();
    this.#server?.dispose();
    this.documents.local.dispose();
    this.#pair.cut();
    await settled();
  }

  /** Breaks the connection for good. */
  cut(): void {
    this.#pair.cut();
  }

  #deliverAll(): void {
    while (this.#pair.deliver("server") || this.#pair.deliver("client"));
  }

  /** Mostly a moment; at times long enough for idle work, or for a link that hears nothing to be given up. */
  #pass(): void {
    const act = this.#random();
    if (act < 0.7) this.clock.advance(this.#random() * 60);
    else if (act < 0.99) this.clock.advance(this.#random() * 400);
    else {
      for (let each = 0; each < 5; each++) {
        this.clock.advance(900);
        this.#deliverAll();
      }
    }
  }

  #ask(): void {
    const { ask, text } = this.documents.ask();
    const asked = new Asked(this.asked.length + 1, text);
    const client = this.#client;
    this.asked.push(asked);
    if (client) this.readers.push(this.#read(asked, client.complete(ask, asked.controller.signal)));
  }

  #cancel(): void {
    const asked = this.#one(this.asked.slice(-12));
    asked?.controller.abort(asked.cancel);
  }

  async #read(asked: Asked, pieces: ReturnType<ClientLink["complete"]>): Promise<void> {
    const { controller, cancel, outcomes, number } = asked;
    try {
      for await (const piece of pieces) {
        assert.ok(!controller.signal.aborted, `ask ${number} was shown something after its cancel`);
        assert.equal(outcomes.length, 0, `ask ${number} was shown something after its end`);
        if (piece.kind === "text") this.#see(asked, piece.text);
        else outcomes.push("end");
      }
      assert.deepEqual(outcomes, ["end"]);
    } catch (error) {
      if (error === cancel) outcomes.push("cancelled");
      else if (error instanceof Failure) outcomes.push(error.code);
      else throw error;
    }
  }

  /** A text says which request it answers and which one of its texts it is. */
  #see(asked: Asked, text: string): void {
    const [request = -1, at = -1] = text.split(":").map(Number);
    asked.request ??= request;
    assert.equal(asked.request, request, `ask ${asked.number} was given another's text`);
    assert.equal(at, asked.seen++, `ask ${asked.number} misses a text`);
    const other = this.#askOfRequest.get(request);
    assert.ok(other === undefined || other === asked, `two asks share request ${request}`);
    this.#askOfRequest.set(request, asked);
    assertSame(asked.text, this.#requests[request]);
  }

  #answer(request: CompletionRequest, signal: AbortSignal): ReturnType<AnswerDesk["answer"]> {
    if (!this.asked.findLast(({ text }) => isSame(text, request))) this.unasked.push(request);
    const pieces = this.desk.answer(request, signal);
    const ask = this.desk.asks.at(-1);
    if (ask) this.#answering.add({ number: this.#requests.length, ask, said: 0 });
    this.#requests.push(request);
    return pieces;
  }

  #say(): void {
    const answering = this.#one([...this.#answering]);
    if (!answering) return;
    const { ask, number } = answering;
    const act = this.#random();
    if (act < 0.6) {
      ask.text(`${number}:${answering.said++}`);
      return;
    }
    this.#answering.delete(answering);
    if (act < 0.75) ask.end();
    else if (act < 0.9) ask.throw(new Failure("upstream-down", "down"));
    else if (act < 0.95) ask.throw(new TypeError("a slip"));
    else ask.return();
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

/** Whether a request is about this text: as much of it round the cursor as the gateway holds. */
function isSame(text: AskedText, request: CompletionRequest): boolean {
  const { path, isConfined, before, after, snippets } = text;
  return (
    path === request.path &&
    isConfined === request.isConfined &&
    before.endsWith(request.before) &&
    after.startsWith(request.after) &&
    snippets.join() === request.snippets.join()
  );
}

function assertSame(text: AskedText, request: CompletionRequest | undefined): void {
  assert.ok(request && isSame(text, request), "a request is about another text");
  // What is near is always held; a window is cut at line breaks.
  const near = text.before.slice(-100);
  if (!request.before.endsWith(near)) {
    assert.equal(request.before, text.before.slice(text.before.length - request.before.length));
    assert.ok(near.includes("\n"), "text is missing before the cursor");
  }
}
