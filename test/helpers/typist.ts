import {
  checkOf,
  checkReachChars,
  DocumentDigest,
  joinHashes,
  snippetHash,
} from "../../src/wire/check.ts";
import type { Edit } from "../../src/wire/edit.ts";
import { encodeEdits } from "../../src/wire/editFrame.ts";
import type { AheadText, ClientMessage, OpenMessage } from "../../src/wire/messages.ts";

/** What a typist speaks with. */
interface Mouth {
  say(message: ClientMessage): void;
  sayBytes(bytes: Uint8Array): void;
}

/** How an ask is said, where it is not said as usual. */
export interface AskManner {
  readonly keepsOlder?: boolean;
  readonly ahead?: AheadText;
  /** Instead of the right one. */
  readonly check?: number;
}

/** A client that says what a test tells it to, keeping count of its streams, texts and snippets. */
export class Typist {
  readonly mouth: Mouth;
  /** The number of the last stream. */
  lastStream = 0;
  snippets: readonly string[] = [];
  #lastDocument = 0;

  constructor(mouth: Mouth) {
    this.mouth = mouth;
  }

  /** Opens a new document with its whole text, the cursor at its start. */
  open(text: string, parts: Partial<OpenMessage> = {}): TypedDocument {
    const document = new TypedDocument(this, parts.document ?? ++this.#lastDocument);
    document.open(text, parts);
    return document;
  }

  /** Opens a document of its own and asks in it; returns the stream's number. */
  ask(text = "const a = ;\n", offset = 10): number {
    return this.open(text).ask(offset);
  }

  cancel(stream: number): void {
    this.mouth.say({ kind: "cancel", stream });
  }

  /** Says which texts go with asks; they are put into the places 0, 1, 2, ... */
  useSnippets(texts: readonly string[]): void {
    texts.forEach((text, place) => {
      this.mouth.say({ kind: "put", place, text });
    });
    this.mouth.say({ kind: "use", places: texts.map((_, place) => place) });
    this.snippets = texts;
  }
}

/** A document of a typist. */
export class TypedDocument {
  readonly number: number;
  text = "";
  cursor = 0;
  readonly #typist: Typist;
  #digest = new DocumentDigest(0, { isConfined: false, path: "", languageId: "" });

  constructor(typist: Typist, number: number) {
    this.#typist = typist;
    this.number = number;
  }

  /** Opens it (again); what is not said otherwise is what a good client says. */
  open(text: string, parts: Partial<OpenMessage> = {}): void {
    this.text = text;
    this.cursor = parts.offset ?? 0;
    const said: OpenMessage = {
      document: this.number,
      name: { isConfined: false, path: `app/${this.number}.ts`, languageId: "typescript" },
      lengthChars: text.length,
      nextStream: this.#typist.lastStream + 1,
      offset: 0,
      text,
      ...parts,
    };
    this.#digest = new DocumentDigest(said.document, said.name);
    this.#digest.fill(said.offset, said.text);
    this.#typist.mouth.say({ kind: "open", ...said });
  }

  /** Moves the cursor there and asks; returns the stream's number. */
  ask(offset: number, manner: AskManner = {}): number {
    return this.edit([], offset, manner);
  }

  /** Types at the cursor and asks; returns the stream's number. */
  type(text: string, manner: AskManner = {}): number {
    const { cursor } = this;
    return this.edit([{ offset: cursor, deletedChars: 0, text }], cursor + text.length, manner);
  }

  /** Says edits and asks at an offset, in one frame. */
  edit(edits: readonly Edit[], offset: number, manner: AskManner = {}): number {
    const before = this.cursor;
    this.#apply(edits);
    this.cursor = offset;
    const stream = ++this.#typist.lastStream;
    const ask = {
      check: manner.check ?? this.check(stream),
      keepsOlder: manner.keepsOlder ?? false,
      ahead: manner.ahead,
    };
    this.#typist.mouth.sayBytes(encodeEdits({ edits, cursor: offset, ask }, before));
    return stream;
  }

  /** Says edits and asks nothing. */
  change(edits: readonly Edit[]): void {
    const before = this.cursor;
    this.#apply(edits);
    const last = edits.at(-1);
    this.cursor = last ? last.offset + last.text.length : before;
    this.#typist.mouth.sayBytes(
      encodeEdits({ edits, cursor: this.cursor, ask: undefined }, before),
    );
  }

  /** The check of an ask at the cursor. */
  check(stream: number): number {
    const { text, cursor } = this;
    return checkOf({
      stream,
      digest: this.#digest,
      lengthChars: text.length,
      offset: cursor,
      snippets: joinHashes(this.#typist.snippets.map(snippetHash)),
      near: text.slice(Math.max(0, cursor - checkReachChars), cursor + checkReachChars),
    });
  }

  /** Sends a part of the text that the gateway does not know. */
  fill(offset: number, text: string): void {
    this.#digest.fill(offset, text);
    this.#typist.mouth.say({ kind: "fill", document: this.number, offset, text });
  }

  /** The gateway holds it again, whole, by its content: both ends begin to follow it anew. */
  recalled(name: OpenMessage["name"]): void {
    this.#digest = new DocumentDigest(this.number, name);
    this.cursor = 0;
  }

  focus(): void {
    this.#typist.mouth.say({ kind: "focus", document: this.number });
  }

  close(): void {
    this.#typist.mouth.say({ kind: "close", document: this.number });
  }

  #apply(edits: readonly Edit[]): void {
    for (const edit of edits) {
      const { offset, deletedChars, text } = edit;
      this.text = this.text.slice(0, offset) + text + this.text.slice(offset + deletedChars);
      this.#digest.edit(edit);
    }
  }
}
