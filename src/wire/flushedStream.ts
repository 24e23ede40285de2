import type { Transform } from "node:stream";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";

interface Job {
  readonly input: Uint8Array;
  readonly maxOutputBytes: number;
  readonly resolve: (output: Uint8Array) => void;
  readonly reject: (failure: Failure) => void;
}

/**
 * Runs payloads through one stream that flushes after each write, and says which part of its output
 * belongs to which payload: one payload is in the stream at a time, the others wait in order. It owns
 * the stream. After the first failure, or `dispose`, every call rejects with that failure.
 */
export class FlushedStream implements Disposable {
  readonly #stream: Transform;
  readonly #waiting: Job[] = [];
  #active: Job | undefined;
  #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  #end: Failure | undefined;

  constructor(stream: Transform) {
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    stream.on("error", (error) => {
      this.#stop(new Failure("protocol", "compressed bytes cannot be read", error));
    });
    // A stream that ends by itself has read an end mark of its format; nobody sends one.
    stream.on("end", () => {
      this.#stop(new Failure("protocol", "the compressed stream has ended"));
    });
  }

  /**
   * The output for `input`, which must not be changed before the promise settles; nothing for nothing.
   * More than `maxOutputBytes` stops the stream while it produces them and rejects with `too-large`.
   */
  run(input: Uint8Array, maxOutputBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      this.#waiting.push({ input, maxOutputBytes, resolve, reject });
      this.#next();
    });
  }

  /** Ends waiting calls with `link-lost` and frees the stream. */
  dispose(): void {
    this.#stop(new Failure("link-lost", "the compressed stream was closed"));
  }

  #next(): void {
    if (this.#active) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#active = job;
    if (job.input.length === 0) {
      this.#finish(job);
      return;
    }
    this.#stream.write(job.input, (error) => {
      if (!error) this.#finish(job);
    });
  }

  #take(chunk: Uint8Array): void {
    if (!this.#active) return;
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#active.maxOutputBytes) {
      this.#stop(new Failure("too-large", "a message inflates to more than is allowed"));
    } else {
      this.#chunks.push(chunk);
    }
  }

  #finish(job: Job): void {
    // What the stream still buffers comes as "data" while it is read.
    while (this.#stream.readableLength > 0) this.#stream.read();
    if (this.#active !== job) return;
    const output = Buffer.concat(this.#chunks);
    this.#forget();
    job.resolve(output);
    this.#next();
  }

  #stop(failure: Failure): void {
    if (this.#end) return;
    this.#end = failure;
    const jobs = [...(this.#active ? [this.#active] : []), ...this.#waiting.splice(0)];
    this.#forget();
    this.#stream.destroy();
    for (const { reject } of jobs) reject(failure);
  }

  #forget(): void {
    this.#active = undefined;
    this.#chunks = [];
    this.#sizeBytes = 0;
  }
}
