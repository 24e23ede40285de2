import { type Corpus, liveVisitLimit, nearness, type Place } from "./corpus.ts";
import { logFor, type TokenLog } from "./tokenLog.ts";

const probeChars = 128;
const spareTokens = 1024;

/** The text before the cursor. Its last tokens are the context of a query, the rest can be copied. */
export class TextAbove implements Corpus {
  readonly visitLimit = liveVisitLimit;
  #log = logFor("", spareTokens);
  #text = "";
  /** What a window that slid along the document has left behind, at the start of the text. */
  #droppedChars = 0;
  #place: Place = { text: "", floor: 0, nearness: nearness.above };

  get log(): TokenLog {
    return this.#log;
  }

  /** The text of the last update, after what the window has left behind. */
  get place(): Place {
    return this.#place;
  }

  placeOf(index: number): Place | undefined {
    return index > this.#place.floor ? this.#place : undefined;
  }

  /** The tokens before one of them. */
  upTo(end: number): Corpus {
    const { log, visitLimit } = this;
    return { log, visitLimit, placeOf: (index) => (index < end ? this.placeOf(index) : undefined) };
  }

  update(before: string): void {
    const text = this.#slide(before);
    const sharedChars = sharedPrefixChars(this.#text, text);
    if (sharedChars < text.length / 2 || this.#log.isCrowded) this.#restart(before);
    else this.#follow(text, sharedChars);
    const floor = this.#droppedChars === 0 ? 0 : this.#log.indexAtOffset(this.#droppedChars);
    this.#place = { text: this.#text, floor, nearness: nearness.above };
  }

  /** Puts the window behind what it has left, so that the tokens it still shows can be kept. */
  #slide(before: string): string {
    const probe = before.slice(0, probeChars);
    if (!this.#text.startsWith(probe, this.#droppedChars)) {
      const at = probe.length < probeChars ? 0 : this.#text.indexOf(probe, this.#droppedChars);
      this.#droppedChars = at > 0 && at < before.length / 2 ? at : 0;
    }
    return this.#text.slice(0, this.#droppedChars) + before;
  }

  #restart(before: string): void {
    this.#text = before;
    this.#droppedChars = 0;
    this.#log = logFor(before, spareTokens);
    this.#linkFrom(1);
  }

  #follow(text: string, sharedChars: number): void {
    const log = this.#log;
    // The last shared token may grow with what follows it, so it is read again; the first one stays.
    const kept = Math.max(1, log.indexAtOffset(sharedChars) - 1);
    const from = kept < log.count ? Math.min(sharedChars, log.offsetAt(kept)) : 0;
    for (let index = log.count - 1; index >= kept; index -= 1) log.unlink(index, 0);
    log.truncate(kept);
    this.#text = text;
    this.#readFrom(from);
  }

  #readFrom(offset: number): void {
    const first = this.#log.count;
    this.#log.read(this.#text, offset);
    this.#linkFrom(first);
  }

  #linkFrom(first: number): void {
    for (let index = first; index < this.#log.count; index += 1) this.#log.link(index, 0);
  }
}

/** Compares whole slices, which costs far less than comparing characters or `startsWith`. */
function sharedPrefixChars(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  if (a.slice(0, high) === b.slice(0, high)) return high;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle;
  }
  return low;
}
