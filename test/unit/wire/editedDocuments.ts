import type { Edit } from "../../../src/wire/edit.ts";
import { type LocalDocument, LocalDocuments } from "../../../src/wire/localDocuments.ts";

/** Whole numbers from 0 up to and without `end`. */
export type Draw = (end: number) => number;

/** A document as a plain string, with what a person does to it. */
export interface Edited {
  readonly key: string;
  readonly path: string;
  readonly isConfined: boolean;
  text: string;
  cursor: number;
  version: number;
  /** What takes the last edits back, the last ones last. */
  readonly undo: (readonly Edit[])[];
}

const keys = ["a", "b", " ", "(", ")", ";", "\t", "x", "=", "é", "漢", "\u0000"];
const pastes = ["😀", "\r\n", "\n", "\ud83d", "\ude00", "const x = 1;\n", "  "];
const maxChars = 16_000;

/** Texts that differ in all that matters to a window: line ends, long lines, astral and broken characters. */
const firstTexts: readonly [string, ...string[]] = [
  "export const value = 1;\n\tif (value) {\n\t\tcall();\n\t}\n".repeat(120),
  "a😀b\r\n漢字 = 12;\r\n\r\n".repeat(400),
  "",
  "x = [1, 2, 3]; 😀 ".repeat(400),
  "lone \ud83d and \ude00 halves\n".repeat(200),
  "short\n",
  `class A {\n${" ".repeat(4)}call();\n${" ".repeat(37)}deep();\r\n${" ".repeat(70)}\n}\n`.repeat(
    40,
  ),
];

const newDocument = (text: string, index: number): Edited => ({
  key: `key ${index}`,
  path: `app/${index % 2 === 0 ? "a" : "b"}.ts`,
  isConfined: index === 5,
  text,
  cursor: Math.floor(text.length / 2),
  version: 1,
  undo: [],
});

/** Edits documents at random as an editor reports it, and keeps them as plain strings beside. */
export class EditedDocuments {
  readonly followed = new LocalDocuments();
  readonly all: readonly Edited[];
  readonly #draw: Draw;
  #now: Edited;

  constructor(draw: Draw) {
    this.#draw = draw;
    const [first, ...others] = firstTexts;
    this.#now = newDocument(first, 0);
    this.all = [this.#now, ...others.map((text, index) => newDocument(text, index + 1))];
    for (const document of this.all) this.open(document);
  }

  /** The document with the editor's focus. */
  get now(): Edited {
    return this.#now;
  }

  /** The document with the focus as it is followed, followed anew if need be. */
  followedNow(): LocalDocument {
    const known = this.followed.get(this.#now.key);
    if (known) return known;
    this.open(this.#now);
    return this.followedNow();
  }

  open({ key, path, isConfined, version, text }: Edited): void {
    this.followed.open({ key, path, languageId: "typescript", isConfined }, version, text);
  }

  /** Goes to another document. */
  focusAny(): void {
    this.#now = this.#pick(this.all);
  }

  /** One thing that a person does: mostly typing. */
  edit(): void {
    const { text } = this.#now;
    if (text.length > maxChars) {
      this.#apply([{ offset: this.#draw(text.length - 9_000), deletedChars: 9_000, text: "" }]);
      return;
    }
    const kind = this.#draw(100);
    if (kind < 54) this.#type(this.#pick(keys));
    else if (kind < 60) this.#enter();
    else if (kind < 72) this.#erase(1 + this.#draw(kind === 71 ? 60 : 2));
    else if (kind < 76) this.#type(this.#pick(pastes));
    else if (kind < 80) this.#type(text.slice(this.#anywhere()).slice(0, this.#draw(3_000)));
    else if (kind < 88) this.#severalCursors();
    else if (kind < 90) this.#replaceAll();
    else if (kind < 95) this.#undo();
    else if (kind < 96) this.#eraseForward();
    else this.#apply([{ offset: this.#anywhere(), deletedChars: 0, text: this.#pick(keys) }]);
  }

  /** Puts the cursor elsewhere. */
  jump(): void {
    const { text, cursor } = this.#now;
    const near = Math.min(text.length, Math.max(0, cursor + this.#draw(40) - 20));
    this.#now.cursor = this.#draw(2) === 0 ? near : this.#anywhere();
  }

  #type(text: string): void {
    this.#apply([{ offset: this.#now.cursor, deletedChars: 0, text }]);
  }

  /** Enter, which brings the indent of the line along, mostly in fours, and now and then spaces alone. */
  #enter(): void {
    const { text, cursor } = this.#now;
    const indent = /[ \t]*$/.exec(text.slice(Math.max(0, cursor - 80), cursor))?.[0] ?? "";
    const more = " ".repeat(this.#pick([0, 4, 4, 8, 20, 32, 33, 3, 70]));
    this.#type(this.#pick(["\n", "\n", "\r\n", ""]) + indent + more);
  }

  #erase(chars: number): void {
    const deletedChars = Math.min(chars, this.#now.cursor);
    this.#apply([{ offset: this.#now.cursor - deletedChars, deletedChars, text: "" }]);
  }

  #eraseForward(): void {
    const { text, cursor } = this.#now;
    const deletedChars = Math.min(1 + this.#draw(5), text.length - cursor);
    this.#apply([{ offset: cursor, deletedChars, text: this.#pick(["", "y"]) }]);
  }

  /** From the end to the start, as the editor reports edits that were made at once. */
  #severalCursors(): void {
    const length = this.#now.text.length;
    const places = Array.from({ length: 2 + this.#draw(6) }, () => this.#draw(length + 1));
    const text = this.#pick([...keys, ...pastes, ""]);
    const selected = this.#draw(2) === 0 ? this.#draw(4) : undefined;
    let end = length;
    const edits: Edit[] = [];
    for (const offset of [...new Set(places)].sort((a, b) => b - a)) {
      const deletedChars = Math.min(selected ?? this.#draw(4), end - offset);
      edits.push({ offset, deletedChars, text });
      end = offset;
    }
    this.#apply(edits);
  }

  #replaceAll(): void {
    const { text } = this.#now;
    const wanted = this.#pick(["=", "a", "\n", "const"]);
    const edits: Edit[] = [];
    let at = -1;
    while ((at = text.indexOf(wanted, at + 1)) >= 0 && edits.length < 300)
      edits.unshift({ offset: at, deletedChars: wanted.length, text: "==" });
    this.#apply(edits);
  }

  #undo(): void {
    const edits = this.#now.undo.pop();
    if (!edits) return;
    this.#apply(edits);
    this.#now.undo.pop();
  }

  #apply(edits: readonly Edit[]): void {
    const document = this.#now;
    const inverse: Edit[] = [];
    let { text } = document;
    for (const edit of edits) {
      const end = edit.offset + edit.deletedChars;
      const deleted = text.slice(edit.offset, end);
      text = text.slice(0, edit.offset) + edit.text + text.slice(end);
      inverse.unshift({ offset: edit.offset, deletedChars: edit.text.length, text: deleted });
      document.cursor = edit.offset + edit.text.length;
    }
    document.text = text;
    document.version++;
    if (document.undo.push(inverse) > 50) document.undo.shift();
    this.followed.edit(document.key, document.version, edits);
  }

  #anywhere(): number {
    return this.#draw(this.#now.text.length + 1);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#draw(choices.length)] as T;
  }
}
