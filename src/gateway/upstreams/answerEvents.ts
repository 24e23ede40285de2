import type { Readable } from "node:stream";
import type { Ask, TextReading } from "./dialect.ts";
import { readerOf } from "./eventReader.ts";
import type { UpstreamFailures } from "./upstreamFailures.ts";

/** A body whose reader is so many pieces behind is not read on. */
const mostWaiting = 64;
/** Text that has to wait for its reader is handed out in pieces of this many UTF-16 units or less, or as long as the model said it. */
const joinedChars = 4_096;

/**
 * The events of one answer as they come: read and parsed in the turn in which their bytes arrive. What has come by the time it
 * is asked for is handed out together, since each piece costs every hand it goes through, and the frame that carries it. It ends
 * with its body; whoever made it sees to it that the body ends.
 */
export class AnswerEvents {
  readonly #body: Readable;
  readonly #ask: Ask;
  readonly #failures: UpstreamFailures;
  #waiting: TextReading[] = [];
  #at = 0;
  #thrown: { readonly reason: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(body: Readable, ask: Ask, failures: UpstreamFailures) {
    this.#body = body;
    this.#ask = ask;
    this.#failures = failures;
    const events = readerOf(ask.format);
    body.setEncoding("utf8"); // decodes across chunk borders
    body.on("data", (chunk: string) => {
      if (this.#thrown) return;
      for (const payload of events.feed(chunk)) this.#read(payload, true);
      if (events.isOversize) this.#fail(failures.garbled("has an event of more than 1 MiB", ask));
      if (this.#waiting.length - this.#at > mostWaiting) body.pause();
      this.#wake();
    });
    body.once("end", () => {
      if (this.#thrown) return;
      for (const payload of events.finish()) this.#read(payload, false);
    });
    body.once("error", (error) => {
      this.#fail(error);
    });
    body.once("close", () => {
      this.end();
    });
  }

  /** The next event; undefined behind the last one. Throws a `Failure`, or what broke the connection. */
  async next(): Promise<TextReading | undefined> {
    for (;;) {
      const reading = this.#waiting[this.#at];
      if (reading) {
        this.#at++;
        return reading;
      }
      if (this.#at > 0) {
        this.#waiting = [];
        this.#at = 0;
        this.#body.resume();
      }
      if (this.#thrown) throw this.#thrown.reason;
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next event, or undefined also where something went wrong: for what may come behind a whole text. */
  async nextIfAny(): Promise<TextReading | undefined> {
    return this.next().catch(() => undefined);
  }

  /** Nothing more is to come: who waits for an event hears so now. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** What the end of the body cut off is no event where it makes no sense. */
  #read(payload: string, isWhole: boolean): void {
    if (this.#thrown) return;
    const reading = this.#ask.read(payload);
    if (reading.kind === "text") this.#keep(reading);
    else if (!isWhole) return;
    else if (reading.kind === "garbled")
      this.#fail(this.#failures.garbled("is not in the expected form", this.#ask));
    else this.#fail(this.#failures.inStream(reading.error, this.#ask));
  }

  /** Plain text joins the text before it, where nobody has taken that yet. */
  #keep(reading: TextReading): void {
    const before = this.#waiting.length > this.#at ? this.#waiting.at(-1) : undefined;
    const isJoined = before !== undefined && isPlain(before) && isPlain(reading);
    if (isJoined && before.text.length + reading.text.length <= joinedChars)
      this.#waiting[this.#waiting.length - 1] = { ...before, text: before.text + reading.text };
    else this.#waiting.push(reading);
  }

  #fail(reason: unknown): void {
    this.#thrown ??= { reason };
    this.#wake();
  }
}

const isPlain = ({ stop, usage, isLast }: TextReading): boolean =>
  stop === undefined && usage === undefined && isLast !== true;
