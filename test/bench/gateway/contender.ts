import type { Disposable } from "../../../src/base/disposable.ts";

/** One user who asks and is answered, again and again, over a connection of their own. */
export interface Asker extends Disposable {
  /** One request to its end; how long its first text took, in milliseconds. Rejects where it is not answered well. */
  ask(): Promise<number>;
}

/** One way from a user to the model. */
export interface Contender {
  readonly name: string;
  /** The processes between both ends; none where there is nothing between them. */
  readonly pids: readonly number[];
  connect(): Promise<Asker>;
}
