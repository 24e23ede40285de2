import { type Corpus, liveVisitLimit, nearness, type Place } from "./corpus.ts";
import { contextTokens } from "./contexts.ts";
import { newlineHash } from "./lexer.ts";
import { logFor, type TokenLog } from "./tokenLog.ts";

/** What stands further below helps little and would make the first query in a large file slow. */
const mostIndexedChars = 64 * 1024;

/**
 * The lines below the cursor's. Linked from the end, so that the nearest line is found first. When the
 * cursor moves, lines leave or come back at the top and nothing is read again.
 */
export class TextBelow implements Corpus {
  readonly visitLimit = liveVisitLimit;
  #log = logFor("", 0);
  /** All lines as they were read, of which the first `#indexedChars` are indexed. */
  #lines = "";
  #indexedChars = 0;
  /** What stands in the log at the floor when it is elsewhere. */
  #floorHash = newlineHash;
  #place: Place = { text: "", floor: 0, nearness: nearness.below };

  get log(): TokenLog {
    return this.#log;
  }

  /** The hash of the first token; 0 for none. */
  get firstHash(): number {
    const index = this.#place.floor + 1;
    return index < this.#log.count ? this.#log.hashAt(index) : 0;
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
    this.#log = logFor(text, 0);
    this.#floorHash = newlineHash;
    for (let index = this.#log.count - 1; index > 0; index -= 1) this.#log.link(index, 0);
    // The last line copied from may reach beyond what is indexed.
    this.#place = { text: lines, floor: 0, nearness: nearness.below };
  }

  /**
   * Contexts end at the floor, so those of the first lines below it are linked anew. The floor itself is a line's end that
   * tells nothing: the line it ends is not one of these.
   */
  #moveFloor(floor: number): void {
    const log = this.#log;
    const from = this.#place.floor;
    if (floor === from) return;
    const end = Math.min(log.count, Math.max(floor, from) + contextTokens + 1);
    for (let index = from + 1; index < end; index += 1) log.unlink(index, from);
    log.retag(from, this.#floorHash);
    this.#floorHash = log.hashAt(floor);
    log.retag(floor, newlineHash);
    for (let index = end - 1; index > floor; index -= 1) log.link(index, floor);
    this.#place = { ...this.#place, floor };
  }
}
