const smallBytes = 64 * 1024;

/**
 * The part of a growing text that may have to be sent again. Places are counted in UTF-8 bytes from the text's
 * begin; what was released is gone.
 */
export class KeptText {
  #bytes = Buffer.alloc(0);
  /** The place of the first byte that is kept. */
  #from = 0;
  #sizeBytes = 0;
  /** A first half of a surrogate pair whose second half has not come yet. */
  #half = "";

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#from + this.#sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(text: string): void {
    const whole = this.#half + text;
    this.#half = endsInHalf(whole) ? whole.slice(-1) : "";
    this.#put(this.#half === "" ? whole : whole.slice(0, -1));
  }

  /** No more follows: half a character that waits is not completed any more. */
  finish(): void {
    this.#put(this.#half);
    this.#half = "";
  }

  /** At most `maxBytes` from a place that is kept on, whole characters only; empty where not even one fits. */
  read(place: number, maxBytes: number): { readonly text: string; readonly sizeBytes: number } {
    const start = place - this.#from;
    let end = Math.min(start + maxBytes, this.#sizeBytes);
    while (end > start && !this.#isBorder(end)) end--;
    return { text: this.#bytes.toString("utf8", start, end), sizeBytes: end - start };
  }

  /** Whether the text can be read from there on. */
  has(place: number): boolean {
    return place >= this.#from && place <= this.to && this.#isBorder(place - this.#from);
  }

  /** Forgets what is before a place. */
  release(place: number): void {
    const sizeBytes = Math.min(place - this.#from, this.#sizeBytes);
    if (sizeBytes <= 0) return;
    this.#bytes.copyWithin(0, sizeBytes, this.#sizeBytes);
    this.#from += sizeBytes;
    this.#sizeBytes -= sizeBytes;
    if (this.#sizeBytes === 0 && this.#bytes.length > smallBytes) this.#bytes = Buffer.alloc(0);
  }

  #put(text: string): void {
    const sizeBytes = Buffer.byteLength(text);
    const needed = this.#sizeBytes + sizeBytes;
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, 2 * this.#sizeBytes));
      this.#bytes.copy(grown, 0, 0, this.#sizeBytes);
      this.#bytes = grown;
    }
    this.#bytes.write(text, this.#sizeBytes, "utf8");
    this.#sizeBytes = needed;
  }

  #isBorder(at: number): boolean {
    return at === this.#sizeBytes || ((this.#bytes[at] ?? 0) & 0xc0) !== 0x80;
  }
}

const endsInHalf = (text: string): boolean =>
  (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
