/**
 * Which slot of a server each document has: each slot keeps what it has read of its last prompt, so a document goes on in
 * the one it had. Where there are more documents than slots, the one that was used least lately gives its slot up.
 */
export class Slots {
  /** How many the server has; 0 while that is not known, when it chooses one itself. */
  count = 0;
  /** In the order of use. */
  readonly #documents = new Map<string, number>();

  /** The slot of a document, used from now on; undefined where the server is to choose. */
  slotOf(document: string): number | undefined {
    if (this.count === 0) return undefined;
    const slot = this.#kept(document) ?? this.#free();
    this.#documents.delete(document);
    this.#documents.set(document, slot);
    return slot;
  }

  #kept(document: string): number | undefined {
    const slot = this.#documents.get(document);
    return slot !== undefined && slot < this.count ? slot : undefined;
  }

  #free(): number {
    const taken = new Set(this.#documents.values());
    for (let slot = 0; slot < this.count; slot++) if (!taken.has(slot)) return slot;
    for (const [document, slot] of this.#documents) {
      this.#documents.delete(document);
      if (slot < this.count) return slot;
    }
    return 0;
  }
}
