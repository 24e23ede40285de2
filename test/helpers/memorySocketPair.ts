import type { FrameHandlers, FrameSocket } from "../../src/link/frameSocket.ts";
import { closeCodes, type CloseCode } from "../../src/wire/closeCodes.ts";
import { maxFrameBytes } from "../../src/wire/limits.ts";

const cutCode = 1006;

type Item =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** One end of a connection that is only memory. */
export class MemorySocket implements FrameSocket {
  readonly #outbox: Item[] = [];
  readonly #onSent: () => void;
  #handlers: FrameHandlers | undefined;
  #isClosed = false;

  constructor(onSent: () => void) {
    this.#onSent = onSent;
  }

  get unsentBytes(): number {
    return this.#outbox.reduce(
      (sum, item) => sum + (item.kind === "frame" ? item.bytes.length : 0),
      0,
    );
  }

  send(frame: Uint8Array): void {
    if (!this.#isClosed) this.#put({ kind: "frame", bytes: frame.slice() });
  }

  close(code: CloseCode, reason: string): void {
    if (this.#isClosed) return;
    this.#put({ kind: "close", code, reason });
    this.#gone(code, reason);
  }

  terminate(): void {
    if (this.#isClosed) return;
    this.#outbox.length = 0;
    this.#put({ kind: "close", code: cutCode, reason: "" });
    this.#gone(cutCode, "");
  }

  listen(handlers: FrameHandlers): void {
    this.#handlers = handlers;
  }

  /** The oldest thing this end has sent and the other has not seen. */
  take(): Item | undefined {
    return this.#outbox.shift();
  }

  /** What the other end sent arrives. */
  arrive(item: Item): void {
    if (this.#isClosed) return;
    if (item.kind === "close") this.#gone(item.code, item.reason);
    else if (item.bytes.length > maxFrameBytes) this.close(closeCodes.tooLarge, "");
    else this.#handlers?.frame(item.bytes);
  }

  #put(item: Item): void {
    this.#outbox.push(item);
    this.#onSent();
  }

  #gone(code: number, reason: string): void {
    this.#isClosed = true;
    queueMicrotask(() => this.#handlers?.closed(code, reason));
  }
}

/** Two ends of one connection. What one sends arrives in a later turn, or when the test delivers it. */
export class MemorySocketPair {
  readonly client: MemorySocket;
  readonly server: MemorySocket;
  #isHeld: boolean;

  constructor(delivery: "automatic" | "by hand" = "automatic") {
    this.#isHeld = delivery === "by hand";
    const onSent = () => {
      if (!this.#isHeld) setImmediate(() => this.deliver("client") || this.deliver("server"));
    };
    this.client = new MemorySocket(onSent);
    this.server = new MemorySocket(onSent);
  }

  /** Hands the oldest thing on its way to this end over; false when there is none. */
  deliver(to: "client" | "server"): boolean {
    const [from, into] = to === "client" ? [this.server, this.client] : [this.client, this.server];
    const item = from.take();
    if (item) into.arrive(item);
    return item !== undefined;
  }

  /** Breaks the connection: what was on its way is lost, each end is told. */
  cut(): void {
    for (const end of [this.client, this.server]) {
      while (end.take());
      end.arrive({ kind: "close", code: cutCode, reason: "" });
    }
  }
}
