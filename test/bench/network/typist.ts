import type { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { seededRandom } from "../../helpers/randomness.ts";
import type { Answer, LatestAsk } from "./latestAsk.ts";

/** As much text as a model is usually given, of no use to anybody who compresses it. */
const backgroundLines = 120;

/** Somebody who types in one document, each key an ask: the next takes the place of the last. */
export class Typist {
  readonly #asker: LatestAsk;
  readonly #documentKey: string;
  readonly #random: () => number;
  readonly #documents: LocalDocuments;
  #before: string;
  #version = 1;

  constructor(asker: LatestAsk, documents: LocalDocuments, seed: number) {
    this.#documents = documents;
    this.#asker = asker;
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

  /** One more character at the cursor; resolves with its answer. */
  key(): Promise<Answer> {
    this.#type(this.#letter());
    return this.#ask();
  }

  /** As `key`, at the beginning of a line that nothing is known about. */
  lineAndKey(): Promise<Answer> {
    this.#type(`;\nconst ${this.#word()} = `);
    return this.key();
  }

  #type(text: string): void {
    const edit = { offset: this.#before.length, deletedChars: 0, text };
    this.#documents.edit(this.#documentKey, ++this.#version, [edit]);
    this.#before += text;
  }

  #ask(): Promise<Answer> {
    return this.#asker.ask({
      documentKey: this.#documentKey,
      documentVersion: this.#version,
      offset: this.#before.length,
      isConfined: false,
      snippets: [],
      keepsOlder: false,
    });
  }

  #word(): string {
    return Array.from({ length: 20 }, () => this.#letter()).join("");
  }

  #letter(): string {
    return String.fromCharCode(97 + Math.floor(this.#random() * 26));
  }
}
