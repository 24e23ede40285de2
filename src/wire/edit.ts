/** One change of a document's text, in UTF-16 units; several are applied one after the other. */
export interface Edit {
  readonly offset: number;
  readonly deletedChars: number;
  readonly text: string;
}

/** Edits that were made and not sent yet; what belongs together is put together as it comes. */
export class PendingEdits {
  #edits: Edit[] = [];
  #sizeChars = 0;

  get count(): number {
    return this.#edits.length;
  }

  /** About what they take on the wire, in UTF-16 units. */
  get sizeChars(): number {
    return this.#sizeChars;
  }

  add(edit: Edit): void {
    if (edit.deletedChars === 0 && edit.text === "") return;
    const last = this.#edits.at(-1);
    const joined = last && join(last, edit);
    if (joined) this.#edits.pop();
    const added = joined ?? edit;
    this.#sizeChars += edit.text.length + (joined ? 0 : 8);
    if (added.deletedChars > 0 || added.text !== "") this.#edits.push(added);
  }

  /** All of them, in order; then there are none. */
  take(): readonly Edit[] {
    const edits = this.#edits;
    this.#edits = [];
    this.#sizeChars = 0;
    return edits;
  }
}

/** Two edits as one: the second lies within what the first put in, or deletes back beyond its start. */
function join(first: Edit, next: Edit): Edit | undefined {
  const end = first.offset + first.text.length;
  const nextEnd = next.offset + next.deletedChars;
  if (next.offset > end || nextEnd > end || nextEnd < first.offset) return undefined;
  const beyondChars = Math.max(0, first.offset - next.offset);
  const kept = first.text.slice(0, Math.max(0, next.offset - first.offset));
  return {
    offset: first.offset - beyondChars,
    deletedChars: first.deletedChars + beyondChars,
    text: kept + next.text + first.text.slice(nextEnd - first.offset),
  };
}
