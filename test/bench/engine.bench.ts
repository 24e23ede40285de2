import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { Percentiles } from "../../src/base/percentiles.ts";
import { Engine } from "../../src/engine/engine.ts";
import { ProjectIndexer } from "../../src/engine/projectIndexer.ts";

const sourceFolder = join(import.meta.dirname, "../../src");
const clock = systemClock;

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * What the embedded engine costs and what it saves. The trace is this repository's own source, or the
 * TypeScript below the folder given as `--folder=`.
 */
export async function run(options: string[]): Promise<Record<string, unknown>> {
  const given = options.find((option) => option.startsWith("--folder="));
  const folder = given?.slice("--folder=".length) ?? sourceFolder;
  const sources = readSources(folder);
  return {
    traceFiles: sources.length,
    traceChars: sources.reduce((sum, source) => sum + source.text.length, 0),
    ...measureIndex(sources),
    ...measureTyping(sources),
    ...measureLargeDocument(sources),
    ...measureSavings(sources),
    ...(await measureWalk(folder)),
  };
}

function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => ({ path: `app/${path}`, text: readFileSync(join(folder, path), "utf8") }));
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
function measureTyping(sources: readonly Source[]): Record<string, number | undefined> {
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
function measureLargeDocument(sources: readonly Source[]): Record<string, number | undefined> {
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

function percentilesOf(name: string, times: Percentiles): Record<string, number | undefined> {
  return {
    [`${name}P50Ms`]: times.at(0.5),
    [`${name}P95Ms`]: times.at(0.95),
    [`${name}P99Ms`]: times.at(0.99),
  };
}

/**
 * Types every line of every fifth file again, the rest of the file standing above and below and the
 * other four fifths learned. A suggestion is accepted with one key if all of it is what comes next, and
 * shown on while what is typed agrees with it. Indentation is not counted.
 */
function measureSavings(sources: readonly Source[]): Record<string, number> {
  const isHeldOut = (_: Source, index: number): boolean => index % 5 === 0;
  const engine = engineWith(sources.filter((source, index) => !isHeldOut(source, index)));
  const total = { chars: 0, keys: 0, shown: 0, right: 0 };
  for (const source of sources.filter(isHeldOut).slice(0, 40)) {
    for (const match of source.text.matchAll(/^[ \t]*(\S.*)$/gm)) {
      const end = match.index + match[0].length;
      const start = end - (match[1]?.length ?? 0);
      typeLine(engine, source, { start, end }, total);
    }
  }
  return {
    replayedChars: total.chars,
    keysSavedShare: 1 - total.keys / total.chars,
    wholeSuggestionRightShare: total.right / total.shown,
    suggestionsPer100Chars: (100 * total.shown) / total.chars,
  };
}

interface Tally {
  chars: number;
  keys: number;
  shown: number;
  right: number;
}

function typeLine(
  engine: Engine,
  { path, text }: Source,
  line: { readonly start: number; readonly end: number },
  tally: Tally,
): void {
  const after = text.slice(line.end);
  tally.chars += line.end - line.start;
  let shown = "";
  for (let at = line.start; at < line.end; tally.keys += 1) {
    if (shown === "") {
      const before = text.slice(0, at);
      const query = { path, languageId: "typescript", before, after, isConfined: false };
      shown = engine.complete(query) ?? "";
      if (shown !== "") tally.shown += 1;
      if (shown !== "" && isNext(shown, text, at, line.end)) tally.right += 1;
    }
    if (shown !== "" && isNext(shown, text, at, line.end)) {
      at += shown.length;
      shown = "";
    } else {
      shown = shown.startsWith(text.charAt(at)) ? shown.slice(1) : "";
      at += 1;
    }
  }
}

function isNext(shown: string, text: string, at: number, end: number): boolean {
  return at + shown.length <= end && text.startsWith(shown, at);
}

/** Walks the folder as the gateway does and watches how long the event loop is held at the most. */
async function measureWalk(folder: string): Promise<Record<string, number>> {
  const engine = new Engine();
  const roots = [{ name: "app", folder }];
  const indexer = new ProjectIndexer({ engine, clock, roots });
  const gaps = new Percentiles(1_000_000);
  const startedAt = clock.now();
  let lastAt = startedAt;
  let isOver = false;
  const watch = (): void => {
    gaps.add(clock.now() - lastAt);
    lastAt = clock.now();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await indexer.run();
  isOver = true;
  return {
    walkMs: clock.now() - startedAt,
    walkFiles: engine.stats.learnedFiles,
    walkLongestHoldMs: gaps.at(1) ?? 0,
  };
}
