import type { Engine } from "../../../src/engine/engine.ts";
import type { Figures } from "../report.ts";
import { longestCopy, recentWord } from "./baselines.ts";
import type { Cursor } from "./commitReplay.ts";
import { write, type Written } from "./typist.ts";

/** A cursor in a line, for what is asked once and not along the keys. */
interface Point {
  /** Whether the likeliest way to the line's end is how it went on. */
  readonly isExact: boolean;
  /** Whether the likeliest next token, or rest of the begun word, came. */
  readonly isTokenRight: boolean;
  /** Whether something would be shown there, and all of it is right. */
  readonly isShown: boolean;
  readonly isShownRight: boolean;
}

/** What came of one line. */
interface Line {
  readonly commit: string;
  readonly isNovel: boolean;
  readonly written: Written;
  readonly points: readonly Point[];
  readonly byWord: Written;
  readonly byCopy: Written;
}

/** What writing lines has shown. */
export interface Writing {
  readonly lines: readonly Line[];
  readonly queryMs: readonly number[];
}

const resamples = 300;
const randomPoints = 2;
/** How many ways are followed to find the likeliest to the line's end. */
const ways = 3;

/** Writes lines with an engine and keeps what it was good for. */
export class LineWriter {
  readonly #parts: { engine: Engine; threshold: number | undefined; random: () => number };
  readonly #lines: Line[] = [];
  readonly #queryMs: number[] = [];

  constructor(parts: { engine: Engine; threshold: number | undefined; random: () => number }) {
    this.#parts = parts;
  }

  get writing(): Writing {
    return { lines: this.#lines, queryMs: this.#queryMs };
  }

  /** Chooses now where in the line is asked, and writes it when called. */
  planned(cursor: Cursor): () => void {
    const { commit, isNovel } = cursor;
    const columns = this.#columns(cursor);
    return () => {
      this.#lines.push({
        commit,
        isNovel,
        written: write(cursor, (typed) => this.#shown(cursor, typed)),
        points: columns.map((column) => this.#point(cursor, column)),
        byWord: write(cursor, (typed) => recentWord(cursor, typed)),
        byCopy: write(cursor, (typed) => longestCopy(cursor, typed)),
      });
    };
  }

  #shown(cursor: Cursor, typed: string): string {
    const { engine, threshold } = this.#parts;
    const query = queryOf(cursor, typed);
    const startedAt = performance.now();
    const text = engine.complete(query, threshold) ?? "";
    this.#queryMs.push(performance.now() - startedAt);
    return text;
  }

  /** A line's start and two places in it. */
  #columns({ line }: Cursor): number[] {
    const columns = [0];
    for (let count = 0; count < randomPoints; count++)
      columns.push(Math.floor(this.#parts.random() * line.length));
    return columns;
  }

  #point(cursor: Cursor, column: number): Point {
    const { engine, threshold } = this.#parts;
    const rest = cursor.line.slice(column);
    const query = queryOf(cursor, cursor.line.slice(0, column));
    const [whole] = engine.lines(query, ways);
    const [first] = engine.predict(query);
    const shown = engine.complete(query, threshold);
    return {
      isExact: folded(whole?.text ?? "") === folded(rest),
      isTokenRight: first !== undefined && folded(first.text) === folded(firstToken(rest)),
      isShown: shown !== undefined,
      isShownRight: shown !== undefined && rest.startsWith(shown),
    };
  }
}

/** What the lines of one or several records amount to. */
export function figuresOf(writings: readonly Writing[], random: () => number): Figures {
  const lines = writings.flatMap((writing) => writing.lines);
  const points = lines.flatMap((line) => line.points);
  const queryMs = writings.flatMap((writing) => writing.queryMs).sort((a, b) => a - b);
  return {
    lines: lines.length,
    chars: sum(lines, ({ written }) => written.chars),
    ...savings(lines, "written"),
    novel: savings(
      lines.filter(({ isNovel }) => isNovel),
      "written",
    ),
    seen: savings(
      lines.filter(({ isNovel }) => !isNovel),
      "written",
    ),
    exactMatch: share(points, ({ isExact }) => isExact),
    nextToken: share(points, ({ isTokenRight }) => isTokenRight),
    coverage: share(points, ({ isShown }) => isShown),
    coveredRight: share(
      points.filter(({ isShown }) => isShown),
      ({ isShownRight }) => isShownRight,
    ),
    queries: queryMs.length,
    queryMs: { p50: at(queryMs, 0.5), p99: at(queryMs, 0.99) },
    interval95: interval(lines, random),
    byRecentWord: savings(lines, "byWord"),
    byLongestCopy: savings(lines, "byCopy"),
  };
}

/** How far keys saved and precision may be off, by drawing the commits anew. */
function interval(lines: readonly Line[], random: () => number): Figures {
  const byCommit = [...Map.groupBy(lines, ({ commit }) => commit).values()];
  const saved: number[] = [];
  const precise: number[] = [];
  for (let round = 0; round < resamples; round++) {
    const drawn = byCommit.flatMap(() => byCommit[Math.floor(random() * byCommit.length)] ?? []);
    const { keysSaved, precision } = savings(drawn, "written");
    saved.push(keysSaved ?? 0);
    precise.push(precision ?? 0);
  }
  return { keysSaved: middle(saved), precision: middle(precise) };
}

const queryOf = (cursor: Cursor, typed: string) => ({
  path: cursor.path,
  languageId: cursor.languageId,
  before: cursor.before + typed,
  after: cursor.after,
  isConfined: false,
});

interface Savings extends Figures {
  readonly keysSaved: number | null;
  readonly precision: number | null;
  readonly displaysPer100Chars: number | null;
}

function savings(lines: readonly Line[], by: "written" | "byWord" | "byCopy"): Savings {
  const chars = sum(lines, (line) => line[by].chars);
  const displays = sum(lines, (line) => line[by].displays);
  return {
    keysSaved: chars === 0 ? null : 1 - sum(lines, (line) => line[by].keys) / chars,
    precision: displays === 0 ? null : sum(lines, (line) => line[by].right) / displays,
    displaysPer100Chars: chars === 0 ? null : (100 * displays) / chars,
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const share = <T>(items: readonly T[], has: (item: T) => boolean): number | null =>
  items.length === 0 ? null : items.filter(has).length / items.length;

const at = (sorted: readonly number[], where: number): number | null =>
  sorted[Math.floor(where * sorted.length)] ?? null;

const middle = (samples: readonly number[]): readonly number[] => {
  const sorted = samples.toSorted((a, b) => a - b);
  return [0.025, 0.975].map((where) => sorted[Math.floor(where * sorted.length)] ?? 0);
};

const folded = (text: string): string => text.replace(/\s+/g, " ").trim();
const firstToken = (text: string): string =>
  /^\s*(?:[\w$\u{80}-\u{10FFFF}]+|\S)/u.exec(text)?.[0] ?? "";
