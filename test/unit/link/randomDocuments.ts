import type { AheadText, CompletionAsk } from "../../../src/wire/messages.ts";
import type { Edit } from "../../../src/wire/edit.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";

/** What was asked about, as the client had it when it asked. */
export interface AskedText {
  readonly path: string;
  readonly isConfined: boolean;
  readonly snippets: readonly string[];
  readonly isAhead: boolean;
  /** As if what is ahead had been accepted. */
  readonly before: string;
  readonly after: string;
}

interface Typed {
  readonly path: string;
  readonly isConfined: boolean;
  text: string;
  cursor: number;
  version: number;
}

const words = [
  "const ",
  "a",
  "value",
  " = ",
  ";\n",
  "\n",
  "é",
  "😀",
  "\ud83d",
  "\ude00",
  "𝒳",
  "  ",
];
const files = ["one", "two", "three", "four", "five", "secret"];
const snippets = ["export const one = 1;\n", "type Two = 2;\n", "three();\n"];
const maxChars = 6_000;

/** An editor's documents, kept as plain strings beside what the link is told of them, and random use of them. */
export class RandomDocuments {
  readonly local = new LocalDocuments();
  readonly #random: () => number;
  readonly #typed = new Map<string, Typed>();
  #lastVersion = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Does one thing that a person may do to a text. */
  change(): void {
    const typed = this.#any();
    const act = this.#random();
    if (!typed || act < 0.01) this.#open();
    else if (act < 0.02) this.#close(typed);
    else if (act < 0.7) this.#edit(typed, [this.#key(typed)]);
    else if (act < 0.9) this.#edit(typed, [this.#elsewhere(typed)]);
    else {
      const edits: Edit[] = [];
      for (let left = this.#below(5); left >= 0; left--) {
        const edit = this.#elsewhere(typed);
        apply(typed, edit);
        edits.push(edit);
      }
      this.#tell(typed, edits);
    }
  }

  /** An ask at a cursor, and the text it is about; the two that belong together. */
  ask(): { readonly ask: CompletionAsk; readonly text: AskedText } {
    const typed = this.#any() ?? this.#open();
    if (this.#random() < 0.6) this.#edit(typed, [this.#key(typed)]);
    const { path, isConfined, text, cursor, version } = typed;
    const used = snippets.slice(this.#below(3), this.#random() < 0.9 ? 2 : 3);
    const leftChars = text.length - cursor;
    const ahead = this.#random() < 0.2 ? this.#ahead(leftChars) : undefined;
    const ask = {
      documentKey: path,
      documentVersion: version,
      offset: cursor,
      isConfined,
      snippets: this.#random() < 0.8 ? [] : used,
      keepsOlder: this.#random() < (ahead ? 0.8 : 0.3),
      ahead,
    };
    const before = text.slice(0, cursor) + (ahead?.text ?? "");
    const after = text.slice(cursor + (ahead?.deletedAfterChars ?? 0));
    const about = { isAhead: ahead !== undefined, before, after };
    return { ask, text: { path, isConfined, snippets: ask.snippets, ...about } };
  }

  /** What may be taken for accepted where so much text is left behind the cursor. */
  #ahead(leftChars: number): AheadText {
    const text = Array.from({ length: this.#below(8) }, () => this.#word()).join("");
    const most = Math.min(leftChars, this.#random() < 0.1 ? leftChars : 9);
    return { text, deletedAfterChars: this.#below(most + 1) };
  }

  /** Any document's key. */
  anyKey(): string {
    return files[this.#below(files.length)] ?? "";
  }

  #any(): Typed | undefined {
    return this.#typed.get(this.anyKey());
  }

  #open(): Typed {
    const path = this.anyKey();
    const isConfined = path === "secret";
    const known = this.#random() < 0.5 ? this.#typed.get(path)?.text : undefined;
    let text = known ?? "";
    for (let left = known === undefined ? this.#below(500) : 0; left > 0; left--)
      text += this.#word();
    const typed = { path, isConfined, text, cursor: this.#below(text.length + 1), version: 0 };
    this.#typed.set(path, typed);
    typed.version = ++this.#lastVersion;
    this.local.open({ key: path, path, languageId: "text", isConfined }, typed.version, text);
    return typed;
  }

  /** Some are opened again with what they had: the far end may know it. */
  #close(typed: Typed): void {
    const { path, isConfined, text } = typed;
    this.local.close(path);
    this.#typed.delete(path);
    if (this.#random() < 0.5) return;
    typed.version = ++this.#lastVersion;
    this.#typed.set(path, typed);
    this.local.open({ key: path, path, languageId: "text", isConfined }, typed.version, text);
  }

  #key({ text, cursor }: Typed): Edit {
    if (text.length > maxChars) return { offset: 0, deletedChars: text.length - 500, text: "" };
    if (this.#random() < 0.2 && cursor > 0)
      return { offset: cursor - 1, deletedChars: 1, text: "" };
    return { offset: cursor, deletedChars: 0, text: this.#word() };
  }

  #elsewhere({ text }: Typed): Edit {
    const offset = this.#below(text.length + 1);
    const most = Math.min(text.length - offset, this.#random() < 0.05 ? 1_000 : 5);
    const inserted = this.#random() < 0.05 ? this.#word().repeat(100) : this.#word();
    return { offset, deletedChars: this.#below(most + 1), text: inserted };
  }

  #edit(typed: Typed, edits: readonly Edit[]): void {
    for (const edit of edits) apply(typed, edit);
    this.#tell(typed, edits);
  }

  #tell(typed: Typed, edits: readonly Edit[]): void {
    typed.version = ++this.#lastVersion;
    this.local.edit(typed.path, typed.version, edits);
  }

  #word(): string {
    return words[this.#below(words.length)] ?? "";
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

function apply(typed: Typed, { offset, deletedChars, text }: Edit): void {
  typed.text = typed.text.slice(0, offset) + text + typed.text.slice(offset + deletedChars);
  typed.cursor = offset + text.length;
}
