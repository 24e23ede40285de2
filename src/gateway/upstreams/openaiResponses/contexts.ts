import type { CompletionRequest } from "../../../wire/messages.ts";
import { type FileContext, nearIn, type NearText } from "./completionPrompt.ts";
import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";

/** A context that a server has read, and keeps as long as nothing else runs on the lane it is parked on. */
export interface ParkedContext {
  readonly context: FileContext;
  readonly responseId: string;
  readonly lane: Lane;
  readonly connection: Connection;
}

/** A parked context, and what of a request it does not have. */
export interface Fork {
  readonly parked: ParkedContext;
  readonly near: NearText;
}

/** What is parked where. What it knows of a connection ends with that. */
export class ParkedContexts {
  readonly #byLane = new WeakMap<Lane, ParkedContext>();
  /** How many requests go on from it and have not read it yet. */
  readonly #held = new WeakMap<Lane, number>();
  /** When each was last of use: the one that was so the longest ago makes room. */
  readonly #usedAt = new WeakMap<Lane, number>();
  #uses = 0;

  /** The one that leaves the least to say of a request. */
  find(connection: Connection, request: CompletionRequest): Fork | undefined {
    const forks = connection.parking.flatMap((lane): Fork[] => {
      const parked = this.#byLane.get(lane);
      const near = parked && nearIn(parked.context, request);
      return near ? [{ parked, near }] : [];
    });
    const size = ({ near }: Fork) => near.before.length + near.after.length;
    return forks.sort((a, b) => size(a) - size(b))[0];
  }

  /** A lane to park on: nothing runs there, and nobody is still to read what it has. */
  freeLane(connection: Connection): Lane | undefined {
    const age = (lane: Lane) => this.#usedAt.get(lane) ?? 0;
    return connection.parking
      .filter((lane) => lane.isIdle && !this.#held.get(lane))
      .sort((a, b) => age(a) - age(b))[0];
  }

  park(parked: ParkedContext): void {
    this.#byLane.set(parked.lane, parked);
    this.#usedAt.set(parked.lane, ++this.#uses);
  }

  /** To be called before a lane is used for something else, and when the server has lost it. */
  forget(lane: Lane): void {
    this.#byLane.delete(lane);
  }

  /** Keeps it in its place until the returned function is called, once or more often. */
  hold({ lane }: ParkedContext): () => void {
    this.#usedAt.set(lane, ++this.#uses);
    this.#held.set(lane, (this.#held.get(lane) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#held.set(lane, (this.#held.get(lane) ?? 1) - 1);
      isHeld = false;
    };
  }
}
