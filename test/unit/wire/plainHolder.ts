import { decodeClientMessage } from "../../../src/wire/codec.ts";
import { contentIdOf } from "../../../src/wire/contentId.ts";
import { decodeEdits } from "../../../src/wire/editFrame.ts";
import type { AheadText, OpenMessage } from "../../../src/wire/messages.ts";

/** Stands for a unit that is not known; no text of the tests has it. */
const hole = "\uffff";

interface Held {
  readonly name: OpenMessage["name"];
  text: string;
  cursor: number;
  /** Of the last ask. */
  ahead?: AheadText | undefined;
}

/**
 * The gateway's documents once more, as plainly as can be: whole strings with holes. It follows the payloads of a
 * link without faults.
 */
export class PlainHolder {
  readonly #held = new Map<number, Held>();
  /** By content id. */
  readonly #closed = new Map<string, Held>();
  #focus: Held | undefined;

  get focused(): Held | undefined {
    return this.#focus;
  }

  receive(payload: Uint8Array): void {
    const message = decodeClientMessage(payload);
    if (!message) this.#edit(payload);
    else if (message.kind === "open") {
      const { document, name, lengthChars, offset, text } = message;
      this.#focus = { name, text: hole.repeat(lengthChars), cursor: offset };
      this.#held.set(document, this.#focus);
      put(this.#focus, offset, text);
    } else if (message.kind === "fill") {
      const held = this.#held.get(message.document);
      if (held) put(held, message.offset, message.text);
    } else if (message.kind === "focus") this.#focus = this.#held.get(message.document);
    else if (message.kind === "close") this.#close(message.document);
    else if (message.kind === "recall") {
      const closed = this.#closed.get(hexOf(message.contentId));
      if (closed) this.#held.set(message.document, { ...closed, cursor: 0 });
    }
  }

  /** The text of the last ask round its cursor up to the next holes, at most so much of it. */
  known(beforeChars: number, afterChars: number): { before: string; after: string } {
    const { text, cursor, ahead } = this.#focus ?? { text: "", cursor: 0 };
    const left = text.slice(0, cursor) + (ahead?.text ?? "");
    const before = left.slice(Math.max(0, left.length - beforeChars));
    const after = text.slice(cursor + (ahead?.deletedAfterChars ?? 0)).slice(0, afterChars);
    const end = after.indexOf(hole);
    return {
      before: before.slice(before.lastIndexOf(hole) + 1),
      after: end < 0 ? after : after.slice(0, end),
    };
  }

  #close(document: number): void {
    const held = this.#held.get(document);
    this.#held.delete(document);
    if (held) this.#closed.set(hexOf(contentIdOf(held.name, held.text)), held);
  }

  #edit(payload: Uint8Array): void {
    const held = this.#focus;
    if (!held) throw new Error("an edit of no document");
    const { edits, cursor, ask } = decodeEdits(payload, held.cursor);
    for (const { offset, deletedChars, text } of edits)
      held.text = held.text.slice(0, offset) + text + held.text.slice(offset + deletedChars);
    held.cursor = cursor;
    held.ahead = ask?.ahead;
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Whether a text with holes agrees with the true one. */
export function agrees(text: string, truth: string): boolean {
  if (text.length !== truth.length) return false;
  for (let at = 0; at < text.length; at++)
    if (text[at] !== truth[at] && text[at] !== hole) return false;
  return true;
}

function put(held: Held, offset: number, text: string): void {
  const end = offset + text.length;
  if (held.text.slice(offset, end) !== hole.repeat(text.length)) {
    throw new Error("a fill of what is known");
  }
  held.text = held.text.slice(0, offset) + text + held.text.slice(end);
}
