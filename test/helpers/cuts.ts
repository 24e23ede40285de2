import assert from "node:assert/strict";
import { it } from "node:test";
import { cutAt } from "../../src/completion/cut.ts";
import { type Extent, extentOf } from "../../src/completion/extent.ts";
import type { Place } from "../../src/completion/tidy/place.ts";
import type { SyntaxView } from "../../src/completion/syntax/syntaxView.ts";
import { atCursor } from "./cursor.ts";

/**
 * A document with its cursor as `█`, how far a suggestion may go, and an answer with its end as `┃`; without one
 * all of it is shown.
 */
export type CutCase = readonly [marked: string, extent: Extent, answer: string];

/** The place of a cursor that is written as `█`. */
export const placeAt = (marked: string, languageId: string): Place => ({
  ...atCursor(marked),
  languageId,
});

/** One test for each case; then the same with CRLF. `view` is asked when the test runs. */
export function holdCuts(
  languageId: string,
  view: () => SyntaxView | undefined,
  cases: readonly CutCase[],
): void {
  for (const [marked, extent, answer] of cases) {
    it(`${languageId}: ${JSON.stringify(marked)} and ${JSON.stringify(answer)}`, () => {
      for (const lineBreak of ["\n", "\r\n"]) {
        const place = placeAt(marked.replaceAll("\n", lineBreak), languageId);
        assert.equal(extentOf(place, view()), extent, JSON.stringify(lineBreak));
        const expected = answer.replaceAll("\n", lineBreak);
        const [shown = "", rest = ""] = expected.split("┃");
        const { endChars, isWhole } = cutAt(
          { text: shown + rest, isDone: true },
          place,
          extent,
          view(),
        );
        const ended = `${shown.slice(0, endChars)}${rest.slice(0, Math.max(0, endChars - shown.length))}`;
        const left = (shown + rest).slice(endChars);
        assert.equal(left === "" ? ended : `${ended}┃${left}`, expected);
        assert.ok(isWhole);
      }
    });
  }
}

/** The cuts of an answer as it grows by the given pieces; the last one is of the whole answer, done. */
export function cutsOf(
  pieces: readonly string[],
  place: Place,
  syntax: SyntaxView | undefined,
): { readonly endChars: number; readonly isWhole: boolean }[] {
  const extent = extentOf(place, syntax);
  let text = "";
  const cuts = pieces.map((piece) => {
    text += piece;
    return cutAt({ text, isDone: false }, place, extent, syntax);
  });
  return [...cuts, cutAt({ text, isDone: true }, place, extent, syntax)];
}
