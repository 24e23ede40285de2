import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DocumentText } from "../../../src/wire/documentText.ts";
import type { Edit } from "../../../src/wire/edit.ts";
import { Gaps } from "../../../src/wire/gaps.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const seed = Number(process.env["SLIPSTREAM_TEST_SEED"] ?? freshSeed());
/** Stands for a unit that is not known. */
const hole = "\uffff";
const texts = [
  "",
  "a",
  "\n",
  "😀",
  "\ud83d",
  "word ",
  "x".repeat(1_023),
  "y".repeat(2_048),
  "z".repeat(9_000),
];

type Draw = (end: number) => number;

/** A text three times: as the product holds it at the gateway, as the client knows it, and plainly, with holes. */
class Three {
  plain: string;
  readonly text: DocumentText;
  readonly gaps: Gaps;
  readonly #draw: Draw;

  constructor(draw: Draw, plain: string) {
    this.#draw = draw;
    this.plain = plain;
    const isKnown = !plain.includes(hole);
    this.text = isKnown ? DocumentText.of(plain) : DocumentText.unknown(plain.length);
    this.gaps = new Gaps(isKnown ? 0 : plain.length);
  }

  edit(): void {
    const { length } = this.plain;
    const offset = this.#draw(4) === 0 ? this.#draw(length + 1) : Math.min(length, this.#draw(300));
    const most = [1, 3, 50, 5_000][this.#draw(4)] ?? 1;
    const shrinks = length > 60_000 || this.#draw(2) === 0;
    const deletedChars = shrinks ? this.#draw(Math.min(most, length - offset) + 1) : 0;
    const text = length > 60_000 ? "" : (texts[this.#draw(texts.length)] ?? "");
    this.apply({ offset, deletedChars, text });
  }

  apply(edit: Edit): void {
    const { offset, deletedChars, text } = edit;
    assert.ok(this.text.apply(edit));
    this.gaps.apply(edit);
    this.plain = this.plain.slice(0, offset) + text + this.plain.slice(offset + deletedChars);
  }

  fill(): void {
    const start = this.plain.indexOf(hole, this.#draw(this.plain.length + 1));
    if (start < 0) return;
    const holes = /^\uffff+/.exec(this.plain.slice(start))?.[0].length ?? 0;
    const filled = 1 + this.#draw(Math.min(holes, 4_000));
    this.#fill(start, "f".repeat(filled));
  }

  compareRange(): void {
    const { length } = this.plain;
    const from = this.#draw(length + 1);
    const to = Math.min(length, from + this.#draw([2, 300, 8_000][this.#draw(3)] ?? 1));
    const truth = this.plain.slice(from, to);
    assert.equal(this.text.length, length);
    assert.equal(this.text.slice(from, to), truth.includes(hole) ? undefined : truth);
    assert.equal(this.text.isWhole, this.gaps.isNone);
    if (from === to) return;
    const at = truth.indexOf(hole);
    const gap = this.gaps.within(from, to);
    assert.equal(gap?.start, at < 0 ? undefined : from + at);
    if (gap) assert.match(this.plain.slice(gap.start, gap.end), /^\uffff+$/);
    this.#compareAround(from + this.#draw(to - from + 1), from, to);
  }

  compareWhole(): void {
    const isWhole = !this.plain.includes(hole);
    assert.equal(this.text.isWhole, isWhole);
    assert.equal(this.gaps.isNone, isWhole);
    assert.equal(this.text.whole(), isWhole ? this.plain : undefined);
    const holes = holesOf(this.plain);
    const known =
      this.plain.length - holes.reduce((sum, bound, i) => sum + (i % 2 ? bound : -bound), 0);
    assert.equal(this.text.knownChars, known);
    for (const bound of holes.slice(0, 40)) this.#compareAround(bound, 0, this.plain.length);
    assert.deepEqual(
      holesBy((from) => this.gaps.within(from, this.plain.length)),
      holes,
    );
  }

  #compareAround(offset: number, from: number, to: number): void {
    const before = this.plain.slice(from, offset);
    const after = this.plain.slice(offset, to);
    if (this.plain.slice(offset - 1, offset + 1) === hole + hole) return; // nothing is known there
    const start = from + before.lastIndexOf(hole) + 1;
    const at = after.indexOf(hole);
    const end = at < 0 ? to : offset + at;
    assert.deepEqual(this.text.knownAround(offset, from, to), { start, end });
    assert.equal(this.text.slice(start, end), this.plain.slice(start, end));
  }

  #fill(start: number, text: string): void {
    assert.ok(this.text.fill(start, text));
    this.gaps.fill({ start, end: start + text.length });
    this.plain = this.plain.slice(0, start) + text + this.plain.slice(start + text.length);
    assert.ok(!this.text.fill(start, text), "a fill of what is known");
  }
}

interface Found {
  readonly start: number;
  readonly end: number;
}

/** The unknown ranges as start and end, neighbours as one. */
function holesBy(next: (from: number) => Found | undefined): readonly number[] {
  const bounds: number[] = [];
  for (let found = next(0); found; found = next(found.end)) {
    if (bounds.at(-1) === found.start) bounds.pop();
    else bounds.push(found.start);
    bounds.push(found.end);
  }
  return bounds;
}

const holesOf = (plain: string): readonly number[] =>
  [...plain.matchAll(/\uffff+/g)].flatMap(({ index, 0: all }) => [index, index + all.length]);

describe("the text of a document", () => {
  it(`is what a plain string is, after 40,000 edits, fills and readings (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const draw: Draw = (end) => Math.floor(random() * end);
    const starts = ["", "short", "l".repeat(30_000), hole, hole.repeat(50_000), hole.repeat(4_096)];
    for (const start of [...starts, ...starts]) {
      const three = new Three(draw, start);
      for (let step = 0; step < 3_400; step++) {
        if (draw(10) < 6) three.edit();
        else if (draw(3) === 0) three.fill();
        else three.compareRange();
        if (step % 200 === 0) three.compareWhole();
      }
      three.compareWhole();
    }
  });

  it("refuses what lies outside of it and stays as it was", () => {
    const text = DocumentText.of("abc");
    for (const [offset, deletedChars] of [
      [4, 0],
      [3, 1],
      [0, 4],
      [-1, 1],
      [1, -1],
      [1e9, 0],
      [0, 1e9],
    ] as const)
      assert.ok(!text.apply({ offset, deletedChars, text: "x" }), `${offset} ${deletedChars}`);
    assert.equal(text.whole(), "abc");
    for (const [from, to] of [
      [-1, 1],
      [0, 4],
      [2, 1],
      [4, 4],
    ] as const)
      assert.equal(text.slice(from, to), undefined, `${from} ${to}`);
    assert.equal(text.slice(3, 3), "");
  });

  it("is filled only where it is unknown and inside", () => {
    const text = DocumentText.unknown(10);
    assert.ok(!text.fill(0, ""));
    assert.ok(!text.fill(8, "abc"));
    assert.ok(!text.fill(11, "a"));
    assert.ok(text.fill(4, "ab"));
    assert.ok(!text.fill(3, "xy"));
    assert.ok(!text.fill(5, "x"));
    assert.ok(text.fill(0, "0123") && text.fill(6, "6789"));
    assert.equal(text.whole(), "0123ab6789");
  });

  it("takes no more fills or edits once it is in too many pieces, and stays as it was", () => {
    const text = DocumentText.unknown(100_000);
    for (let offset = 0; offset < 100_000; offset += 100) assert.ok(text.fill(offset, "f"));
    let offset = 50;
    while (offset < 20_000 && text.fill(offset, "f")) offset += 4;
    assert.ok(offset > 1_000 && offset < 10_000, `too many at ${offset}`);
    const { knownChars } = text;
    assert.ok(!text.fill(offset, "f"));
    assert.ok(!text.apply({ offset: 50_050, deletedChars: 0, text: "f" }));
    assert.deepEqual([text.length, text.knownChars], [100_000, knownChars]);
    assert.equal(text.slice(offset, offset + 1), undefined);
    assert.equal(text.slice(offset - 4, offset - 3), "f");
  });

  it("is never in too many pieces where it is whole, however it is edited", () => {
    const random = seededRandom(7);
    const draw: Draw = (end) => Math.floor(random() * end);
    for (const chars of [1, 60, 1_500]) {
      const whole = DocumentText.of("w".repeat(1_000_000));
      for (let each = 0; each < 20_000; each++) {
        const offset = draw(whole.length - chars);
        assert.ok(whole.apply({ offset, deletedChars: chars, text: "x".repeat(draw(2 * chars)) }));
      }
    }
  });

  it("takes a thousand keys in a document of four million units", () => {
    const plain = "0123456789abcde\n".repeat(262_144);
    const text = DocumentText.of(plain);
    let typed = "";
    for (let key = 0; key < 1_000; key++, typed += "k")
      assert.ok(text.apply({ offset: 2_000_000 + key, deletedChars: 0, text: "k" }));
    assert.equal(text.whole(), plain.slice(0, 2_000_000) + typed + plain.slice(2_000_000));
  });
});
