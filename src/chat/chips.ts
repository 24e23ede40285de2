import type { Attachment } from "./conversation.ts";

/** What goes with the next question: each has a name of its own, by which it is taken off. */
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
    return [...this.#ofEdited, ...this.#added];
  }

  add(attachment: Attachment): void {
    this.#added.set(this.#newId(), attachment);
  }

  remove(id: string): void {
    this.#added.delete(id);
    this.#ofEdited.delete(id);
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
