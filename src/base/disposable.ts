/** Something that owns a timer, socket, listener or process. `dispose` is idempotent and never throws. */
export interface Disposable {
  dispose(): void;
}

/** Owns other disposables and disposes them in reverse order. What is added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items) this.#items.push(item);
    else item.dispose();
    return item;
  }

  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) item.dispose();
  }
}
