import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { ServerLink, type StreamOutcome } from "../../../src/link/serverLink.ts";
import { AnswerDesk, type OpenAsk } from "../../helpers/answerDesk.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { aRequest } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

type Outcome = "end" | "cancelled" | "busy" | "upstream-down" | "internal" | "link-lost";

/** One request of the client: what it was sent, what it saw and how it ended. */
class Asked {
  readonly number: number;
  readonly outcomes: Outcome[] = [];
  readonly #controller = new AbortController();
  readonly #cancel = new Error("cancelled");
  #seen = 0;

  constructor(number: number) {
    this.number = number;
  }

  get isCancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  cancel(): void {
    this.#controller.abort(this.#cancel);
  }

  async read(link: ClientLink): Promise<void> {
    const request = aRequest({ documentVersion: this.number });
    try {
      for await (const piece of link.complete(request, this.#controller.signal)) {
        assert.ok(!this.isCancelled, `request ${this.number} was shown something after its cancel`);
        assert.equal(this.outcomes.length, 0);
        if (piece.kind === "text") assert.equal(piece.text, `${this.number}:${this.#seen++}`);
        else this.outcomes.push("end");
      }
      assert.deepEqual(this.outcomes, ["end"]);
    } catch (error) {
      if (error === this.#cancel) this.outcomes.push("cancelled");
      else if (error instanceof Failure) this.outcomes.push(error.code as Outcome);
      else throw error;
    }
  }
}

/** Both ends of a link on a connection that delivers when it is told to, and random use of it. */
class World {
  readonly pair = new MemorySocketPair("by hand");
  readonly clock = new ManualClock();
  readonly desk = new AnswerDesk();
  readonly asked: Asked[] = [];
  readonly readers: Promise<void>[] = [];
  readonly served: StreamOutcome[] = [];
  readonly #random: () => number;
  readonly #texts = new Map<OpenAsk, number>();
  readonly #answering = new Set<OpenAsk>();
  readonly client: ClientLink;
  isLost = false;
  isLeft = false;

  constructor(random: () => number) {
    this.#random = random;
    const { clock, pair, desk } = this;
    new ServerLink({
      socket: pair.server,
      closesSilent: true,
      clock,
      gateway: "g",
      upstream: "",
      answer: (request, signal) => {
        const pieces = desk.answer(request, signal);
        const ask = desk.asks.at(-1);
        if (ask) this.#answering.add(ask);
        return pieces;
      },
      onOutcome: (outcome) => this.served.push(outcome),
      onClosed: () => (this.isLeft = true),
    });
    this.client = new ClientLink({
      socket: pair.client,
      clock,
      client: "c",
      onEnded: () => (this.isLost = true),
    });
  }

  async open(): Promise<void> {
    this.deliverAll();
    await this.client.welcome;
  }

  /** Does one thing that a client, a gateway or a network may do. */
  step(): void {
    const act = this.#random();
    if (act < 0.18) this.#ask();
    else if (act < 0.26) this.#one(this.asked.slice(-40))?.cancel();
    else if (act < 0.56) this.#answer();
    else if (act < 0.78) this.pair.deliver("client");
    else if (act < 0.99) this.pair.deliver("server");
    else this.clock.advance(this.#random() * 900);
  }

  deliverAll(): void {
    while (this.pair.deliver("server") || this.pair.deliver("client"));
  }

  /** Lets everything that is open come to its end. */
  async finish(): Promise<void> {
    for (let isMore = true; isMore;) {
      this.deliverAll();
      await settled();
      isMore = this.#answering.size > 0;
      for (const ask of this.#answering) ask.end();
      this.#answering.clear();
    }
    await settled();
    this.deliverAll();
    await Promise.all(this.readers);
  }

  #ask(): void {
    const asked = new Asked(this.asked.length + 1);
    this.asked.push(asked);
    this.readers.push(asked.read(this.client));
  }

  #answer(): void {
    const ask = this.#one([...this.#answering]);
    if (!ask) return;
    const act = this.#random();
    if (act < 0.6) {
      const at = this.#texts.get(ask) ?? 0;
      this.#texts.set(ask, at + 1);
      ask.text(`${ask.request.documentVersion}:${at}`);
      return;
    }
    this.#answering.delete(ask);
    if (act < 0.85) ask.end();
    else if (act < 0.9) ask.throw(new Failure("upstream-down", "down"));
    else if (act < 0.95) ask.throw(new TypeError("a slip"));
    else ask.return();
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

async function play(seed: number, steps: number): Promise<World> {
  const random = seededRandom(seed);
  const world = new World(random);
  await world.open();
  for (let step = 0; step < steps && !world.isLost; step++) {
    world.step();
    if (random() < 0.3) await settled();
  }
  return world;
}

const seeds: readonly number[] = [1, 2, 20_260, freshSeed()];

describe("many streams on one link, at random", () => {
  for (const seed of seeds) {
    it(`end once each, apart from each other, and leave nothing open: seed ${seed}`, async () => {
      const world = await play(seed, 8_000);
      await world.finish();
      assert.equal(world.isLost, false);
      for (const { number, outcomes } of world.asked) {
        assert.equal(outcomes.length, 1, `request ${number}: ${outcomes.join()}`);
        assert.notEqual(outcomes[0], "link-lost");
      }
      const counts = Object.groupBy(world.asked, ({ outcomes }) => outcomes[0] ?? "none");
      for (const each of ["end", "cancelled", "upstream-down", "internal"] as const) {
        assert.ok((counts[each]?.length ?? 0) > 10, `hardly any outcome ${each}`);
      }
      assert.equal(world.served.length, world.asked.length);
      assert.ok(world.desk.asks.every(({ isStopped }) => isStopped));
    });

    it(`all end with link-lost when it breaks in the middle: seed ${seed}`, async () => {
      const world = await play(seed, 400);
      world.pair.cut();
      await settled();
      await Promise.all(world.readers);
      assert.ok(world.isLost && world.isLeft);
      for (const { outcomes } of world.asked) assert.equal(outcomes.length, 1);
      assert.ok(world.asked.some(({ outcomes }) => outcomes[0] === "link-lost"));
      await world.desk.until(() => world.desk.asks.every(({ isStopped }) => isStopped));
      assert.equal(world.clock.timerCount, 0);
    });
  }
});
