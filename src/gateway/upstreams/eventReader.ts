import { createParser } from "eventsource-parser";

/** The longest event, in characters; a server that never ends its line costs no more memory than this. */
const maxEventChars = 1024 * 1024;

/** How a server cuts its answer into events: server-sent events, or a line of JSON each. */
export type EventFormat = "sse" | "ndjson";

/** The `Content-Type` of each format. */
export const mediaTypes: Readonly<Record<EventFormat, string>> = {
  sse: "text/event-stream",
  ndjson: "application/x-ndjson",
};

/** Cuts the text of a response into the data of its events, wherever the chunks end. */
export interface EventReader {
  /** True once an event grew past the limit; nothing more can be fed then. */
  readonly isOversize: boolean;
  /** Takes the next chunk and returns the data of each event it completes. */
  feed(chunk: string): readonly string[];
  /** The event that the end of the body cut short: some servers leave out the last line break. */
  finish(): readonly string[];
}

/** Makes the reader for a format. */
export function readerOf(format: EventFormat): EventReader {
  return format === "sse" ? new SseReader() : new LineReader();
}

class SseReader implements EventReader {
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

  get isOversize(): boolean {
    return this.#isOversize;
  }

  feed(chunk: string): readonly string[] {
    this.#payloads = [];
    this.#parser.feed(chunk);
    return this.#payloads;
  }

  finish(): readonly string[] {
    return this.feed("\n\n");
  }
}

class LineReader implements EventReader {
  #begun = "";

  get isOversize(): boolean {
    return this.#begun.length > maxEventChars;
  }

  feed(chunk: string): readonly string[] {
    const lines = (this.#begun + chunk).split("\n");
    this.#begun = lines.pop() ?? "";
    return lines.filter((line) => line.trim() !== "");
  }

  finish(): readonly string[] {
    return this.feed("\n");
  }
}
