import { Failure } from "../base/failure.ts";
import { joinHashes, snippetHash } from "./check.ts";
import type { SnippetSwap } from "./editFrame.ts";

/** Both ends' limits. PROTOCOL.md section 7. */
export const snippetLimits = { places: 256, totalChars: 512 * 1024, inUse: 8 } as const;

interface Snippet {
  readonly text: string;
  readonly hash: number;
}

const empty: Snippet = { text: "", hash: snippetHash("") };

/** The gateway's places for snippets, as `put` and `use` set them. */
export class SnippetPlaces {
  readonly #places = new Map<number, Snippet>();
  #totalChars = 0;
  #used: readonly number[] = [];
  #texts: readonly string[] = [];
  #hash = joinHashes([]);

  /** What all places hold. */
  get totalChars(): number {
    return this.#totalChars;
  }

  /** The texts that go with asks now. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Their part of the check. */
  get hash(): number {
    return this.#hash;
  }

  put(place: number, text: string): void {
    this.#totalChars += text.length - (this.#places.get(place)?.text.length ?? 0);
    if (this.#totalChars > snippetLimits.totalChars) {
      throw new Failure("protocol", "the snippets take too much room");
    }
    this.#places.set(place, { text, hash: snippetHash(text) });
    this.#refresh();
  }

  use(places: readonly number[]): void {
    if (places.length > snippetLimits.inUse) {
      throw new Failure("protocol", "too many snippets in use");
    }
    this.#used = places;
    this.#refresh();
  }

  /** Puts another place among those in use. */
  swap({ index, place }: SnippetSwap): void {
    if (index >= this.#used.length) throw new Failure("protocol", `no snippet ${index} is in use`);
    this.use(this.#used.with(index, place));
  }

  /** The swap that makes these the places in use, where it is no more than one. */
  swapTo(places: readonly number[]): SnippetSwap | undefined {
    if (places.length !== this.#used.length) return undefined;
    const isOther = (place: number, index: number) => place !== this.#used[index];
    const index = places.findIndex(isOther);
    const place = places[index];
    if (place === undefined || places.findLastIndex(isOther) !== index) return undefined;
    return { index, place };
  }

  #refresh(): void {
    const snippets = this.#used.map((place) => this.#places.get(place) ?? empty);
    this.#texts = snippets.map(({ text }) => text);
    this.#hash = joinHashes(snippets.map(({ hash }) => hash));
  }
}

/** The client's side: which text lies in which place at the far end, and what has to be said. */
export class SnippetSender {
  /** In order of use, the most recent last. */
  readonly #places = new Map<string, number>();
  readonly #far = new SnippetPlaces();
  /** Texts that are put again before they are used again. */
  #doubted = new Set<string>();
  #totalChars = 0;
  #used: readonly string[] | undefined = [];

  get hash(): number {
    return this.#far.hash;
  }

  /** The far end may lack some of it. */
  doubt(): void {
    if (this.#places.size === 0) return;
    this.#doubted = new Set(this.#places.keys());
    this.#used = undefined;
  }

  /**
   * Makes these the snippets in use, telling the far end by the two functions what it does not know; a swap that is
   * returned goes with the next edit frame instead. Of too many the last ones are kept, the most useful; texts that
   * find no room are left out.
   */
  use(
    texts: readonly string[],
    put: (place: number, text: string) => void,
    use: (places: readonly number[]) => void,
  ): SnippetSwap | undefined {
    if (this.#used && isSame(texts, this.#used)) return undefined;
    const isCertain = this.#used !== undefined;
    this.#used = texts;
    // UTF-8 carries no lone surrogates: both ends must have the text that arrives.
    const wanted = texts.slice(-snippetLimits.inUse).map((text) => text.toWellFormed());
    const fitting = wanted.filter(({ length }) => length <= snippetLimits.totalChars / 16);
    const places = fitting.map((text) => this.#placeOf(text, fitting, put));
    const swap = isCertain ? this.#far.swapTo(places) : undefined;
    if (!swap) use(places);
    this.#far.use(places);
    return swap;
  }

  #placeOf(
    text: string,
    wanted: readonly string[],
    put: (place: number, text: string) => void,
  ): number {
    const known = this.#places.get(text);
    const place = known ?? this.#free(text, wanted, put);
    if (known === undefined || this.#doubted.delete(text)) put(place, text);
    if (known === undefined) {
      this.#far.put(place, text);
      this.#totalChars += text.length;
    }
    this.#places.delete(text);
    this.#places.set(text, place);
    return place;
  }

  /** A place for a new text: one never used, else those used least recently are given up. */
  #free(
    text: string,
    wanted: readonly string[],
    put: (place: number, text: string) => void,
  ): number {
    const isFull = this.#places.size >= snippetLimits.places;
    let free = isFull ? undefined : this.#unusedPlace();
    for (const [old, place] of this.#places) {
      const hasRoom = this.#totalChars + text.length <= snippetLimits.totalChars;
      if (free !== undefined && hasRoom) break;
      if (wanted.includes(old)) continue;
      this.#places.delete(old);
      this.#totalChars -= old.length;
      if (free === undefined) {
        free = place;
        continue;
      }
      put(place, "");
      this.#far.put(place, "");
    }
    return free ?? 0;
  }

  #unusedPlace(): number {
    const taken = new Set(this.#places.values());
    let place = 0;
    while (taken.has(place)) place++;
    return place;
  }
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((text, index) => text === b[index]));
