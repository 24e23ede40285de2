import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposable.ts";
import type { Work } from "../upstream.ts";
import { type LaneEvent, readEvent, type ServerError } from "./events.ts";
import { Lane, type LaneHost } from "./lane.ts";
import type { ResponsesSocket } from "./socket.ts";

/** The lanes of a socket: one without a name where the server knows none. */
export interface LaneNames {
  readonly names: readonly (string | undefined)[];
  /** Those on which contexts are parked. */
  readonly parking: readonly string[];
}

/** What a connection is made of; it owns the socket. */
export interface ConnectionParts {
  readonly socket: ResponsesSocket;
  readonly lanes: LaneNames;
  readonly interrupts: boolean;
  readonly clock: Clock;
  /** The first word of the server, a pong included. */
  readonly onHeard: () => void;
  readonly onFreed: () => void;
  readonly onDrained: (tokens: number) => void;
  /** Told of each request that is sent. */
  readonly onSent: (text: string, work: Work) => void;
  /** It is old: another one should take its place. */
  readonly onOld: () => void;
  readonly onClosed: () => void;
}

/** The code of the error with which the server ends an old socket. */
const connectionLimit = "websocket_connection_limit_reached";

/** The server ends a socket after 60 minutes. */
export const maxAgeMs = 55 * 60_000;

/** One socket and what runs on its lanes. It ends when the socket does, or when it is retired and nobody reads of it. */
export class Connection implements Disposable {
  readonly lanes: readonly Lane[];
  readonly parking: readonly Lane[];
  readonly #parts: ConnectionParts;
  readonly #age: Disposable;
  #interrupts: boolean;
  #isRetired = false;
  #isOld = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#interrupts = parts.interrupts;
    const host = this.#host(() => {
      this.retire();
      parts.onFreed(); // what waits for a lane needs another socket
    });
    const parkingHost = this.#host(() => undefined); // nobody waits for those
    this.lanes = parts.lanes.names.map((name) => new Lane(name, host));
    this.parking = parts.lanes.parking.map((name) => new Lane(name, parkingHost));
    this.#age = parts.clock.after(maxAgeMs, () => {
      this.#isOld = true;
      parts.onOld();
    });
    parts.socket.listen({
      heard: parts.onHeard,
      message: (text) => {
        this.#receive(text);
      },
      binary: () => {
        this.#garbled();
      },
      closed: () => {
        this.#closed();
      },
    });
  }

  /** Whether it takes new requests. */
  get isOpen(): boolean {
    return !this.#isRetired;
  }

  get isOld(): boolean {
    return this.#isOld;
  }

  /** What is still read ahead for nobody does not count. */
  get isIdle(): boolean {
    return this.lanes.every((lane) => lane.isIdle) && !this.parking.some((lane) => lane.isRead);
  }

  get hasHeard(): boolean {
    return this.#parts.socket.hasHeard;
  }

  /** Takes nothing new, and ends as soon as nobody reads what it carries. */
  retire(): void {
    this.#isRetired = true;
    this.#endWhereUnread();
  }

  /** Ends at once; what runs is lost. */
  dispose(): void {
    this.#isRetired = true;
    this.#parts.socket.dispose();
  }

  #host(drainsTooLong: () => void): LaneHost {
    const { clock, socket, onDrained, onFreed, onSent } = this.#parts;
    const interrupts = () => this.#interrupts;
    return {
      clock,
      get interrupts() {
        return interrupts();
      },
      send: (text, work) => {
        socket.send(text);
        if (work) onSent(text, work);
      },
      unread: () => {
        this.#endWhereUnread();
      },
      freed: () => {
        this.#endWhereUnread();
        onFreed();
      },
      drained: onDrained,
      drainsTooLong,
    };
  }

  #all(): readonly Lane[] {
    return [...this.lanes, ...this.parking];
  }

  #endWhereUnread(): void {
    if (this.#isRetired && !this.#all().some((lane) => lane.isRead)) this.dispose();
  }

  #receive(text: string): void {
    const read = readEvent(text);
    if (!read) {
      this.#garbled();
      return;
    }
    const { event } = read;
    if (event.kind === "not-interrupted") this.#interrupts = false;
    if (event.kind === "failed" && event.error.code === connectionLimit) {
      this.dispose();
      return;
    }
    const lane = this.#laneOf(read);
    if (event.kind === "failed" && !lane) this.#failed(event.error);
    else lane?.receive(event);
  }

  #laneOf({ lane: name }: LaneEvent): Lane | undefined {
    const [first] = this.lanes;
    if (first?.name === undefined) return first;
    return this.#all().find((lane) => lane.name === name);
  }

  /** An error that names no lane: about an interrupt, or the only request there is. */
  #failed(error: ServerError): void {
    const busy = this.#all().filter((lane) => !lane.isIdle);
    if (busy.some((lane) => lane.isInterrupted)) {
      this.#interrupts = false; // the server does not know them
      return;
    }
    for (const lane of busy) lane.receive({ kind: "failed", error });
    if (busy.length > 1) this.retire(); // nobody knows what still runs
  }

  #garbled(): void {
    for (const lane of this.#all()) lane.end({ kind: "garbled" });
    this.dispose();
  }

  #closed(): void {
    this.#isRetired = true;
    this.#age.dispose();
    this.#parts.onClosed();
    for (const lane of this.#all()) lane.end({ kind: "lost" });
  }
}
