import { isSameState, type Snapshot } from "../context/snapshot.ts";
import { type Answer, contextChars } from "./answer.ts";
import { type Extent, extentOf, lineBefore } from "./extent.ts";
import type { Match } from "./knownAnswers.ts";
import { type Progress, shape, type Shaped } from "./shape.ts";
import { isSameText, type Suggestion } from "./suggestion.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";

/** What can be shown at a state, or why nothing can. */
export interface Offer {
  readonly suggestion: Suggestion | undefined;
  /** The answer that goes on from here, also where it is not shown. */
  readonly match: Match | undefined;
  /** Whether it is the rest of what is on the screen, or extends that. */
  readonly isShown: boolean;
  /** Whether more of the answer will not change it. */
  readonly isWhole: boolean;
  /** Why a text that is known is not shown; empty when there is none, or it is shown. */
  readonly reason: string;
}

/** How to choose. */
export interface Choice extends Pick<Progress, "mayCutWords" | "syntax"> {
  /** Show also what was rejected before. */
  readonly isExplicit: boolean;
  /** The time, on the core's clock. */
  readonly now: number;
}

/** Ghost text that was given out, and where. */
interface Shown {
  readonly suggestion: Suggestion;
  readonly snapshot: Snapshot;
  /** Since when it, or what it is the rest of, is on the screen. */
  readonly since: number;
  /** Whether some of it was typed or accepted. */
  readonly isTouched: boolean;
  /** Whether it was said of another text above. */
  readonly isOutdated: boolean;
  /** Whether all of it had come: more behind it is another text. */
  readonly isWhole: boolean;
  /** The answer of which more will not change it. */
  readonly wholeOf: Answer | undefined;
}

/** What was rejected, as far as it was shown. */
interface Rejected {
  /** The line, with what stood before it. */
  readonly line: string;
  /** Whether all of it had come. */
  readonly isWhole: boolean;
}

/** A draft that has stood longer is being read: what disagrees with it is then no more than another text. */
const correctedWithinMs = 400;
const comparedChars = 100;
const maxRejected = 50;
const maxAlternatives = 5;
const rejectedReason = "dismissed before";

/**
 * Chooses among the answers that pass the cursor. What is on the screen stays while it fits what is typed; what
 * a person has rejected does not return.
 */
export class Offers {
  #shown: Shown | undefined;
  #last: Offer | undefined;
  /** Where the extent is known, and what it is: it takes a look at the syntax. */
  #extent: { readonly at: Snapshot; readonly is: Extent } | undefined;
  /** What was on the screen last and stands in the text now, typed or inserted. */
  #written: Shown | undefined;
  #accepted: Shown | undefined;
  /** Oldest first. */
  readonly #rejected: Rejected[] = [];

  /**
   * A caller has been given this for the screen, at a time of the core's clock. Returns whether it is another ghost text:
   * not the rest of what is there, more of it, or the model's in its place.
   */
  taken(snapshot: Snapshot, suggestion: Suggestion, now: number): boolean {
    const isNew = this.#shown === undefined;
    const isLast = this.#last?.suggestion === suggestion;
    const match = isLast ? this.#last?.match : undefined;
    const before = this.#shown ?? { snapshot, since: now, isTouched: false }; // else this goes on from it
    const isOutdated = isSameText(this.#shown?.suggestion, suggestion)
      ? this.#shown?.isOutdated === true
      : match !== undefined && match.standing !== "current";
    // At an answer's own end more may be asked for.
    const isBeforeEnd = (match?.rest.trimEnd().length ?? 0) > suggestion.text.length;
    const isWhole = isLast && this.#last?.isWhole === true;
    const isTouched = before.isTouched || !isAt(before, snapshot);
    const wholeOf = isWhole && isBeforeEnd && !isOutdated ? match?.answer : undefined;
    const { since } = before;
    this.#shown = { snapshot, suggestion, isWhole, wholeOf, since, isTouched, isOutdated };
    this.#written = undefined;
    return isNew;
  }

  /** What was shown is on the screen no more. */
  hidden(): void {
    this.#shown = undefined;
  }

  /** What was shown was inserted; the text may have it by now. Taking it out again will reject it. */
  accepted(): void {
    this.#accepted = this.#written ?? this.#shown;
  }

  /** What is shown is not wanted. */
  reject(): void {
    if (this.#shown) this.#reject(this.#shown);
    this.#shown = undefined;
  }

  /** The best there is for this state. */
  best(snapshot: Snapshot, matches: readonly Match[], choice: Choice): Offer {
    this.#last = this.#best(snapshot, matches, choice);
    return this.#last;
  }

  /** Other texts for this state, the best first. */
  alternatives(snapshot: Snapshot, matches: readonly Match[], best: Suggestion): Suggestion[] {
    const found = new Map<string, Suggestion>();
    for (const match of inOrder(matches)) {
      const isDone = !match.answer.isUnfinished;
      const shaped = shape(match.rest, snapshot, {
        isDone,
        mayCutWords: isDone,
        syntax: undefined,
        extent: extentOf(snapshot, undefined),
      });
      if (shaped.kind === "filtered" || shaped.text === best.text) continue;
      if (!found.has(shaped.text)) found.set(shaped.text, suggestionOf(shaped, match));
    }
    return [...found.values()].slice(0, maxAlternatives);
  }

  #best(snapshot: Snapshot, matches: readonly Match[], choice: Choice): Offer {
    this.#noticeRemoval(snapshot);
    const shown = this.#restOfShown(snapshot);
    const whole = shown && matches.find(({ answer }) => answer === this.#shown?.wholeOf);
    if (whole) return { suggestion: shown, match: whole, isShown: true, isWhole: true, reason: "" };
    let reason = "";
    let first: Match | undefined;
    for (const match of inOrder(matches)) {
      if (match.rest.trim() === "") continue;
      first ??= match;
      const shaped = this.#shaped(match, snapshot, choice);
      if (shaped.kind === "filtered") {
        if (!match.answer.isUnfinished || shaped.by === rejectedReason) reason ||= shaped.by;
      } else if (
        !shown ||
        mayReplace(shown, shaped, match, this.#isCorrectable(snapshot, choice))
      ) {
        return offerOf(shaped, match, shown !== undefined);
      }
    }
    const rest = { match: first, isShown: shown !== undefined, isWhole: true };
    return { ...rest, suggestion: shown, reason: shown ? "" : reason };
  }

  #shaped({ answer, rest }: Match, snapshot: Snapshot, choice: Choice): Shaped {
    const extent = this.#extentAt(snapshot, choice.syntax);
    const mayCutWords = choice.mayCutWords && !answer.isCutOff;
    const isDone = !answer.isUnfinished;
    const shaped = shape(rest, snapshot, { ...choice, mayCutWords, extent, isDone });
    if (shaped.kind === "filtered" || choice.isExplicit || !this.#isRejected(snapshot, shaped.text))
      return shaped;
    return { kind: "filtered", by: rejectedReason };
  }

  #extentAt(snapshot: Snapshot, syntax: SyntaxView | undefined): Extent {
    if (this.#extent?.at !== snapshot)
      this.#extent = { at: snapshot, is: extentOf(snapshot, syntax) };
    return this.#extent.is;
  }

  /**
   * Whether the model may correct what is shown: a draft, or what was said of another text above. It has only just come, where
   * the person still is, and nothing of it was typed.
   */
  #isCorrectable(snapshot: Snapshot, { now }: Choice): boolean {
    const shown = this.#shown;
    if (!shown || shown.isTouched || !isAt(shown, snapshot)) return false;
    if (shown.suggestion.origin !== "draft" && !shown.isOutdated) return false;
    return now - shown.since <= correctedWithinMs;
  }

  /** What is left of the text on the screen when its begin has been typed; undefined where something else was. */
  #restOfShown(snapshot: Snapshot): Suggestion | undefined {
    if (!this.#shown) return undefined;
    const { suggestion } = this.#shown;
    const typed = typedSince(this.#shown.snapshot, snapshot);
    if (typed !== undefined && suggestion.text.startsWith(typed)) {
      const text = suggestion.text.slice(typed.length);
      if (text.trim() !== "") return { ...suggestion, text };
      this.#written = this.#shown;
    }
    // Accepted, it takes the place of what stood right of it.
    const { snapshot: from } = this.#shown;
    const after = from.after.slice(suggestion.replaceAfterChars);
    if (typedSince({ ...from, after }, snapshot) === suggestion.text) this.#written = this.#shown;
    this.#shown = undefined; // the editor has taken it away
    return undefined;
  }

  /** Text that was accepted and is gone again. */
  #noticeRemoval(snapshot: Snapshot): void {
    if (!this.#accepted || typedSince(this.#accepted.snapshot, snapshot) !== "") return;
    if (snapshot.version !== this.#accepted.snapshot.version) {
      this.#reject(this.#accepted);
      this.#accepted = undefined;
      this.#shown = undefined;
    }
  }

  #reject({ snapshot, suggestion, isWhole }: Shown): void {
    this.#rejected.push({ line: wholeLine(snapshot, suggestion.text), isWhole });
    if (this.#rejected.length > maxRejected) this.#rejected.shift();
  }

  /** More than was shown is no other text until what was shown has been typed. */
  #isRejected(snapshot: Snapshot, text: string): boolean {
    if (this.#rejected.length === 0) return false;
    const begun = wholeLine(snapshot, "");
    const line = wholeLine(snapshot, text);
    return this.#rejected.some(
      (each) =>
        line.startsWith(each.line) &&
        begun.length < each.line.length &&
        !(each.isWhole && isWithinWord(line, each.line.length)),
    );
  }
}

/** Whether a word goes on at a place: `item` is another one than `items`. */
const isWithinWord = (line: string, at: number): boolean =>
  /^[\p{L}\p{N}_$]{2}/u.test(line.slice(at - 1));

/** The line with a suggestion in it, up to the first line end that has something before it; and what is above. */
function wholeLine({ before }: Snapshot, text: string): string {
  const line = lineBefore(before);
  const above = before.slice(0, before.length - line.length).slice(-contextChars);
  const first = /^\s*[^\r\n]*/.exec(text)?.[0] ?? "";
  return `${above}\0${line}${first.trimEnd()}`;
}

/** What was typed at a cursor to get from one state to a later one; undefined where more than that happened. */
function typedSince(from: Snapshot, to: Snapshot): string | undefined {
  const typedChars = to.offset - from.offset;
  if (typedChars < 0 || typedChars > to.before.length) return undefined;
  const kept = to.before.slice(0, to.before.length - typedChars);
  const isSame =
    kept.endsWith(from.before.slice(-comparedChars)) &&
    to.after.slice(0, comparedChars) === from.after.slice(0, comparedChars);
  return isSame ? to.before.slice(kept.length) : undefined;
}

/** Whether the person is still exactly where something was given out. */
const isAt = ({ snapshot }: Pick<Shown, "snapshot">, place: Snapshot): boolean =>
  isSameState(snapshot, place);

/** Whether a text may take the place of what is shown: it extends it, or is what the model says now where that may correct it. */
const mayReplace = (
  shown: Suggestion,
  shaped: Extract<Shaped, { kind: "fitted" }>,
  { answer, standing }: Match,
  isCorrectable: boolean,
): boolean =>
  shaped.text.startsWith(shown.text) ||
  (isCorrectable && answer.origin === "remote" && standing === "current" && shaped.isWhole);

/** The model's answers before drafts, the newest first. */
const inOrder = (matches: readonly Match[]): readonly Match[] =>
  matches.length < 2 ? matches : [...matches.filter(isRemote), ...matches.filter(isDraft)];

const isDraft = ({ answer }: Match): boolean => answer.origin === "draft";
const isRemote = ({ answer }: Match): boolean => answer.origin === "remote";

const suggestionOf = (
  { text, replaceAfterChars }: Extract<Shaped, { kind: "fitted" }>,
  { answer }: Match,
): Suggestion => ({ text, replaceAfterChars, origin: answer.origin });

const offerOf = (
  shaped: Extract<Shaped, { kind: "fitted" }>,
  match: Match,
  isShown: boolean,
): Offer => ({
  suggestion: suggestionOf(shaped, match),
  match,
  isShown,
  isWhole: shaped.isWhole,
  reason: "",
});

/** Whether what is offered is the engine's, and the model has neither been asked nor said anything that passes here. */
export const isDraftAlone = ({ match }: Offer, matches: readonly Match[]): boolean =>
  match?.answer.origin === "draft" &&
  !match.answer.standsAlone &&
  !matches.some((each) => isRemote(each) && each.rest.trim() !== "");
