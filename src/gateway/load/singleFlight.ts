import { onAbort } from "../../base/abort.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { CompletionRequest } from "../../wire/messages.ts";
import { type AnswerEnd, unread, type UpstreamAnswer } from "../upstreams/upstream.ts";

/** More text than any completion has; a model that goes on beyond it is stopped, since a flight keeps what was said. */
const maxAnswerChars = 256 * 1024;

/** Before the cursor. */
const lookChars = 64;

type Source = (request: CompletionRequest, signal: AbortSignal) => UpstreamAnswer;
type Result = IteratorResult<string, AnswerEnd>;

/**
 * The completions of one tenant that are under way: a request that is the same as one of them becomes its reader too, and gets
 * all of its text from the start. The model is stopped when the last reader has left.
 */
export class SingleFlight {
  readonly #source: Source;
  /** By what tells two places apart at a glance, so that texts are compared only where they may be the same. */
  readonly #flights = new Map<string, Flight[]>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** As `Upstream.complete`. */
  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    return new Reader(() => this.#flightOf(request), signal);
  }

  #flightOf(request: CompletionRequest): Flight {
    const { before, after } = request;
    const key = `${before.length} ${after.length} ${before.slice(-lookChars)}`;
    const alike = this.#flights.get(key);
    const found = alike?.find((flight) => isSame(flight.request, request));
    if (found) return found;
    const flight: Flight = new Flight(request, this.#source, () => {
      this.#landed(key, flight);
    });
    if (alike) alike.push(flight);
    else this.#flights.set(key, [flight]);
    return flight;
  }

  #landed(key: string, flight: Flight): void {
    const left = this.#flights.get(key)?.filter((other) => other !== flight) ?? [];
    if (left.length > 0) this.#flights.set(key, left);
    else this.#flights.delete(key);
  }
}

/** Whether the model would be asked the same: the short texts are compared first. */
function isSame(one: CompletionRequest, other: CompletionRequest): boolean {
  return (
    one.path === other.path &&
    one.languageId === other.languageId &&
    one.snippets.length === other.snippets.length &&
    one.after === other.after &&
    one.before === other.before &&
    one.snippets.every((snippet, index) => snippet === other.snippets[index])
  );
}

/** One question to the model and all who read its answer. It is over with its source, or when its last reader leaves. */
class Flight {
  readonly request: CompletionRequest;
  readonly #abort = new AbortController();
  readonly #answer: UpstreamAnswer;
  readonly #onLanded: () => void;
  readonly #readers = new Set<Reader>();
  readonly #texts: string[] = [];
  #chars = 0;
  #isReading = false;
  #end: AnswerEnd | undefined;
  #failure: { readonly thrown: unknown } | undefined;
  #isLanded = false;

  constructor(request: CompletionRequest, source: Source, onLanded: () => void) {
    this.request = request;
    this.#onLanded = onLanded;
    this.#answer = source(request, this.#abort.signal);
  }

  join(reader: Reader): void {
    this.#readers.add(reader);
  }

  leave(reader: Reader, reason: unknown): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#isLanded) return;
    this.#land();
    this.#abort.abort(reason);
    this.#answer.return(unread).catch(() => undefined);
  }

  /** Gives the reader its next result, now or when it is there. */
  serve(reader: Reader): void {
    const text = this.#texts[reader.textsRead];
    if (text !== undefined) reader.give({ done: false, value: text });
    else if (this.#failure) reader.fail(this.#failure.thrown);
    else if (this.#end) reader.give({ done: true, value: this.#end });
    else if (!this.#isReading) this.#read();
  }

  #read(): void {
    this.#isReading = true;
    this.#answer.next().then(
      (result) => {
        this.#take(result);
      },
      (thrown: unknown) => {
        this.#failure = { thrown };
        this.#land();
        this.#serveAll();
      },
    );
  }

  #take(result: Result): void {
    this.#isReading = false;
    if (result.done === true) {
      this.#end = result.value;
      this.#land();
    } else {
      this.#texts.push(result.value);
      this.#chars += result.value.length;
      if (this.#chars > maxAnswerChars) this.#cutOff();
    }
    this.#serveAll();
  }

  #cutOff(): void {
    this.#end = { stop: "limit", usage: undefined };
    this.#land();
    this.#abort.abort(new Failure("too-large", "the model does not come to an end"));
    this.#answer.return(unread).catch(() => undefined);
  }

  #serveAll(): void {
    for (const reader of [...this.#readers]) if (reader.isWaiting) this.serve(reader);
  }

  #land(): void {
    if (this.#isLanded) return;
    this.#isLanded = true;
    this.#onLanded();
  }
}

/** One caller's view of a flight. It takes off with the first `next`; calls must not overlap, as `for await` makes them. */
class Reader implements UpstreamAnswer {
  readonly #board: () => Flight;
  readonly #signal: AbortSignal;
  #flight: Flight | undefined;
  #abort: Disposable | undefined;
  #waiting: PromiseWithResolvers<Result> | undefined;
  #isOver = false;
  /** How many texts it has been given. */
  textsRead = 0;

  constructor(board: () => Flight, signal: AbortSignal) {
    this.#board = board;
    this.#signal = signal;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve({ done: true, value: unread });
    if (this.#signal.aborted) {
      this.#leave(this.#signal.reason);
      return Promise.reject(this.#signal.reason as Error);
    }
    const flight = this.#flight ?? this.#takeOff();
    const waiting = (this.#waiting = Promise.withResolvers());
    flight.serve(this);
    return waiting.promise;
  }

  return(): Promise<Result> {
    this.#leave(new Failure("internal", "the reader stopped reading"));
    this.give({ done: true, value: unread });
    return Promise.resolve({ done: true, value: unread });
  }

  throw(thrown: unknown): Promise<Result> {
    this.#leave(thrown);
    this.fail(thrown);
    return Promise.reject(Failure.from(thrown));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  give(result: Result): void {
    if (result.done === true) this.#leave(undefined);
    else this.textsRead++;
    this.#waiting?.resolve(result);
    this.#waiting = undefined;
  }

  fail(thrown: unknown): void {
    this.#leave(thrown);
    this.#waiting?.reject(thrown);
    this.#waiting = undefined;
  }

  #takeOff(): Flight {
    const flight = (this.#flight = this.#board());
    flight.join(this);
    this.#abort = onAbort(this.#signal, () => {
      this.fail(this.#signal.reason);
    });
    return flight;
  }

  #leave(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort?.dispose();
    this.#flight?.leave(this, reason);
  }
}
