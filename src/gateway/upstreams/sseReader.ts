import { createParser } from "eventsource-parser";

/** The longest event, in characters; a server that never ends its line costs no more memory than this. */
const maxEventChars = 1024 * 1024;

/** Cuts the text of a response into the data of its server-sent events, wherever the chunks end. */
export class SseReader {
  #payloads: string[] = [];
  #isOversize = false;
  readonly #parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: (event) => this.#payloads.push(event.data),
    onError: (error) => {
      // Unknown fields are nobody's business (the standard ignores them too).
      if (error.type === "max-buffer-size-exceeded") this.#isOversize = true;
    },
  });

  /** True once an event grew past the limit; nothing more can be fed then. */
  get isOversize(): boolean {
    return this.#isOversize;
  }

  /** Takes the next chunk and returns the data of each event it completes. */
  feed(chunk: string): readonly string[] {
    this.#payloads = [];
    this.#parser.feed(chunk);
    return this.#payloads;
  }

  /** The event that the end of the body cut short: some servers leave out the last blank line. */
  finish(): readonly string[] {
    return this.feed("\n\n");
  }
}
