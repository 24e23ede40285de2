import type { AssembledAsk } from "../context/assemble.ts";

const maxWaiting = 16;

/**
 * What the same requests would have cost as JSON over HTTPS: the size of their bodies, with the text round the cursor that
 * is looked at here (up to 4,000 characters to either side). Counted when somebody wants to know, not at the key.
 */
export class JsonBytes {
  #bytes = 0;
  #waiting: AssembledAsk[] = [];

  add(ask: AssembledAsk): void {
    if (this.#waiting.length >= maxWaiting) this.#count();
    this.#waiting.push(ask);
  }

  get bytes(): number {
    this.#count();
    return this.#bytes;
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }

  #count(): void {
    for (const ask of this.#waiting) this.#bytes += jsonBodyBytes(ask);
    this.#waiting = [];
  }
}

/** The size of a request's body as JSON, in bytes. */
function jsonBodyBytes({ before, after, snippets, ahead }: AssembledAsk): number {
  const prompt = before + (ahead?.text ?? "");
  const suffix = after.slice(ahead?.deletedAfterChars ?? 0);
  return Buffer.byteLength(JSON.stringify({ prompt, suffix, snippets, stream: true }));
}
