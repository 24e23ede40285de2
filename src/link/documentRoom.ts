import type { Disposable } from "../base/disposable.ts";

/**
 * How much text of documents all links of a gateway hold, in UTF-16 units. When it is full, a link that holds more than its equal
 * share takes nothing more; the others do, so it is at most twice full.
 */
export class DocumentRoom {
  readonly #maxChars: number;
  #chars = 0;
  #links = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** The part of one more link, which its owner disposes with it. */
  enter(): DocumentPart {
    this.#links++;
    let held = 0;
    let isOver = false;
    return {
      hold: (chars) => {
        const moreChars = chars - held;
        held = chars;
        this.#chars += moreChars;
        const isFull = this.#chars > this.#maxChars;
        return moreChars <= 0 || !isFull || chars <= this.#maxChars / this.#links;
      },
      dispose: () => {
        if (isOver) return;
        isOver = true;
        this.#links--;
        this.#chars -= held;
      },
    };
  }
}

/** What one link holds. */
export interface DocumentPart extends Disposable {
  /** It holds so much now; false where that is more than it may. */
  hold(chars: number): boolean;
}
