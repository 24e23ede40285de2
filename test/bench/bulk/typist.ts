/** A client that types in one document and asks after each key. */
import { systemClock } from "../../../src/base/clock.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { type LinkProfile, remoteProfile } from "../../../src/link/linkProfile.ts";
import { dialWebSocket } from "../../../src/link/wsSocket.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { Piece } from "../../../src/wire/messages.ts";

const never = new AbortController().signal;
const typed = "typed";

/** `count` units of code-like lines, no two alike. */
export function sourceText(count: number, random: () => number): string {
  const word = () => Math.floor(random() * 0x7fff_ffff).toString(36);
  let text = "";
  while (text.length < count) {
    text += `  const ${word()} = read(${word()}, { ${word()}: "${word()}" });\n`;
  }
  return text.slice(0, count);
}

/** One window at a hosted gateway. Whoever makes it disposes it. */
export class Typist {
  readonly #link: ClientLink;
  readonly #documents: LocalDocuments;
  readonly #versions = new Map<string, number>();

  private constructor(link: ClientLink, documents: LocalDocuments) {
    this.#link = link;
    this.#documents = documents;
  }

  /** Links to the gateway at this port, as a client does whose gateway is on another machine. */
  static async at(port: number, token: string, more: Partial<LinkProfile> = {}): Promise<Typist> {
    const socket = await dialWebSocket(`ws://127.0.0.1:${port}/v1/link`, token, never);
    const documents = new LocalDocuments();
    const onEnded = (failure: Error) => {
      throw failure;
    };
    const profile = { ...remoteProfile(undefined), ...more };
    const client = "bench";
    const link = new ClientLink({
      socket,
      clock: systemClock,
      client,
      documents,
      profile,
      onEnded,
    });
    await link.welcome;
    return new Typist(link, documents);
  }

  open(text: string, key = typed): void {
    const name = { key, path: `src/${key}.ts`, languageId: "typescript", isConfined: false };
    this.#documents.open(name, 1, text);
    this.#versions.set(key, 1);
  }

  close(key: string): void {
    this.#documents.close(key);
  }

  /** The answer to an ask in the middle of a document. */
  ask(key = typed): AsyncGenerator<Piece> {
    const documentVersion = this.#versions.get(key) ?? 0;
    const offset = Math.floor((this.#documents.get(key)?.text.length ?? 0) / 2);
    const place = { documentKey: key, documentVersion, offset, isConfined: false };
    return this.#link.complete({ ...place, snippets: [], keepsOlder: false }, never);
  }

  /** Types one key and gives the time to the first text of its answer, in milliseconds. */
  async key(): Promise<number> {
    const version = (this.#versions.get(typed) ?? 0) + 1;
    const offset = Math.floor((this.#documents.get(typed)?.text.length ?? 0) / 2);
    const startedAt = performance.now();
    this.#documents.edit(typed, version, [{ offset, deletedChars: 0, text: "k" }]);
    this.#versions.set(typed, version);
    let firstMs: number | undefined;
    for await (const piece of this.ask()) {
      if (piece.kind === "text") firstMs ??= performance.now() - startedAt;
    }
    return firstMs ?? Number.NaN;
  }

  dispose(): void {
    this.#link.dispose();
    this.#documents.dispose();
  }
}
