import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Place } from "../../src/completion/tidy/place.ts";
import { type Tidied, tidy } from "../../src/completion/tidy/tidy.ts";
import { atCursor, shownAt } from "./cursor.ts";

/** The place of the cursor `█` in a document, a TypeScript one unless said otherwise. */
export const placeAt = (marked: string, languageId = "typescript"): Place => ({
  ...atCursor(marked),
  languageId,
});

/** The document with the cursor, what the model says, and the document with the ghost text in `«»`. */
export type ShownCase = readonly [marked: string, answer: string, shown: string | undefined];

/** Runs a table of what people see, through all filters: undefined where nothing is shown. */
export function holdShown(
  name: string,
  cases: readonly ShownCase[],
  languageId = "typescript",
): void {
  describe(name, () => {
    for (const [marked, answer, expected] of cases) {
      it(`at ${JSON.stringify(marked)} for ${JSON.stringify(answer)}`, () => {
        const tidied = tidy(answer, placeAt(marked, languageId));
        assert.equal(tidied.kind === "fitted" ? shownAt(marked, tidied) : undefined, expected);
      });
    }
  });
}

/** A place, a text, and what one filter leaves of it; empty when it leaves nothing. */
export type FilterCase = readonly [marked: string, text: string, left: string];

/** Runs a table of what one filter does alone. */
export function holdFilter(
  name: string,
  filter: (text: string, place: Place) => string,
  cases: readonly FilterCase[],
  languageId = "typescript",
): void {
  describe(name, () => {
    for (const [marked, text, left] of cases) {
      it(`at ${JSON.stringify(marked)} for ${JSON.stringify(text)}`, () => {
        assert.equal(filter(text, placeAt(marked, languageId)), left);
      });
    }
  });
}

/** What took the last of a text; fails when something is left. */
export function filteredBy(marked: string, text: string, languageId?: string): string {
  const tidied: Tidied = tidy(text, placeAt(marked, languageId));
  assert.equal(tidied.kind, "filtered");
  return tidied.by;
}
