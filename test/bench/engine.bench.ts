/**
 * What the embedded engine costs and what it saves.
 *   --repo DIR     replay the newest commits of a git repository, bare or not; several are also put together
 *   --commits N    how many commits of each (default 45)
 *   --seed S       which of their lines (default 1)
 *   --threshold T  the confidence from which on text is shown (default: that of the setting "balanced")
 *   --fit          instead of replaying, print the weights of src/engine/fitted.ts as these commits have them
 *   --folder DIR   without --repo: the TypeScript files that are learned and typed again (default: src)
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/base/clock.ts";
import { Percentiles } from "../../src/base/percentiles.ts";
import { DeclarationShelf } from "../../src/engine/declarations/declarationShelf.ts";
import { importedNames } from "../../src/engine/declarations/importedNames.ts";
import { Engine } from "../../src/engine/engine.ts";
import { mostShortTokens } from "../../src/engine/tokenLog.ts";
import { Tokens } from "../../src/engine/tokens.ts";
import { fitConfidence, fitTokens } from "./engine/fit.ts";
import { replay, type ReplaySettings } from "./engine/replay.ts";
import { write, type Written } from "./engine/typist.ts";
import type { Figures } from "./report.ts";

const sourceFolder = join(import.meta.dirname, "../../src");
const clock = systemClock;

interface Source {
  readonly path: string;
  /** Where it is on this machine. */
  readonly folder: string;
  readonly text: string;
}

export function run(options: string[]): Figures {
  const { values } = parseArgs({
    args: options,
    options: {
      repo: { type: "string", multiple: true, default: [] },
      commits: { type: "string", default: "45" },
      seed: { type: "string", default: "1" },
      threshold: { type: "string" },
      fit: { type: "boolean", default: false },
      folder: { type: "string", default: sourceFolder },
    },
  });
  const settings = {
    repos: values.repo,
    commits: Number(values.commits),
    seed: Number(values.seed),
    threshold: values.threshold === undefined ? undefined : Number(values.threshold),
  };
  if (values.fit) return fitted(settings);
  return values.repo.length > 0 ? replay(settings) : ownSource(values.folder);
}

/** The token weights come first: the confidence is fitted with those that are in place. */
function fitted(settings: ReplaySettings): Figures {
  const [lineStart, begunWord, elsewhere] = fitTokens(settings);
  return {
    tokenWeights: {
      lineStart: lineStart ?? [],
      begunWord: begunWord ?? [],
      elsewhere: elsewhere ?? [],
    },
    confidenceWeights: fitConfidence(settings),
  };
}

function ownSource(folder: string): Figures {
  const sources = readSources(folder);
  return {
    traceFiles: sources.length,
    traceChars: sources.reduce((sum, source) => sum + source.text.length, 0),
    ...measureIndex(sources),
    ...measureTyping(sources),
    ...measureLargeDocument(sources),
    leaveFileOut: measureSavings(sources),
    firstFile: measureFirstFile(sources),
    firstFileWithDeclarations: measureFirstFile(sources, true),
  };
}

function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => ({
      path: `app/${path}`,
      folder: dirname(join(folder, path)),
      text: readFileSync(join(folder, path), "utf8"),
    }));
}

function engineWith(sources: readonly Source[]): Engine {
  const engine = new Engine();
  for (const { path, text } of sources) engine.learnFile(path, text);
  return engine;
}

/** Learns about 4 MB: the sources again and again under other names. */
function measureIndex(sources: readonly Source[]): Record<string, number> {
  const chars = sources.reduce((sum, source) => sum + source.text.length, 0);
  const rounds = Math.max(1, Math.round(4e6 / chars));
  const engine = new Engine();
  const startedAt = clock.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const { path, text } of sources) engine.learnFile(`${round}/${path}`, text);
  }
  const { learnedChars, indexBytes } = engine.stats;
  return {
    indexMsPerMb: ((clock.now() - startedAt) / learnedChars) * 1e6,
    indexBytesPerChar: indexBytes / learnedChars,
  };
}

/** Types the longest file from its first key to its last, with all other files learned. */
function measureTyping(sources: readonly Source[]): Figures {
  const typed = sources.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  const engine = engineWith(sources.filter((source) => source !== typed));
  const text = typed.text.slice(0, 20_000);
  const times = new Percentiles(text.length);
  for (let offset = 1; offset <= text.length; offset += 1) {
    times.add(timeOf(engine, { ...typed, offset, text, after: "" }));
  }
  return { queries: times.count, ...percentilesOf("query", times) };
}

/** A document of 200,000 characters on each side of the cursor: the first query, then keys, then jumps. */
function measureLargeDocument(sources: readonly Source[]): Figures {
  const engine = engineWith(sources);
  const once = sources.map((source) => source.text).join("\n");
  const text = once.repeat(Math.ceil(400_000 / once.length)).slice(0, 400_000);
  const ask = (offset: number): number =>
    timeOf(engine, { path: "app/large.ts", text, offset, after: text.slice(offset) });
  const firstMs = ask(200_000);
  const keys = new Percentiles(500);
  for (let key = 1; key <= 500; key += 1) keys.add(ask(200_000 + key));
  const jumps = new Percentiles(20);
  for (let jump = 0; jump < 20; jump += 1) jumps.add(ask(jump % 2 === 0 ? 120_000 : 199_000));
  return {
    largeDocumentFirstQueryMs: firstMs,
    ...percentilesOf("largeDocumentKey", keys),
    ...percentilesOf("largeDocumentJump", jumps),
  };
}

interface Ask {
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly after: string;
}

function timeOf(engine: Engine, { path, text, offset, after }: Ask): number {
  const before = text.slice(0, offset);
  const startedAt = clock.now();
  engine.complete({ path, languageId: "typescript", before, after, isConfined: false });
  return clock.now() - startedAt;
}

function percentilesOf(name: string, times: Percentiles): Figures {
  return {
    [`${name}P50Ms`]: times.at(0.5) ?? null,
    [`${name}P95Ms`]: times.at(0.95) ?? null,
    [`${name}P99Ms`]: times.at(0.99) ?? null,
  };
}

const isHeldOut = (_: Source, index: number): boolean => index % 5 === 0;

/**
 * Types every line of every fifth file again, the rest of the file standing above and below and the
 * other four fifths learned. Kinder than a replay of commits: much of what is typed stands elsewhere already.
 */
function measureSavings(sources: readonly Source[]): Record<string, number> {
  const engine = engineWith(sources.filter((source, index) => !isHeldOut(source, index)));
  const written = sources
    .filter(isHeldOut)
    .slice(0, 40)
    .flatMap((source) => writeAgain(source, engine, (end) => source.text.slice(end)));
  return savings(written);
}

/**
 * Types each of these files from its first line to its last as the first and only file of a project; on request with
 * the declarations known of all that it imports in the end.
 */
function measureFirstFile(
  sources: readonly Source[],
  knowsDeclarations = false,
): Record<string, number> {
  const written = sources.filter(isHeldOut).flatMap((source) => {
    const engine = new Engine();
    if (knowsDeclarations) learnDeclarations(source, engine);
    return writeAgain(source, engine, () => "");
  });
  return savings(written);
}

function learnDeclarations({ folder, text }: Source, engine: Engine): void {
  const shelf = new DeclarationShelf({
    clock,
    mayRead: () => true,
    onRead: (segment) => {
      engine.adoptDeclarations(segment);
    },
    onForget: () => undefined,
  });
  shelf.want(folder, importedNames(text));
  const scratch = new Tokens(mostShortTokens);
  while (shelf.isDue) shelf.readNext(Infinity, scratch);
}

/**
 * A suggestion is accepted with one key if all of it is what comes next, and shown on while what is typed agrees
 * with it. Indentation is not counted.
 */
function writeAgain(
  { path, text }: Source,
  engine: Engine,
  after: (end: number) => string,
): Written[] {
  return [...text.matchAll(/^[ \t]*(\S.*)$/gm)].map((match) => {
    const end = match.index + match[0].length;
    const start = end - (match[1]?.length ?? 0);
    return write({ line: text.slice(start, end) }, (typed) => {
      const before = text.slice(0, start) + typed;
      const query = { path, languageId: "typescript", before, after: after(end) };
      return engine.complete({ ...query, isConfined: false }) ?? "";
    });
  });
}

function savings(written: readonly Written[]): Record<string, number> {
  const sum = (of: (each: Written) => number) => written.reduce((all, each) => all + of(each), 0);
  const chars = sum((each) => each.chars);
  const displays = sum((each) => each.displays);
  return {
    replayedChars: chars,
    keysSavedShare: 1 - sum((each) => each.keys) / chars,
    wholeSuggestionRightShare: sum((each) => each.right) / displays,
    suggestionsPer100Chars: (100 * displays) / chars,
  };
}
