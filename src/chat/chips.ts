import type { Attachment } from "./conversation.ts";

/** What goes with the next question, nothing twice: each has a name of its own, by which it is taken off. */
export class Chips {
  readonly #newId: () => string;
  readonly #added = new Map<string, Attachment>();
  /** Of the question that is being edited. */
  readonly #ofEdited = new Map<string, Attachment>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** All with their names, those of an edited question first. */
  get all(): readonly (readonly [string, Attachment])[] {
    const added = [...this.#added].filter(([, each]) => !isAmong(this.#ofEdited, each));
    return [...this.#ofEdited, ...added];
  }

  add(attachment: Attachment): void {
    if (!isAmong(this.#added, attachment)) this.#added.set(this.#newId(), attachment);
  }

  /** Takes one off, also where both an edited question and the next one have it. */
  remove(id: string): void {
    const removed = this.#ofEdited.get(id) ?? this.#added.get(id);
    for (const chips of [this.#ofEdited, this.#added])
      for (const [each, attachment] of chips)
        if (removed && isSame(attachment, removed)) chips.delete(each);
  }

  /** A question with these is edited from now on, in the place of another one. */
  edit(attachments: readonly Attachment[]): void {
    this.leaveEdit();
    for (const each of attachments) this.#ofEdited.set(this.#newId(), each);
  }

  leaveEdit(): void {
    this.#ofEdited.clear();
  }

  /** For a question that is asked now; none are left. */
  take(): Attachment[] {
    const taken = this.all.map(([, attachment]) => attachment);
    this.#added.clear();
    this.#ofEdited.clear();
    return taken;
  }
}

const isAmong = (chips: ReadonlyMap<string, Attachment>, attachment: Attachment): boolean =>
  [...chips.values()].some((each) => isSame(each, attachment));

const isSame = (one: Attachment, other: Attachment): boolean =>
  one.kind === other.kind &&
  one.uri === other.uri &&
  one.firstLine === other.firstLine &&
  one.lastLine === other.lastLine &&
  one.text === other.text;
