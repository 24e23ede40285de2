import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { snippetLimits, SnippetPlaces, SnippetSender } from "../../../src/wire/snippetPlaces.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const isFailure =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

/** Both ends of the snippets, and what is said between them. */
class Snippets {
  readonly sender = new SnippetSender();
  readonly places = new SnippetPlaces();
  said: string[] = [];
  /** What is lost on the way. */
  loses: (what: string) => boolean = () => false;

  use(...texts: readonly string[]): readonly string[] {
    this.said = [];
    const put = (place: number, text: string): void => {
      this.said.push(`put ${place} ${text}`);
      // As UTF-8 it travels, without lone surrogates.
      if (!this.loses("put")) this.places.put(place, Buffer.from(text).toString());
    };
    const use = (places: readonly number[]): void => {
      this.said.push(`use ${places.join(" ")}`);
      if (!this.loses("use")) this.places.use(places);
    };
    const swap = this.sender.use(texts, put, use);
    if (swap) {
      this.said.push(`swap ${swap.index} ${swap.place}`);
      if (!this.loses("swap")) this.places.swap(swap);
    }
    return this.places.texts;
  }

  get agrees(): boolean {
    return this.sender.hash === this.places.hash;
  }
}

describe("snippets", () => {
  it("are sent once and then named", () => {
    const both = new Snippets();
    assert.ok(both.agrees);
    assert.deepEqual(both.use("a", "b"), ["a", "b"]);
    assert.deepEqual(both.said, ["put 0 a", "put 1 b", "use 0 1"]);
    assert.deepEqual(both.use("a", "b"), ["a", "b"]);
    assert.deepEqual(both.said, []);
    assert.deepEqual(both.use("b", "c"), ["b", "c"]);
    assert.deepEqual(both.said, ["put 2 c", "use 1 2"]);
    assert.deepEqual(both.use("c", "a"), ["c", "a"]);
    assert.deepEqual(both.said, ["use 2 0"]);
    assert.deepEqual(both.use(), []);
    assert.deepEqual(both.said, ["use "]);
    assert.ok(both.agrees);
  });

  it("may be the same text twice, or empty", () => {
    const both = new Snippets();
    assert.deepEqual(both.use("a", "", "a"), ["a", "", "a"]);
    assert.deepEqual(both.said, ["put 0 a", "put 1 ", "use 0 1 0"]);
    assert.ok(both.agrees);
  });

  it("have another check in another order", () => {
    const [one, other] = [new Snippets(), new Snippets()];
    one.use("a", "b");
    other.use("b", "a");
    assert.notEqual(one.sender.hash, other.sender.hash);
  });

  it("are the last eight of more, the most useful", () => {
    const both = new Snippets();
    const texts = Array.from({ length: 12 }, (_, index) => `snippet ${index}`);
    assert.deepEqual(both.use(...texts), texts.slice(4));
    assert.ok(both.agrees);
  });

  it("lose halves of surrogate pairs at both ends", () => {
    const both = new Snippets();
    assert.deepEqual(both.use("a\ud83d", "😀"), ["a\ufffd", "😀"]);
    assert.ok(both.agrees);
  });

  it("are left out where one takes too much room", () => {
    const both = new Snippets();
    const tooLong = "x".repeat(snippetLimits.totalChars / 16 + 1);
    assert.deepEqual(both.use("a", tooLong, "b"), ["a", "b"]);
    assert.ok(both.agrees);
  });

  it("give up the place that was used least recently", () => {
    const both = new Snippets();
    for (let each = 0; each < snippetLimits.places; each++) both.use(`${each}`);
    both.use("0");
    both.use("new", "1");
    assert.deepEqual(both.said, ["put 2 new", "use 2 1"]);
    both.use("2");
    assert.deepEqual(both.said, ["put 3 2", "use 3"]);
    both.use("3");
    assert.deepEqual(both.said, ["put 4 3", "swap 0 4"]);
    assert.deepEqual(both.use("0", "1", "new"), ["0", "1", "new"]);
    assert.deepEqual(both.said, ["use 0 1 2"]);
  });

  it("give up no more than makes room", () => {
    const both = new Snippets();
    const texts = Array.from({ length: 60 }, (_, index) => `${index}`.padEnd(30_000));
    for (const text of texts) both.use(text);
    for (const text of texts.slice(-17)) {
      both.use(text);
      assert.equal(both.said.length, 1, "it was put again");
    }
  });

  it("are put again once the far end may lack some", () => {
    const both = new Snippets();
    both.loses = (what) => what === "put";
    both.use("a", "b");
    assert.ok(!both.agrees);
    both.loses = () => false;
    both.sender.doubt();
    assert.deepEqual(both.use("a", "b"), ["a", "b"]);
    assert.deepEqual(both.said, ["put 0 a", "put 1 b", "use 0 1"]);
    assert.ok(both.agrees);
    both.use("b");
    assert.deepEqual(both.said, ["use 1"]);
  });

  it("are swapped where one of them is another, and said anew where more are", () => {
    const both = new Snippets();
    both.use("a", "b", "c");
    assert.deepEqual(both.use("a", "d", "c"), ["a", "d", "c"]);
    assert.deepEqual(both.said, ["put 3 d", "swap 1 3"]);
    assert.deepEqual(both.use("a", "d", "b"), ["a", "d", "b"]);
    assert.deepEqual(both.said, ["swap 2 1"]);
    assert.deepEqual(both.use("a", "a", "b"), ["a", "a", "b"]);
    assert.deepEqual(both.said, ["swap 1 0"]);
    assert.deepEqual(both.use("b", "a", "a"), ["b", "a", "a"]);
    assert.deepEqual(both.said, ["use 1 0 0"]);
    assert.deepEqual(both.use("b", "a"), ["b", "a"]);
    assert.deepEqual(both.said, ["use 1 0"]);
    assert.ok(both.agrees);
  });

  it("are all named after a doubt, where else a swap would do", () => {
    const both = new Snippets();
    both.use("a", "b");
    both.loses = (what) => what === "swap";
    both.use("a", "c");
    assert.ok(!both.agrees);
    both.loses = () => false;
    both.sender.doubt();
    assert.deepEqual(both.use("a", "d"), ["a", "d"]);
    assert.deepEqual(both.said, ["put 0 a", "put 3 d", "use 0 3"]);
    assert.ok(both.agrees);
    assert.deepEqual(both.use("a", "c"), ["a", "c"]);
    assert.deepEqual(both.said, ["put 2 c", "swap 1 2"]);
    assert.deepEqual(both.use("b", "c"), ["b", "c"]);
    assert.deepEqual(both.said, ["put 1 b", "swap 0 1"]);
    assert.ok(both.agrees);
  });

  it("agree at both ends and stay within the room, whatever is used", (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const draw = (end: number): number => Math.floor(random() * end);
    const both = new Snippets();
    const drawText = (): string => {
      const number = draw(400);
      return `${number} `.repeat(number % 7 === 0 ? 6_000 : number % 40);
    };
    let texts: readonly string[] = [];
    let swaps = 0;
    for (let round = 0; round < 4_000; round++) {
      if (draw(2) === 0) texts = Array.from({ length: draw(10) }, drawText);
      else if (texts.length > 0) texts = texts.with(draw(texts.length), drawText());
      if (draw(100) === 0) both.sender.doubt();
      const room = snippetLimits.totalChars / 16;
      const expected = texts.slice(-snippetLimits.inUse).filter(({ length }) => length <= room);
      assert.deepEqual(both.use(...texts), expected, `round ${round}`);
      assert.ok(both.agrees, `round ${round}`);
      if (both.said.some((said) => said.startsWith("swap"))) swaps++;
    }
    assert.ok(swaps > 500, `${swaps} swaps`);
  });
});

describe("the places of snippets at the gateway", () => {
  it("are empty until something is put there", () => {
    const places = new SnippetPlaces();
    places.use([7]);
    assert.deepEqual(places.texts, [""]);
    places.put(7, "later");
    assert.deepEqual(places.texts, ["later"]);
  });

  it("are at most eight in use", () => {
    const places = new SnippetPlaces();
    places.use([0, 1, 2, 3, 4, 5, 6, 7]);
    assert.throws(() => {
      places.use([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }, isFailure("protocol"));
  });

  it("are swapped only where one is in use, whatever the place", () => {
    const places = new SnippetPlaces();
    places.put(9, "nine");
    for (const index of [0, 1, 255]) {
      assert.throws(() => {
        places.swap({ index, place: 9 });
      }, isFailure("protocol"));
    }
    places.use([0, 9]);
    places.swap({ index: 0, place: 9 });
    places.swap({ index: 1, place: 255 });
    assert.deepEqual(places.texts, ["nine", ""]);
    assert.throws(() => {
      places.swap({ index: 2, place: 9 });
    }, isFailure("protocol"));
    assert.deepEqual(places.texts, ["nine", ""]);
  });

  it("hold so much and no more, counting what is replaced", () => {
    const places = new SnippetPlaces();
    places.put(0, "x".repeat(snippetLimits.totalChars));
    places.put(0, "y".repeat(snippetLimits.totalChars));
    places.put(0, "z".repeat(snippetLimits.totalChars - 1));
    places.put(1, "z");
    assert.throws(() => {
      places.put(2, "z");
    }, isFailure("protocol"));
  });
});
