import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { cutAt } from "../../src/completion/cut.ts";
import { type Extent, extentOf } from "../../src/completion/extent.ts";
import type { Place } from "../../src/completion/tidy/place.ts";
import { Syntax } from "../../src/completion/syntax/syntax.ts";
import type { SyntaxView } from "../../src/completion/syntax/syntaxView.ts";
import { snapshotRange } from "../../src/context/snapshot.ts";
import { packagedGrammars } from "../helpers/grammars.ts";
import { seededRandom } from "../helpers/randomness.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const clock = systemClock;
const repository = join(import.meta.dirname, "../..");
const pieceChars = 4;
const answerChars = 800;
const placesPerLanguage = 2_000;
/** The least of so many runs is counted: what else the machine does is not. */
const repeats = 3;

/** Folders with code that `npm ci` has brought, and this repository's own. */
const folders: Readonly<Record<string, { readonly folder: string; readonly ending: string }>> = {
  typescript: { folder: "src", ending: ".ts" },
  typescriptreact: { folder: "node_modules/eslint/lib", ending: ".js" },
  python: { folder: "node_modules/node-gyp/gyp/pylib", ending: ".py" },
};

/**
 * What it costs to decide how far a suggestion goes: at places drawn at random from real code the text below streams
 * in by four characters, and comes at once. `--folder=LANGUAGE:FOLDER:ENDING` adds code of another language.
 */
export async function run(options: string[]): Promise<Figures> {
  const given = options.flatMap((option) => {
    const [, languageId, folder, ending] = /^--folder=(\w+):(.+):(\.\w+)$/.exec(option) ?? [];
    return languageId && folder && ending ? [[languageId, { folder, ending }] as const] : [];
  });
  const syntax = new Syntax(packagedGrammars);
  const figures: Record<string, Figures> = {};
  for (const [languageId, code] of [...Object.entries(folders), ...given]) {
    const loadMs = await loadMsOf(syntax, languageId);
    const texts = textsOf(join(repository, code.folder), code.ending);
    figures[languageId] = { ...loadMs, ...costs(texts, languageId, syntax.view(languageId)) };
  }
  syntax.dispose();
  return figures;
}

/** How long a grammar takes to load, and how long at most this thread could do nothing else meanwhile. */
async function loadMsOf(syntax: Syntax, languageId: string): Promise<Figures> {
  const startedAt = clock.now();
  let lastAt = startedAt;
  let loadBlockedMs = 0;
  const look = () => {
    loadBlockedMs = Math.max(loadBlockedMs, clock.now() - lastAt);
    lastAt = clock.now();
  };
  const timer = setInterval(look, 1);
  await syntax.loaded(languageId);
  look();
  clearInterval(timer);
  return { loadMs: clock.now() - startedAt, loadBlockedMs };
}

function textsOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending) && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => readFileSync(join(folder, path), "utf8"));
}

function costs(
  texts: readonly string[],
  languageId: string,
  syntax: SyntaxView | undefined,
): Figures {
  const random = seededRandom(1);
  const times = { extentMs: [] as number[], streamedMs: [] as number[], atOnceMs: [] as number[] };
  let blocks = 0;
  let whole = 0;
  for (let count = 0; count < placesPerLanguage; count++) {
    const text = texts[Math.floor(random() * texts.length)] ?? "";
    const { place, answer } = drawPlace(text, languageId, random);
    const runs = Array.from({ length: repeats }, () => measure(place, answer, syntax));
    times.extentMs.push(leastOf(runs, (each) => each.extentMs));
    times.atOnceMs.push(leastOf(runs, (each) => each.atOnceMs));
    const calls = runs[0]?.streamedMs ?? [];
    for (const call of calls.keys()) {
      times.streamedMs.push(leastOf(runs, (each) => each.streamedMs[call] ?? Infinity));
    }
    blocks += runs[0]?.extent === "block" ? 1 : 0;
    whole += runs[0]?.isWhole ? 1 : 0;
  }
  return {
    blockShare: blocks / placesPerLanguage,
    wholeShare: whole / placesPerLanguage,
    extentMs: spread(times.extentMs),
    streamedMs: spread(times.streamedMs),
    atOnceMs: spread(times.atOnceMs),
  };
}

/** What one place cost. */
interface Measured {
  readonly extent: Extent;
  readonly isWhole: boolean;
  readonly extentMs: number;
  /** For each call, with one piece more each. */
  readonly streamedMs: readonly number[];
  readonly atOnceMs: number;
}

function measure(place: Place, answer: string, syntax: SyntaxView | undefined): Measured {
  forget(syntax);
  const [extentMs, extent] = timed(() => extentOf(place, syntax));
  const streamedMs: number[] = [];
  let isWhole = false;
  for (let end = pieceChars; end < answer.length && !isWhole; end += pieceChars) {
    const streamed = { text: answer.slice(0, end), isDone: false };
    const [ms, cut] = timed(() => cutAt(streamed, place, extent, syntax));
    streamedMs.push(ms);
    ({ isWhole } = cut);
  }
  forget(syntax);
  const done = { text: answer, isDone: true };
  const [atOnceMs] = timed(() => cutAt(done, place, extent, syntax));
  return { extent, isWhole, extentMs, streamedMs, atOnceMs };
}

/** Asks about another place, so that nothing of the last one is remembered. */
const forget = (syntax: SyntaxView | undefined) => syntax?.surroundings("");

const leastOf = (runs: readonly Measured[], ms: (run: Measured) => number): number =>
  Math.min(...runs.map(ms));

/** Half of the places are at a line's code, as after Enter; the others anywhere. */
function drawPlace(
  text: string,
  languageId: string,
  random: () => number,
): { place: Place; answer: string } {
  let at = Math.floor(random() * text.length);
  if (random() < 0.5) {
    at = text.indexOf("\n", at) + 1;
    at += text.slice(at).search(/[^ \t]|$/);
  }
  const before = text.slice(snapshotRange(at).from, at);
  return { place: { before, after: "", languageId }, answer: text.slice(at, at + answerChars) };
}

function timed<T>(action: () => T): [ms: number, result: T] {
  const startedAt = clock.now();
  const result = action();
  return [clock.now() - startedAt, result];
}
