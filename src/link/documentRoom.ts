import type { Disposable } from "../base/disposable.ts";

/**
 * How much text of documents all links of a gateway hold, in UTF-16 units. When it is full, all forget what they can do without.
 * Where that is not enough, a link that holds more than its equal share takes nothing more; the others do, so it is at most twice full.
 */
export class DocumentRoom {
  readonly #maxChars: number;
  readonly #holders = new Set<Holder>();
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /**
   * The part of one more link, which its owner disposes with it. `forget`: it keeps only what it cannot do without, and says how
   * much that is.
   */
  enter(forget: () => number): DocumentPart {
    const holder: Holder = { chars: 0, forget };
    this.#holders.add(holder);
    return {
      hold: (chars) => {
        const isMore = chars > holder.chars;
        this.#count(holder, chars);
        if (!isMore || this.#mayHold(holder)) return true;
        for (const each of this.#holders) this.#count(each, each.forget());
        return this.#mayHold(holder);
      },
      dispose: () => {
        this.#count(holder, 0);
        this.#holders.delete(holder);
      },
    };
  }

  #mayHold({ chars }: Holder): boolean {
    return this.#chars <= this.#maxChars || chars <= this.#maxChars / this.#holders.size;
  }

  #count(holder: Holder, chars: number): void {
    if (!this.#holders.has(holder)) return; // its link has ended
    this.#chars += chars - holder.chars;
    holder.chars = chars;
  }
}

interface Holder {
  chars: number;
  readonly forget: () => number;
}

/** What one link holds. */
export interface DocumentPart extends Disposable {
  /** It holds so much now; false where that is more than it may. */
  hold(chars: number): boolean;
}
