import type { Failure } from "../base/failure.ts";
import type { Origin } from "../wire/messages.ts";

/** Ghost text that is ready to show at the cursor it was asked for. */
export interface Suggestion {
  readonly text: string;
  /** How many UTF-16 units right of the cursor it takes the place of; never past the line's end. */
  readonly replaceAfterChars: number;
  readonly origin: Origin;
}

/**
 * Where a result came from: the rest of what is shown, an earlier answer, the request of an earlier key that was still
 * running, the ask's own request, or nowhere.
 */
export type ResultSource = "typed through" | "known" | "awaited" | "asked" | "none";

/** Where the milliseconds of one ask went, each since the key but for two; undefined where it never came. */
export interface AskTimings {
  readonly firstPieceMs: number | undefined;
  readonly readyMs: number;
  /** When its own request began, if it is that one's text. */
  readonly requestedMs: number | undefined;
  /** When the first text came of whoever wrote what is shown, if it is its own request's. */
  readonly textMs: number | undefined;
  /** How long it took to read the editor and to make the ask. */
  readonly contextMs: number | undefined;
  /** How long it took to choose and to tidy what is shown. */
  readonly tidyMs: number | undefined;
}

/** How one ask ended: with ghost text, or with the reason there is none. */
export interface AskResult {
  readonly suggestion: Suggestion | undefined;
  readonly source: ResultSource;
  /** For people: why nothing is shown; empty when something is. */
  readonly reason: string;
  /** What went wrong, also beside a suggestion (the draft is shown while the model fails). */
  readonly failure: Failure | undefined;
  readonly timings: AskTimings;
}

/** Whether two suggestions show the same. */
export const isSameText = (a: Suggestion | undefined, b: Suggestion | undefined): boolean =>
  a?.text === b?.text && a?.replaceAfterChars === b?.replaceAfterChars;

/** Whether one suggestion goes on from another. */
export const isExtension = (of: Suggestion | undefined, by: Suggestion | undefined): boolean =>
  of !== undefined && by?.text.startsWith(of.text) === true;

/** Whether a suggestion is the model's text in the place of a draft. */
export const isCorrection = (of: Suggestion | undefined, by: Suggestion | undefined): boolean =>
  of?.origin === "draft" && by?.origin === "remote";
