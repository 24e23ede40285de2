import {
  Answer,
  type Anchor,
  contextChars,
  lineStart,
  nearLinesBelow,
  type Standing,
} from "./answer.ts";
import type { Origin } from "../wire/messages.ts";
import { leavesBlock, linesAbove } from "./tidy/lines.ts";

/** Where an answer passes the cursor. */
export interface Match {
  readonly answer: Answer;
  /** What the answer says from the cursor on; empty at its end. */
  readonly rest: string;
  /** Where in the answer's text the place's line begins. */
  readonly lineAt: number;
  readonly standing: Standing;
}

/** A line of an answer. */
interface AnswerLine {
  readonly answer: Answer;
  /** Where in the answer's text it begins. */
  readonly at: number;
}

const maxAnswers = 100;

/**
 * The answers for one document so far, found again wherever the cursor stands in one of them: typed along,
 * gone back into, or come to another way. A line is looked up by the text before it, its content by comparing;
 * so a look-up costs a few hundred characters, whatever the document's size.
 */
export class KnownAnswers {
  /** By the `contextChars` before a line, oldest first. */
  readonly #lines = new Map<string, AnswerLine[]>();
  /** Oldest first. */
  readonly #answers: Answer[] = [];

  /** Begins an answer at a place. */
  begin(origin: Origin, anchor: Anchor): Answer {
    const answer = new Answer(origin, anchor);
    this.#answers.push(answer);
    this.#note({ answer, at: 0 });
    this.#evict();
    return answer;
  }

  /** A place was asked about to the end: what is known there of another text above is no reason to ask once more. */
  askedAt(place: Anchor): void {
    for (const { answer, lineAt } of this.find(place)) answer.askedAnewAt(place, lineAt);
  }

  /** More of an answer. */
  grow(answer: Answer, text: string): void {
    const from = answer.text.length;
    answer.append(text);
    if (!this.#answers.includes(answer)) return; // it was evicted while it streamed
    for (let at = nextLine(answer, from); at > 0; at = nextLine(answer, at)) {
      this.#note({ answer, at });
    }
  }

  forget(answer: Answer): void {
    const at = this.#answers.indexOf(answer);
    if (at < 0) return;
    this.#answers.splice(at, 1);
    for (const [key, lines] of this.#lines) {
      const left = lines.filter((line) => line.answer !== answer);
      if (left.length === 0) this.#lines.delete(key);
      else if (left.length < lines.length) this.#lines.set(key, left);
    }
  }

  /** Forgets the drafts that stand alone; those beside a model are asked for anew anyway. */
  forgetDrafts(): void {
    for (const answer of this.#answers.filter(({ standsAlone }) => standsAlone))
      this.forget(answer);
  }

  /** The answers that pass this place, the newest first. */
  find(place: Anchor): readonly Match[] {
    const { before, after } = place;
    const start = lineStart(place);
    const lines = this.#lines.get(before.slice(Math.max(0, start - contextChars), start));
    if (!lines) return [];
    const line = before.slice(start);
    const below = nearLinesBelow(after);
    const matches: Match[] = [];
    for (let index = lines.length - 1; index >= 0; index--) {
      const known = lines[index];
      if (!known || !standsAbove(known.answer, below)) continue;
      const rest = restBehind(known, line);
      if (rest === undefined) continue;
      const { answer, at: lineAt } = known;
      matches.push({ answer, rest, lineAt, standing: answer.standingAt(place, lineAt) });
    }
    return matches;
  }

  #note(line: AnswerLine): void {
    const { answer, at } = line;
    const key = (answer.context + answer.text.slice(0, at)).slice(-contextChars);
    const lines = this.#lines.get(key);
    if (lines) lines.push(line);
    else this.#lines.set(key, [line]);
  }

  #evict(): void {
    if (this.#answers.length <= maxAnswers) return;
    const oldest = this.#answers.find(({ isOpen }) => !isOpen);
    if (oldest) this.forget(oldest);
  }
}

/** Where in an answer's text the next line begins; 0 where there is none. */
const nextLine = ({ text }: Answer, from: number): number => text.indexOf("\n", from) + 1;

/**
 * Whether the text below is what it was where the answer was asked for: its first line is still near. Lines may
 * have come in between, such as the closing bracket of a block that was begun.
 */
const standsAbove = ({ lineBelow }: Answer, below: readonly string[]): boolean =>
  lineBelow === "" ? below.length <= 2 : below.includes(lineBelow);

/** What an answer says behind the begun line, if the line is begun as the answer says. */
function restBehind(known: AnswerLine, line: string): string | undefined {
  const { answer, at } = known;
  const { text, beginsAt } = answer;
  if (at === 0 && line.length < beginsAt) return undefined; // before its begin
  if (text.startsWith(line, at)) return text.slice(at + line.length);
  return line.trim() === "" && !isOutdented(known) ? reindented(text.slice(at), line) : undefined;
}

/** Whether an answer leaves a block with this line: moved further in, it would say something else. */
function isOutdented({ answer, at }: AnswerLine): boolean {
  if (at === 0) return false; // its indentation is the person's
  const said = /^[ \t]*/.exec(answer.text.slice(at))?.[0] ?? "";
  const [above = ""] = linesAbove(answer.context + answer.text.slice(0, at), 1);
  return leavesBlock(said, above);
}

/** The same lines under another indentation than the answer's, where the first is indented further than it said. */
function reindented(text: string, indentation: string): string | undefined {
  const said = /^[ \t]*/.exec(text)?.[0] ?? "";
  const body = text.slice(said.length);
  if (body === "" || /^\r?\n/.test(body)) return undefined;
  const [first = "", ...others] = body.split("\n");
  const moved = others.map((line) =>
    line.startsWith(said) ? indentation + line.slice(said.length) : line,
  );
  return [first, ...moved].join("\n");
}

/** Whether all that is known at a place was said of another text above, and nobody has asked since. */
export const isOutdated = (matches: readonly Match[]): boolean =>
  matches.length > 0 && matches.every(({ standing }) => standing === "outdated");
