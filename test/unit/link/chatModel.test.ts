import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatAnswer } from "../../../src/link/chatRun.ts";
import { ChatScript, type WatchedAnswer } from "../../helpers/chatSources.ts";
import { type ChatReader, ChatWorld } from "../../helpers/chatWorld.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { settled } from "../../helpers/settled.ts";

const letters = ["a", "é", "漢", "😀", "\ud83d\ude00", "\r\n"];

/** One life of a client and its gateway, with everything that can happen to them, as a seed says. */
class Life {
  readonly #random: () => number;
  readonly #world: ChatWorld;
  readonly #script: ChatScript;
  readonly #texts = new Map<string, readonly string[]>();
  readonly #readers = new Map<string, ChatReader>();
  readonly #askedTwice = new Set<string>();
  /** Nothing but short losses of the connection, and no spare: then no chat may fail that was heard of. */
  readonly #isKind: boolean;
  #lossesInRow = 0;
  readonly seen = { whole: 0, failed: 0, cuts: 0, spares: 0 };

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#isKind = this.#random() < 0.5;
    this.#script = new ChatScript((question) => this.#texts.get(question) ?? []);
    // A link that is lost again within seconds is waited for longer and longer.
    const waitShare = this.#isKind ? 0.1 : 1;
    const chat: ChatAnswer = (question, signal) => {
      const isAnswering = (answer: WatchedAnswer) => !answer.isClosed && !answer.signal.aborted;
      const same = this.#script.answers.filter((answer) => answer.question === question);
      if (same.some(isAnswering)) this.#askedTwice.add(question);
      return this.#script.answer(question, signal);
    };
    this.#world = new ChatWorld({ chat, waitShare });
  }

  async run(): Promise<void> {
    await this.#world.ready();
    for (let turn = 0; turn < 150; turn++) await this.#turn();
    for (const reader of this.#readers.values()) reader.isPaused = false;
    await this.#world.ready();
    await this.#world.finish(...this.#readers.values());
    for (const [question, reader] of this.#readers) this.#judge(question, reader);
    await this.#world.flowAnywhere();
    this.#world.dispose();
    await settled();
    assert.ok(
      this.#script.answers.every(({ isClosed }) => isClosed),
      "a source was left running",
    );
    assert.equal(this.#world.clock.timerCount, 0, "a timer was left running");
  }

  async #turn(): Promise<void> {
    const dice = this.#random();
    const isReady = this.#world.link.state.kind === "ready";
    if (isReady) this.#lossesInRow = 0;
    if (dice < 0.08 && isReady) this.#ask();
    else if (dice < 0.11) await this.#lose();
    else if (dice < 0.16 && !this.#isKind) this.#pick()?.abort.abort(new Error("cancelled"));
    else if (dice < 0.2) this.#toggle();
    else if (dice < 0.25) this.#world.clock.advance(5);
    else if (dice < 0.255 && !this.#isKind) this.#world.clock.advance(70_000);
    else if (dice < 0.26 && !this.#isKind) await this.#world.restartGateway();
    else if (dice < 0.32) await this.#world.dialAgain();
    else if (dice < 0.35 && !this.#isKind) await this.#spare();
    else await this.#step();
  }

  /** Another link is dialled beside the one in use, or the one that is being dialled is dialled anew. */
  async #spare(): Promise<void> {
    const { clock, link, server } = this.#world;
    if (this.#random() < 0.7) clock.advance(500);
    const dice = this.#random();
    if (dice < 0.6) link.suspect();
    else if (dice < 0.8) link.move();
    else server?.goAway();
    this.seen.spares++;
    await settled();
  }

  /** One frame goes its way, mostly on the newest connection. */
  async #step(): Promise<void> {
    const { pairs } = this.#world;
    const older = pairs[Math.floor(this.#random() * pairs.length)];
    const pair = this.#random() < 0.7 ? this.#world.pair : older;
    await this.#world.step(this.#random() < 0.5 ? "client" : "server", pair);
  }

  #ask(): void {
    const question = JSON.stringify({ number: this.#readers.size });
    const isLong = this.#random() < 0.3;
    const count = Math.floor(this.#random() * 12);
    const piece = () => {
      const letter = letters[Math.floor(this.#random() * letters.length)] ?? "";
      const text = letter.repeat(1 + Math.floor(this.#random() * (isLong ? 12_000 : 20)));
      return this.#random() < 0.2 ? [`${text}\ud83d`, "\ude00"] : [text];
    };
    this.#texts.set(question, Array.from({ length: count }, piece).flat());
    this.#readers.set(question, this.#world.read(question));
  }

  async #lose(): Promise<void> {
    // Each makes the next dial wait, for 3 s at most, and 60 s must not pass.
    if (this.#isKind && ++this.#lossesInRow > 3) return;
    this.seen.cuts++;
    await this.#world.cut();
    if (this.#random() < 0.7) await this.#world.dialAgain();
  }

  #pick(): ChatReader | undefined {
    const readers = [...this.#readers.values()];
    return readers[Math.floor(this.#random() * readers.length)];
  }

  #toggle(): void {
    const reader = this.#pick();
    if (reader) reader.isPaused = this.#random() < 0.5;
  }

  #judge(question: string, reader: ChatReader): void {
    assert.ok(!this.#askedTwice.has(question), "a question was asked while it was being answered");
    const whole = (this.#texts.get(question) ?? []).join("");
    if (reader.failure) {
      this.seen.failed++;
      assert.ok(whole.startsWith(reader.text), "no prefix of the answer");
      assert.equal(reader.endCount, 0);
      const heard = this.#script.answers.filter((answer) => answer.question === question);
      if (this.#isKind) assert.equal(heard.length, 0, `it failed: ${reader.failure.message}`);
    } else {
      this.seen.whole++;
      assert.equal(reader.text, whole);
      assert.equal(reader.endCount, 1);
    }
  }
}

describe("chats over connections that come and go", () => {
  it("yield the whole text or fail after a part of it, whatever happens", async () => {
    const seen = { whole: 0, failed: 0, cuts: 0, spares: 0 };
    const firstSeed = Number(process.env["SEED"] ?? freshSeed());
    const lives = Number(process.env["LIVES"] ?? 150);
    for (let index = 0; index < lives; index++) {
      const seed = (firstSeed + index) >>> 0;
      const life = new Life(seed);
      try {
        await life.run();
      } catch (error) {
        throw new Error(`SEED=${seed}`, { cause: error });
      }
      for (const key of ["whole", "failed", "cuts", "spares"] as const) seen[key] += life.seen[key];
    }
    console.log(`from seed ${firstSeed}: ${JSON.stringify(seen)}`);
    if (lives >= 150) assert.ok(seen.whole > seen.failed && seen.failed > 0 && seen.cuts > 100);
  });
});
