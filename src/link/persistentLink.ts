import { deadline, onAbort } from "../base/abort.ts";
import { type Clock } from "../base/clock.ts";
import { type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { Failure } from "../base/failure.ts";
import { type CompletionRequest, type Piece } from "../wire/messages.ts";
import { ClientLink } from "./clientLink.ts";
import { type FrameSocket } from "./frameSocket.ts";
import { type LinkState } from "./linkState.ts";

const dialTimeoutMs = 10_000;
const firstRetryMs = 100;
/** The first wait after a close that dialling again at once would only repeat (PROTOCOL.md section 8). */
const firstLaterRetryMs = 2_000;
const longestRetryMs = 10_000;
/** A refusal mostly needs a person, but an ingress or a token being replaced refuses for a while only. */
const refusedRetryMs = 60_000;
/** A link that has held this long was a good one: its loss is dialled again quickly. */
const steadyMs = 5_000;

/** What a persistent link is made of. */
export interface PersistentLinkParts {
  /** Opens one socket; asked again after each loss. Throws a `Failure`. */
  readonly dial: (signal: AbortSignal) => Promise<FrameSocket>;
  readonly clock: Clock;
  /** From 0 to 1; spreads the retries of many windows. */
  readonly random: () => number;
  readonly client: string;
}

/**
 * One link that is dialled again when it is lost: at most one socket at any time. Owned by the window;
 * `dispose` closes it for good.
 */
export class PersistentLink implements Disposable {
  readonly #parts: PersistentLinkParts;
  readonly #states = new Emitter<LinkState>();
  #state: LinkState = { kind: "connecting", after: undefined };
  #attempt = new AbortController();
  #link: ClientLink | undefined;
  #retry: Disposable | undefined;
  #failuresInRow = 0;
  #lastFailure: Failure | undefined;
  #readyAt: number | undefined;
  #connectionCount = 0;

  constructor(parts: PersistentLinkParts) {
    this.#parts = parts;
    void this.#dial();
  }

  /** Fires after each change of `state`. */
  readonly onState = this.#states.on;

  get state(): LinkState {
    return this.#state;
  }

  get roundTripMs(): number | undefined {
    return this.#link?.roundTripMs;
  }

  /** How many sockets have been opened so far. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  /** As `ClientLink.complete`; with no link it throws the failure at once instead of waiting. */
  async *complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
    if (this.#link && this.#state.kind === "ready") yield* this.#link.complete(request, signal);
    else throw this.#absence();
  }

  /** Waits until the link is ready. Throws the signal's reason, or the failure of a link that is refused. */
  async ready(signal: AbortSignal): Promise<void> {
    const settled = Promise.withResolvers<undefined>();
    const look = (state: LinkState) => {
      if (state.kind === "ready") settled.resolve(undefined);
      else if (state.kind === "refused" || state.kind === "closed") settled.reject(this.#absence());
    };
    const watch = this.#states.on(look);
    const abort = onAbort(signal, () => {
      settled.reject(signal.reason as Error);
    });
    look(this.#state);
    try {
      await settled.promise;
    } finally {
      watch.dispose();
      abort.dispose();
    }
  }

  /** Drops what there is and dials at once, as after a change of settings. */
  reconnect(): void {
    if (this.#state.kind === "closed") return;
    this.#drop();
    this.#failuresInRow = 0;
    this.#lastFailure = undefined;
    void this.#dial();
  }

  dispose(): void {
    this.#drop();
    this.#set({ kind: "closed" });
    this.#states.dispose();
  }

  #drop(): void {
    this.#attempt.abort(new Failure("link-lost", "the link was closed"));
    this.#retry?.dispose();
    this.#link?.dispose();
    this.#link = undefined;
  }

  async #dial(): Promise<void> {
    const attempt = (this.#attempt = new AbortController());
    this.#set({ kind: "connecting", after: this.#lastFailure });
    if (isOver(attempt)) return; // whoever heard of it wanted otherwise
    const limit = deadline(attempt.signal, this.#parts.clock, dialTimeoutMs, "opening the link");
    try {
      const socket = await inTime(this.#parts.dial(limit.signal), limit.signal);
      if (isOver(attempt)) {
        socket.terminate();
        return;
      }
      this.#connectionCount++;
      const { clock, client } = this.#parts;
      const onEnded = (failure: Failure) => {
        this.#lost(attempt, failure);
      };
      this.#link = new ClientLink({ socket, clock, client, onEnded });
      const welcome = await this.#link.welcome;
      if (isOver(attempt)) return;
      this.#lastFailure = undefined;
      this.#readyAt = clock.now();
      this.#set({ kind: "ready", welcome });
    } catch (error) {
      const failure = Failure.from(error, "gateway-unreachable");
      const isLate = failure.code === "deadline"; // of the dial, not of a model
      this.#lost(attempt, isLate ? new Failure("gateway-unreachable", failure.message) : failure);
    } finally {
      limit.dispose();
    }
  }

  /** Heard from the dial and from the link of one attempt; only the first word of a live one counts. */
  #lost(attempt: AbortController, failure: Failure): void {
    if (isOver(attempt)) return;
    attempt.abort(failure);
    this.#link = undefined;
    this.#lastFailure = failure;
    // A gateway that welcomes and then drops its clients is not dialled as if it had worked.
    const wasSteady =
      this.#readyAt !== undefined && this.#parts.clock.now() - this.#readyAt >= steadyMs;
    if (wasSteady) this.#failuresInRow = 0;
    this.#readyAt = undefined;
    if (failure.code === "unauthorized" || failure.code === "handshake-refused") {
      this.#retry = this.#parts.clock.after(refusedRetryMs, () => void this.#dial());
      this.#set({ kind: "refused", failure });
      return;
    }
    const isLater = failure.code === "busy" || failure.code === "protocol";
    const firstMs = isLater ? firstLaterRetryMs : firstRetryMs;
    const ceilingMs = Math.min(longestRetryMs, firstMs * 2 ** this.#failuresInRow++);
    const retryMs = Math.round(ceilingMs * (0.5 + this.#parts.random() / 2));
    this.#retry = this.#parts.clock.after(retryMs, () => void this.#dial());
    this.#set({ kind: "waiting", failure, retryMs });
  }

  #set(state: LinkState): void {
    this.#state = state;
    this.#states.fire(state);
  }

  #absence(): Failure {
    const state = this.#state;
    if (state.kind === "waiting" || state.kind === "refused") return state.failure;
    if (state.kind === "connecting" && state.after) return state.after;
    return new Failure("link-lost", "the link is not open yet");
  }
}

/** Asked again after each await: the compiler takes the first answer for the last one. */
const isOver = (attempt: AbortController): boolean => attempt.signal.aborted;

/** The socket, or the signal's reason as soon as it fires; a socket that comes after that is ended. */
async function inTime(dial: Promise<FrameSocket>, signal: AbortSignal): Promise<FrameSocket> {
  const late = Promise.withResolvers<never>();
  const abort = onAbort(signal, () => {
    late.reject(signal.reason as Error);
    const end = (socket: FrameSocket) => {
      socket.terminate();
    };
    dial.then(end, () => undefined);
  });
  try {
    return await Promise.race([dial, late.promise]);
  } finally {
    abort.dispose();
  }
}
