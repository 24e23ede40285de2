import type { Cursor } from "./commitReplay.ts";

/** What is shown before the next key; empty for nothing. `typed` is what stands of the line. */
export type Suggest = (typed: string) => string;

/** How one line was written. */
export interface Written {
  readonly chars: number;
  /** Keys for it: one for each character typed and one for each suggestion accepted. */
  readonly keys: number;
  /** Fresh suggestions: what is typed along with is the same one. */
  readonly displays: number;
  /** Displays of which every character was what came next. */
  readonly right: number;
}

/**
 * Writes a line from its first sign to its last: a suggestion is accepted when all of it comes next, never in part,
 * and stays while what is typed agrees with it.
 */
export function write({ line }: Pick<Cursor, "line">, suggest: Suggest): Written {
  const tally = { chars: line.length, keys: 0, displays: 0, right: 0 };
  let shown = "";
  for (let at = 0; at < line.length; tally.keys++) {
    if (shown === "") {
      shown = suggest(line.slice(0, at));
      if (shown !== "") tally.displays++;
    }
    if (shown !== "" && line.startsWith(shown, at)) {
      tally.right++;
      at += shown.length;
      shown = "";
    } else {
      shown = shown.startsWith(line.charAt(at)) ? shown.slice(1) : "";
      at++;
    }
  }
  return tally;
}
