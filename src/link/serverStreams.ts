import { Failure } from "../base/failure.ts";
import type { ReceivedAsk } from "../wire/documentReceiver.ts";
import { maxAsksPerDocument, maxStreams, maxTextChars, streamCreditBytes } from "../wire/limits.ts";
import type { CompletionRequest, Origin, ServerMessage, TextPiece } from "../wire/messages.ts";
import type { Answer, StreamOutcome, Warm } from "./answer.ts";

const lastStream = 0xffff_ffff;

/** What the streams of one connection are made of. */
export interface ServerStreamsParts {
  readonly answer: Answer;
  /** Missing where there is nothing to warm. */
  readonly warm: Warm | undefined;
  readonly onOutcome: (outcome: StreamOutcome) => void;
  readonly send: (message: ServerMessage) => void;
}

/** What ends a stream. */
type LastMessage = Extract<ServerMessage, { readonly kind: StreamOutcome }>;

/** The place as it is then; undefined where it is none any more. */
type PlaceToWarm = () => CompletionRequest | undefined;

interface LiveStream {
  readonly document: number;
  readonly abort: AbortController;
  /** Text that may still be sent before the client grants more, in UTF-8 bytes. */
  creditBytes: number;
  /** Goes on after a grant or an abort. */
  wake: (() => void) | undefined;
}

/** The streams of one connection at the gateway: each is answered and ends with exactly one last message. */
export class ServerStreams {
  readonly #parts: ServerStreamsParts;
  readonly #live = new Map<number, LiveStream>();
  #last = 0;
  /** All was aborted, since the link has ended: nothing more is answered. */
  #isOver = false;
  /** What is being warmed. */
  #warming: AbortController | undefined;
  /** Says what is to be warmed, as soon as no answer is under way. */
  #toWarm: PlaceToWarm | undefined;
  #warmSoon: NodeJS.Immediate | undefined;
  #talking: { readonly stream: number; readonly origin: Origin } | undefined;

  constructor(parts: ServerStreamsParts) {
    this.#parts = parts;
  }

  /** The number of the next stream. */
  get next(): number {
    return this.#last + 1;
  }

  /** Gives the next number to a chat. */
  number(stream: number): void {
    if (stream !== this.next) throw new Failure("protocol", `chat ${stream} after ${this.#last}`);
    this.#last = stream;
  }

  /** Sends text of a stream. */
  say(stream: number, origin: Origin, text: string): void {
    const goesOn = this.#talking?.stream === stream && this.#talking.origin === origin;
    this.#talking = { stream, origin };
    this.#parts.send(goesOn ? { kind: "more", text } : { kind: "text", stream, origin, text });
  }

  /** The client says what number the next stream has: some before it may have been lost. */
  skipTo(next: number): void {
    if (next <= this.#last) throw new Failure("protocol", `stream ${next} after ${this.#last}`);
    this.#last = next - 1;
  }

  /** Opens the next stream for an ask and answers it. */
  open({ document, keepsOlder, request }: ReceivedAsk): void {
    if (this.#last >= lastStream) throw new Failure("protocol", "there are no more stream numbers");
    const stream = ++this.#last;
    this.#cool();
    this.#supersede(document, keepsOlder ? maxAsksPerDocument - 1 : 0);
    if (this.#isOver) return; // saying so was too much for a client that reads too slowly
    if (!request) this.#refuse(stream, "resync", "the gateway holds another text");
    else if (this.#live.size >= maxStreams) {
      this.#refuse(stream, "busy", "too many requests at once");
    } else {
      const abort = new AbortController();
      const live = { document, abort, creditBytes: streamCreditBytes, wake: undefined };
      this.#live.set(stream, live);
      void this.#run(stream, live, request);
    }
  }

  /**
   * Lets the model and the engine read what is to be asked about, as soon as nobody waits for an answer; the next stream ends that.
   * Of all that come in one turn of the event loop only the last is looked at.
   */
  warm(place: PlaceToWarm): void {
    if (!this.#parts.warm) return;
    this.#cool();
    this.#toWarm = place;
    this.#warmWhenFree();
  }

  #warmWhenFree(): void {
    if (!this.#toWarm || this.#live.size > 0) return;
    this.#warmSoon = setImmediate(() => {
      const request = this.#toWarm?.();
      this.#toWarm = undefined;
      if (!request) return;
      this.#warming = new AbortController();
      this.#parts.warm?.(request, this.#warming.signal).catch(() => undefined); // an ask will tell what is wrong
    });
  }

  #cool(): void {
    this.#warming?.abort(new Failure("superseded", "something is asked"));
    this.#warming = undefined;
    this.#toWarm = undefined;
    clearImmediate(this.#warmSoon);
  }

  cancel(stream: number): void {
    this.#requireOpened(stream);
    this.#stop(stream, new Failure("link-lost", "cancelled by the client"));
  }

  /** The client has taken that much text of a stream. */
  grant(stream: number, sizeBytes: number): void {
    this.#requireOpened(stream);
    const live = this.#live.get(stream);
    if (!live) return;
    live.creditBytes = Math.min(streamCreditBytes, live.creditBytes + sizeBytes);
    live.wake?.();
  }

  abortAll(failure: Failure): void {
    this.#isOver = true;
    this.#cool();
    for (const stream of [...this.#live.keys()]) this.#stop(stream, failure);
  }

  /** Stops the oldest asks of a document until no more than `kept` are left. */
  #supersede(document: number, kept: number): void {
    const older = [...this.#live].filter(([, live]) => live.document === document);
    for (const [stream] of older.slice(0, Math.max(0, older.length - kept))) {
      this.#stop(stream, new Failure("superseded", "a newer request took its place"));
    }
  }

  /** Stops the work for a stream and says so in the same turn, however long its source takes to heed it. */
  #stop(stream: number, reason: Failure): void {
    const live = this.#live.get(stream);
    if (!live) return;
    live.abort.abort(reason);
    live.wake?.();
    this.#finish({ kind: "cancelled", stream });
  }

  /** Sends the last message of a stream, unless it had one. */
  #finish(last: LastMessage): void {
    if (!this.#live.delete(last.stream)) return;
    this.#parts.onOutcome(last.kind);
    this.#parts.send(last);
  }

  #requireOpened(stream: number): void {
    if (stream === 0 || stream > this.#last) {
      throw new Failure("protocol", `stream ${stream} was never opened`);
    }
  }

  #refuse(stream: number, code: "resync" | "busy", detail: string): void {
    this.#parts.send({ kind: "failed", stream, code, detail });
    this.#parts.onOutcome("failed");
  }

  /** Reads one answer and sends it. */
  async #run(stream: number, live: LiveStream, request: CompletionRequest): Promise<void> {
    const { signal } = live.abort;
    let last: LastMessage = {
      kind: "failed",
      stream,
      code: "internal",
      detail: "the gateway gave no answer",
    };
    try {
      for await (const piece of this.#parts.answer(request, signal)) {
        if (signal.aborted) break;
        if (piece.kind === "end") {
          last = { stream, ...piece };
          break;
        }
        await this.#sendText(stream, live, piece);
      }
    } catch (error) {
      const failure = Failure.from(error);
      last = { kind: "failed", stream, code: failure.code, detail: failure.message };
    }
    this.#finish(last);
    this.#warmWhenFree();
  }

  /** Sends a text once the client has room for it. A long one that came at once may go beyond its credit. */
  async #sendText(stream: number, live: LiveStream, piece: TextPiece): Promise<void> {
    const { origin, text, isAlone } = piece;
    if (text.length > maxTextChars) {
      throw new Failure("too-large", "the model sent too much text at once");
    }
    while (live.creditBytes <= 0 && !live.abort.signal.aborted) {
      await new Promise<void>((resolve) => (live.wake = resolve));
    }
    if (live.abort.signal.aborted) return;
    live.creditBytes -= Buffer.byteLength(text);
    if (isAlone) this.#parts.send({ kind: "alone", stream, text });
    else this.say(stream, origin, text);
  }
}
