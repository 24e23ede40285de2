/** Lets tests wait for a condition without asking again and again: it is looked at after each change. */
export class Changes {
  #next = Promise.withResolvers<undefined>();

  /** Tells everyone who waits that something is different now. */
  notify(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve(undefined);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#next.promise;
  }
}
