import { cutAt } from "./cut.ts";
import type { Extent } from "./extent.ts";
import type { Place } from "./tidy/place.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";
import { tidy } from "./tidy/tidy.ts";

/** A text as it can be shown, or why it cannot. */
export type Shaped =
  | {
      readonly kind: "fitted";
      readonly text: string;
      readonly replaceAfterChars: number;
      /** Whether more text from the same answer will not change it. */
      readonly isWhole: boolean;
    }
  | { readonly kind: "filtered"; readonly by: string };

/** What is known of a text beside itself. */
export interface Progress {
  /** No more of it will come. */
  readonly isDone: boolean;
  /** Show also a word that may not have come to its end. */
  readonly mayCutWords: boolean;
  /** The syntax of the place's language, the same for one ask. */
  readonly syntax: SyntaxView | undefined;
  /** How far a suggestion may go at the place. */
  readonly extent: Extent;
}

/** Less than this is no text to look at, unless it is all there is: what follows would come a drawing later. */
const leastSolidChars = 2;

/** Cuts what an answer says at a place to its extent, and makes it fit. */
export function shape(rest: string, place: Place, progress: Progress): Shaped {
  const { isDone, mayCutWords, syntax, extent } = progress;
  const { endChars, isWhole } = cutAt({ text: rest, isDone }, place, extent, syntax);
  const cut = rest.slice(0, isWhole || endChars > 0 ? endChars : rest.length);
  const tidied = tidy(isWhole || mayCutWords ? cut : wholeWords(cut), place);
  if (tidied.kind === "filtered") return tidied;
  const isEnough = isWhole || isDone || solidChars(tidied.text) >= leastSolidChars;
  return isEnough ? { ...tidied, isWhole } : { kind: "filtered", by: "more is on its way" };
}

/** The text without a word that may go on. */
const wholeWords = (text: string): string => text.replace(/[\p{L}\p{N}_$]+$/u, "");

const solidChars = (text: string): number => text.replace(/\s/g, "").length;
