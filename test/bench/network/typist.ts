import { systemClock } from "../../../src/base/clock.ts";
import { Completer } from "../../../src/completion/completer.ts";
import { type AskResult } from "../../../src/completion/suggestion.ts";
import { type CompletionSource } from "../../../src/completion/source.ts";
import { type LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { type Snapshot } from "../../../src/context/snapshot.ts";
import { seededRandom } from "../../helpers/randomness.ts";

/** As much text as a model is usually given, of no use to anybody who compresses it. */
const backgroundLines = 120;

/** Somebody who types in one document, each key an ask of the core: the next takes the place of the last. */
export class Typist {
  readonly #completer: Completer;
  readonly #documentKey: string;
  readonly #random: () => number;
  readonly #documents: LocalDocuments;
  #before: string;
  #version = 1;

  constructor(completer: Completer, documents: LocalDocuments, seed: number) {
    this.#documents = documents;
    this.#completer = completer;
    this.#documentKey = `bench:${seed}`;
    this.#random = seededRandom(seed);
    const lines = Array.from({ length: backgroundLines }, () => `const ${this.#word()} = 1;\n`);
    this.#before = lines.join("");
    const path = `bench/${this.#documentKey.replace(":", "-")}.ts`;
    const name = { key: this.#documentKey, path, languageId: "typescript", isConfined: false };
    documents.open(name, this.#version, `${this.#before}\n`);
  }

  /** Of the document as it is now. */
  get version(): number {
    return this.#version;
  }

  /** One more character at the cursor; resolves with what the core makes of it. */
  key(): Promise<AskResult> {
    this.#type(this.#letter());
    return this.#ask();
  }

  /** As `key`, at the beginning of a line that nothing is known about. */
  lineAndKey(): Promise<AskResult> {
    this.#type(`;\nconst ${this.#word()} = `);
    return this.key();
  }

  #type(text: string): void {
    const edit = { offset: this.#before.length, deletedChars: 0, text };
    this.#documents.edit(this.#documentKey, ++this.#version, [edit]);
    this.#before += text;
  }

  #ask(): Promise<AskResult> {
    const snapshot: Snapshot = {
      documentKey: this.#documentKey,
      path: `bench/${this.#documentKey.replace(":", "-")}.ts`,
      languageId: "typescript",
      version: this.#version,
      offset: this.#before.length,
      before: this.#before,
      after: "\n",
      isConfined: false,
    };
    return this.#completer.ask(snapshot, systemClock.now()).result;
  }

  #word(): string {
    return Array.from({ length: 20 }, () => this.#letter()).join("");
  }

  #letter(): string {
    return String.fromCharCode(97 + Math.floor(this.#random() * 26));
  }
}

/** A core of its own over a source. */
export const coreOver = (source: CompletionSource): Completer =>
  new Completer({ source, clock: systemClock, draftPatienceMs: () => 0 });
