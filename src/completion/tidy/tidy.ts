import { dropBlankStart } from "./blankLines.ts";
import { cutDuplicateClosers } from "./blockClosers.ts";
import { unfence } from "./codeFence.ts";
import { refuseConflict } from "./conflictMarkers.ts";
import { cutAtEcho } from "./echo.ts";
import { fit } from "./fit.ts";
import { dropDoubledIndentation } from "./indentation.ts";
import { useDocumentBreaks, withPlainBreaks, withPlainBreaksAt } from "./lineBreaks.ts";
import { cutAtOverlap } from "./overlap.ts";
import type { Place } from "./place.ts";
import { cutAtLinesAbove } from "./repeatedAbove.ts";
import { cutAtRepeatedLine } from "./repeatedLines.ts";
import { cutRepeatedRun } from "./repeatedRun.ts";
import { cutAtSpecialToken } from "./specialTokens.ts";
import { useDocumentIndentation } from "./tabs.ts";
import { dropThinking } from "./thinking.ts";
import { isTrivial } from "./trivial.ts";
import { willShow } from "./willShow.ts";

/** What became of a text: what to insert, or what took the last of it, as people read it. */
export type Tidied =
  | {
      readonly kind: "fitted";
      readonly text: string;
      /** How many UTF-16 units right of the cursor the text takes the place of; never past the line's end. */
      readonly replaceAfterChars: number;
    }
  | { readonly kind: "filtered"; readonly by: string };

/** Gives what is left of a text at a place; empty when nothing is. Pure. */
type Filter = (text: string, place: Place) => string;

/** In this order; the first that leaves nothing but blanks gives its name. */
const filters: readonly (readonly [name: string, filter: Filter])[] = [
  ["nothing but blanks", (text) => text],
  ["a model's control token", cutAtSpecialToken],
  ["thinking aloud", dropThinking],
  ["code fence", unfence],
  ["merge conflict", refuseConflict],
  ["blank lines", dropBlankStart],
  ["indentation", dropDoubledIndentation],
  ["tabs and spaces", useDocumentIndentation],
  ["repetition", cutAtRepeatedLine],
  ["repetition", cutRepeatedRun],
  ["repetition of the lines above", cutAtLinesAbove],
  ["echo of the lines below", cutAtEcho],
  ["overlap with the text after the cursor", cutAtOverlap],
  ["closing lines that are there already", cutDuplicateClosers],
];

/** What one filter leaves may be another one's matter; a text that is not settled by then is nonsense. */
const mostRounds = 20;

/**
 * From text already cut to its extent to what is worth showing at the cursor. It is settled: tidied again at
 * the same place it stays as it is, and what is left of it when a person has typed its beginning does too.
 * Never throws. The text comes with the document's line breaks.
 */
export function tidy(text: string, place: Place): Tidied {
  const plain = withPlainBreaksAt(place);
  let said = withPlainBreaks(text);
  for (let round = 0; round < mostRounds; round++) {
    const tidied = tidyOnce(said, plain);
    if (tidied.kind === "filtered") return tidied;
    if (tidied.text === said) return { ...tidied, text: useDocumentBreaks(said, place) };
    said = tidied.text;
  }
  return { kind: "filtered", by: "repetition" };
}

function tidyOnce(text: string, place: Place): Tidied {
  let said = text;
  for (const [name, filter] of filters) {
    said = filter(said, place);
    if (said.trim() === "") return { kind: "filtered", by: name };
  }
  const fitted = fit(said, place);
  if (!fitted) return { kind: "filtered", by: "the middle of a word" };
  if (isTrivial(fitted, place.after)) return { kind: "filtered", by: "nothing new" };
  if (!willShow(fitted, place.after)) return { kind: "filtered", by: "the editor would hide it" };
  return { kind: "fitted", ...fitted };
}
