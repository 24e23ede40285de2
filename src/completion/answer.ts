import type { Origin } from "../wire/messages.ts";
import { linesBelow } from "./tidy/lines.ts";

/** How much text before a line tells the line from others like it, in UTF-16 units. */
export const contextChars = 240;

/** The place an answer begins at. */
export interface Anchor {
  /** Text before it, at least its line and `contextChars` more where the document has them. */
  readonly before: string;
  readonly after: string;
  /** Its offset in the document, in UTF-16 units. */
  readonly offset: number;
  /** Whether the document's lines end with `\r\n`; missing where the text alone tells. */
  readonly hasCrLf?: boolean;
}

/**
 * What one origin said at one place, as far as it has come. It grows while it streams, and again when what
 * comes after it is asked for. Owned by the `KnownAnswers` of its document.
 */
export class Answer {
  readonly origin: Origin;
  /** Up to `contextChars` before the line it begins in. */
  readonly context: string;
  /** The first line below the anchor that is not blank. */
  readonly lineBelow: string;
  /** Where in `text` it begins; what stands before is the line it begins in. */
  readonly beginsAt: number;
  /** All that was looked at above that line when it was asked for. */
  readonly #above: AboveAt;
  /** What stood above it when it was asked for once more. */
  #aboveAgain: AboveAt | undefined;
  readonly #anchorOffset: number;
  readonly #hasCrLf: boolean;
  #text: string;
  /** Whether more text is on its way. */
  isOpen = true;
  /** Whether it was given up on the way: it may stop in the middle of a word. */
  isCutOff = false;
  /** Whether all that can be had was said: asking for more brings nothing. */
  isOver = false;
  /** Whether asking ahead for more has failed: it is asked for when it is needed. */
  hasFailedAhead = false;
  /** Of a draft: there is no model, or it was asked too and had nothing to say. */
  standsAlone = false;

  constructor(origin: Origin, anchor: Anchor) {
    const lineAt = lineStart(anchor);
    this.origin = origin;
    this.context = anchor.before.slice(Math.max(0, lineAt - contextChars), lineAt);
    this.lineBelow = nearLinesBelow(anchor.after)[0] ?? "";
    this.#text = anchor.before.slice(lineAt);
    this.beginsAt = this.#text.length;
    this.#above = { ...aboveLine(anchor, lineAt), at: 0 };
    this.#anchorOffset = anchor.offset;
    const near = this.context || anchor.after.slice(0, lookedAtChars);
    this.#hasCrLf = anchor.hasCrLf ?? near.includes("\r\n");
  }

  /** Whether it has not come to its end: more is on its way, or it was given up. */
  get isUnfinished(): boolean {
    return this.isOpen || this.isCutOff;
  }

  /** The line it begins in, and what was said. */
  get text(): string {
    return this.#text;
  }

  /** More text, with the document's line ends. Only its `KnownAnswers` calls this. */
  append(text: string): void {
    this.#text += this.#hasCrLf ? text.replaceAll("\r", "").replaceAll("\n", "\r\n") : text;
  }

  /**
   * How what stands above a place in it, at `at` of its text, is to what stood there when it was asked for. The text further up
   * may have changed since, such as the name of a parameter.
   */
  standingAt(place: Anchor, at: number): Standing {
    const above = aboveLine(place, lineStart(place));
    if (isSameAbove(this.#expected(this.#above, at), above)) return "current";
    const again = this.#aboveAgain;
    return again && isSameAbove(this.#expected(again, at), above) ? "asked anew" : "outdated";
  }

  /** The same place was asked about again, with what stood above it then. */
  askedAnewAt(place: Anchor, at: number): void {
    this.#aboveAgain = { ...aboveLine(place, lineStart(place)), at };
  }

  /** What stands above one of its lines where nothing but what it says has come to what stood above another. */
  #expected({ text, isAll, at: from }: AboveAt, at: number): Above {
    const said = this.#text.slice(from, at);
    const above = at < from ? text.slice(0, Math.max(0, text.length - from + at)) : text + said;
    return { text: above, isAll };
  }

  /**
   * Whether a place is behind its end as it is so far, and what stands between the end and the place
   * may be what it will say next.
   */
  mayReach({ before, offset }: Anchor): boolean {
    const beyondChars = offset - this.#anchorOffset - (this.#text.length - this.beginsAt);
    if (!this.isOpen || beyondChars <= 0 || beyondChars > before.length) return false;
    const tail = (this.context + this.#text).slice(-contextChars);
    return before.slice(0, before.length - beyondChars).endsWith(tail);
  }
}

/** Whether an answer was said of the text as it is above; `asked anew`: no, and somebody has asked again since. */
export type Standing = "current" | "outdated" | "asked anew";

/** The text above a line, as far as a snapshot has it. */
interface Above {
  readonly text: string;
  /** Whether it begins where the document does. */
  readonly isAll: boolean;
}

/** What stood above one of an answer's lines, and where in the answer's text that line begins. */
interface AboveAt extends Above {
  readonly at: number;
}

/** Where in the text before a place its line begins. */
export const lineStart = ({ before }: Pick<Anchor, "before">): number =>
  before.lastIndexOf("\n") + 1;

const aboveLine = ({ before, offset }: Anchor, lineAt: number): Above => ({
  text: before.slice(0, lineAt),
  isAll: before.length === offset,
});

/** Snapshots begin anywhere: only what both have is compared, unless both have all. */
const isSameAbove = (a: Above, b: Above): boolean =>
  a.isAll && b.isAll ? a.text === b.text : a.text.endsWith(b.text) || b.text.endsWith(a.text);

const lookedAtChars = 1_000;
const lookedAtLines = 4;

/** The first lines below the cursor's line that are not blank, without their ends; only what is near. */
export function nearLinesBelow(after: string): readonly string[] {
  const near = after.slice(0, lookedAtChars).split("\n", lookedAtLines * 2);
  return linesBelow(near.join("\n"), lookedAtLines).map((line) => line.trim());
}
