/// <reference lib="dom" />

/** Far enough that what is scrolled to is drawn when it gets into view. */
const margin = "200px 0px";

/** Draws a part of the page while it can be seen, and what was due meanwhile once it can: off screen it would cost as much. */
export class Seen {
  #isSeen = true; // until it is known
  #due: (() => void) | undefined;

  /** The page ends it. */
  constructor(part: Element) {
    const observer = new IntersectionObserver(
      (entries) => {
        this.#isSeen = entries.at(-1)?.isIntersecting === true;
        if (this.#isSeen) this.catchUp();
      },
      // Without a root the margin does not hold in a frame, which a webview is.
      { root: document, rootMargin: margin },
    );
    observer.observe(part);
  }

  /** Calls it now or later; of several for later the newest alone. */
  draw(action: () => void): void {
    this.#due = action;
    if (this.#isSeen) this.catchUp();
  }

  /** Draws what is due, whether or not it can be seen. */
  catchUp(): void {
    const due = this.#due;
    this.#due = undefined;
    due?.();
  }
}
