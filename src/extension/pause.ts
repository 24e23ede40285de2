import type * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";

/** What a pause is made of. */
export interface PauseParts {
  readonly clock: Clock;
  /** The wall clock in milliseconds: unlike the other one it goes on while the machine sleeps. */
  readonly wallNowMs: () => number;
  /** Outlives the window's reload. */
  readonly storage: Pick<vscode.Memento, "get" | "update">;
}

const storageKey = "slipstream.pause";

/** On the wall clock. */
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The pause a person asked for. It ends at its moment on the wall clock, also where the machine slept meanwhile or the
 * window was reloaded, and never lasts longer than was asked for where that clock is set back.
 */
export class Pause implements Disposable {
  readonly #parts: PauseParts;
  readonly #changes = new Emitter<undefined>();
  #span: Span | undefined;
  #timer: Disposable | undefined;

  constructor(parts: PauseParts) {
    this.#parts = parts;
    const kept = parts.storage.get<unknown>(storageKey);
    if (isSpan(kept)) this.#hold(kept);
    if (kept !== undefined && this.untilMs === undefined) this.end();
  }

  /** Fires when a pause begins or ends. */
  readonly onChange = this.#changes.on;

  /** When it ends, on the wall clock; undefined where there is none. */
  get untilMs(): number | undefined {
    const untilMs = this.#span?.untilMs ?? -Infinity;
    return this.#parts.wallNowMs() < untilMs ? untilMs : undefined;
  }

  begin(lengthMs: number): void {
    const fromMs = this.#parts.wallNowMs();
    const span = { fromMs, untilMs: fromMs + lengthMs };
    this.#hold(span);
    this.#keep(span);
    this.#changes.fire(undefined);
  }

  end(): void {
    this.#timer?.dispose();
    this.#span = undefined;
    this.#keep(undefined);
    this.#changes.fire(undefined);
  }

  /** The machine may have slept: what was over by then ends. */
  check(): void {
    if (this.#span && this.untilMs === undefined) this.end();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#changes.dispose();
  }

  #keep(span: Span | undefined): void {
    void this.#parts.storage.update(storageKey, span);
  }

  #hold(span: Span): void {
    this.#timer?.dispose();
    this.#span = span;
    const leftMs = span.untilMs - this.#parts.wallNowMs();
    const longestMs = span.untilMs - span.fromMs;
    this.#timer = this.#parts.clock.after(Math.min(leftMs, longestMs), () => {
      this.end();
    });
  }
}

function isSpan(value: unknown): value is Span {
  const { fromMs, untilMs } = (value ?? {}) as Partial<Record<keyof Span, unknown>>;
  return typeof fromMs === "number" && typeof untilMs === "number";
}
