import type { Clock } from "../../../src/base/clock.ts";
import type { Disposable } from "../../../src/base/disposable.ts";
import type { Oracle } from "./oracle.ts";

/** How fast the oracle answers, in milliseconds. */
export interface OraclePace {
  readonly firstTokenMs: number;
  /** From one token to the next. */
  readonly tokenMs: number;
}

/** What the oracle noted of one request; times are those of its clock. */
export interface OracleRecord {
  readonly begunAt: number;
  /** How many tokens were written. */
  readonly tokens: number;
  /** When each was written; undefined where the oracle does not say. */
  readonly tokensAt: readonly number[] | undefined;
  /** When the request was seen closed before its end. */
  readonly closedAt: number | undefined;
}

/** Where the tokens of one answer go. */
export interface TokenSink {
  token(text: string): void;
  end(): void;
}

/** The oracle's answers as they stream, and its log. Whoever passes them on closes what is no longer wanted. */
export class OracleAnswers {
  readonly #oracle: Oracle;
  readonly #pace: OraclePace;
  readonly #clock: Clock;
  readonly #log: OracleRecord[] = [];

  constructor(oracle: Oracle, pace: OraclePace, clock: Clock) {
    this.#oracle = oracle;
    this.#pace = pace;
    this.#clock = clock;
  }

  /** All requests so far, in the order in which they began. */
  get log(): readonly OracleRecord[] {
    return this.#log;
  }

  /** Begins to answer; disposing what it returns is the close of the request, and nothing after its end. */
  begin(before: string, limit: number, sink: TokenSink): Disposable {
    const tokens = this.#oracle.answer(before, limit);
    const begunAt = this.#clock.now();
    const tokensAt: number[] = [];
    const record = {
      begunAt,
      tokensAt,
      closedAt: undefined as number | undefined,
      get tokens() {
        return tokensAt.length;
      },
    };
    this.#log.push(record);
    let timer: Disposable | undefined;
    let isOver = false;
    const at = (dueAt: number, action: () => void) => {
      const delayMs = dueAt - this.#clock.now();
      if (delayMs > 0) timer = this.#clock.after(delayMs, action);
      else action();
    };
    const next = () => {
      if (isOver) return;
      const token = tokens[tokensAt.length];
      if (token === undefined) {
        isOver = true;
        sink.end();
        return;
      }
      tokensAt.push(this.#clock.now());
      sink.token(token);
      at(begunAt + this.#pace.firstTokenMs + tokensAt.length * this.#pace.tokenMs, next);
    };
    at(begunAt + this.#pace.firstTokenMs, next);
    return {
      dispose: () => {
        timer?.dispose();
        if (isOver) return;
        isOver = true;
        record.closedAt = this.#clock.now();
      },
    };
  }
}
