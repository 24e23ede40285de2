/** A model's text on its way out of the gateway: its beginning as it comes, the rest in fewer pieces. */
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { gathered } from "../../../src/gateway/gathered.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const head = "x".repeat(32);

let clock: ManualClock;
let model: PassThroughText;
/** What has been given so far, and how it ended. */
let given: string[];
let outcome: unknown;

/** A model that says what the test has it say. */
class PassThroughText implements AsyncIterator<string, undefined> {
  readonly #said: Promise<IteratorResult<string, undefined>>[] = [];
  #wake = Promise.withResolvers<undefined>();
  #at = 0;

  say(...texts: string[]): void {
    for (const value of texts) this.#push(Promise.resolve({ done: false, value }));
  }

  end(): void {
    this.#push(Promise.resolve({ done: true, value: undefined }));
  }

  fail(message: string): void {
    const failed = Promise.reject(new Error(message));
    failed.catch(() => undefined);
    this.#push(failed);
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    const at = this.#at++;
    for (;;) {
      const said = this.#said[at];
      if (said) return said;
      await this.#wake.promise;
    }
  }

  #push(said: Promise<IteratorResult<string, undefined>>): void {
    this.#said.push(said);
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }
}

async function readAll(): Promise<void> {
  try {
    for await (const text of gathered(model, clock)) given.push(text);
    outcome = "end";
  } catch (error) {
    outcome = (error as Error).message;
  }
}

describe("a model's text on its way out", () => {
  beforeEach(() => {
    clock = new ManualClock();
    model = new PassThroughText();
    given = [];
    outcome = undefined;
    void readAll();
  });

  it("goes out at once at its beginning, piece by piece", async () => {
    for (const text of ["a", "b", head]) {
      model.say(text);
      await settled();
    }
    assert.deepEqual(given, ["a", "b", head]);
  });

  it("goes out together behind that, 20 ms after what went before", async () => {
    model.say(head, "a");
    await settled();
    clock.advance(15);
    model.say("b", "c");
    await settled();
    assert.deepEqual(given, [head]);
    clock.advance(5);
    await settled();
    assert.deepEqual(given, [head, "abc"]);
    clock.advance(8);
    model.say("d");
    await settled();
    clock.advance(11);
    await settled();
    assert.deepEqual(given, [head, "abc"]);
    clock.advance(1);
    await settled();
    assert.deepEqual(given, [head, "abc", "d"]);
    assert.equal(outcome, undefined);
  });

  it("goes out at once where nothing came for so long", async () => {
    model.say(head);
    await settled();
    for (const text of ["a", "b"]) {
      clock.advance(20);
      model.say(text);
      await settled();
    }
    assert.deepEqual(given, [head, "a", "b"]);
    assert.equal(clock.timerCount, 0);
  });

  it("does not gather more than 1,024 characters and what takes it there", async () => {
    const page = "p".repeat(1_000);
    model.say(head, ...Array.from({ length: 12 }, () => page));
    await settled();
    assert.deepEqual(given, [head, ...Array.from({ length: 6 }, () => page + page)]);
  });

  it("leaves a piece of 1,024 characters by itself", async () => {
    const page = "p".repeat(1_024);
    model.say(head, page, "a", page, page);
    await settled();
    assert.deepEqual(given, [head, page, "a", page, page]);
  });

  it("is whole when it ends, without waiting, and leaves no timer", async () => {
    model.say(head, "a", "b");
    model.end();
    await settled();
    assert.deepEqual([given, outcome], [[head, "ab"], "end"]);
    assert.equal(clock.timerCount, 0);
  });

  it("gives what came before a failure, then the failure", async () => {
    model.say(head, "a", "b");
    model.fail("the model fell over");
    await settled();
    assert.deepEqual([given, outcome], [[head, "ab"], "the model fell over"]);
    assert.equal(clock.timerCount, 0);
  });
});
