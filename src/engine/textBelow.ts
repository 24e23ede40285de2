import { type Corpus, liveVisitLimit, nearness, type Place } from "./corpus.ts";
import { charsPerToken, contextLengths, TokenLog } from "./tokenLog.ts";

/** What stands further below helps little and would make the first query in a large file slow. */
const mostIndexedChars = 64 * 1024;
const reach = Math.max(...contextLengths);

/**
 * The lines below the cursor's. Linked from the end, so that the nearest line is found first. When the
 * cursor moves, lines leave or come back at the top and nothing is read again.
 */
export class TextBelow implements Corpus {
  readonly visitLimit = liveVisitLimit;
  #log = new TokenLog(0);
  /** All lines as they were read, of which the first `#indexedChars` are indexed. */
  #lines = "";
  #indexedChars = 0;
  #place: Place = { text: "", floor: 0, nearness: nearness.below };

  get log(): TokenLog {
    return this.#log;
  }

  placeOf(index: number): Place | undefined {
    return index > this.#place.floor ? this.#place : undefined;
  }

  update(lines: string): void {
    const leftChars = this.#lines.length - lines.length;
    const isRunningOut =
      this.#indexedChars < this.#lines.length && leftChars > mostIndexedChars / 2;
    const isWithinLine = leftChars > 0 && this.#lines[leftChars - 1] !== "\n";
    if (leftChars < 0 || isWithinLine || isRunningOut || this.#lines.slice(leftChars) !== lines)
      this.#restart(lines);
    else this.#moveFloor(leftChars === 0 ? 0 : this.#log.indexAtOffset(leftChars) - 1);
  }

  #restart(lines: string): void {
    const text = lines.slice(0, mostIndexedChars);
    this.#lines = lines;
    this.#indexedChars = text.length;
    this.#log = new TokenLog(text.length / charsPerToken);
    this.#log.open();
    this.#log.read(text, 0);
    for (let index = this.#log.count - 1; index > 0; index -= 1) this.#log.link(index, 0);
    // The last line copied from may reach beyond what is indexed.
    this.#place = { text: lines, floor: 0, nearness: nearness.below };
  }

  /** Contexts end at the floor, so those of the first lines below it are linked anew. */
  #moveFloor(floor: number): void {
    const from = this.#place.floor;
    if (floor === from) return;
    const end = Math.min(this.#log.count, Math.max(floor, from) + reach + 1);
    for (let index = from + 1; index < end; index += 1) this.#log.unlink(index, from);
    for (let index = end - 1; index > floor; index -= 1) this.#log.link(index, floor);
    this.#place = { ...this.#place, floor };
  }
}
