import { cursorAt } from "../../../src/engine/cursor.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { isWordCode, newlineHash, readTokens, tokenEnd } from "../../../src/engine/lexer.ts";
import { lineStateOf } from "../../../src/engine/likelihood.ts";
import { LiveDocument } from "../../../src/engine/liveDocument.ts";
import { ProjectMemory } from "../../../src/engine/projectMemory.ts";
import { Election, type Spot } from "../../../src/engine/votes.ts";
import { seededRandom } from "../../helpers/randomness.ts";
import { CommitReplay, type Cursor, type Learner } from "./commitReplay.ts";
import { ConfidenceFit } from "./fitConfidence.ts";
import { TokenFit } from "./fitTokens.ts";

/** What the weights are fitted on. */
export interface FitSettings {
  readonly repos: readonly string[];
  readonly commits: number;
  readonly seed: number;
}

/** How often nothing but the open document is known, so that the weights also serve a project that has just begun. */
const aloneShare = 0.25;
const leastChars = 3;

/** The weights that `src/engine/fitted.ts` holds for the choice of a token, from the newest commits of repositories. */
export function fitTokens({ repos, commits, seed }: FitSettings): number[][] {
  const random = seededRandom(seed);
  const fit = new TokenFit(random);
  for (const folder of repos) {
    const memory = new ProjectMemory();
    const nothing = new ProjectMemory();
    const learner: Learner = {
      learnFile: memory.learn.bind(memory),
      adopt: memory.adopt.bind(memory),
      forgetFile: memory.forget.bind(memory),
    };
    new CommitReplay(folder, learner).play({ commits, random }, (cursor) => {
      const known = random() < aloneShare ? nothing : memory;
      addAlong(fit, cursor, known, random);
      addWords(fit, cursor, known, random);
    });
  }
  return fit.weights();
}

/** The tokens of a line, each after all before it are known. */
function addAlong(fit: TokenFit, cursor: Cursor, known: ProjectMemory, random: () => number): void {
  const { line } = cursor;
  const { at, electorate, below } = standAt(cursor, known, "");
  const texts = new Map(at.texts);
  let spot: Spot = { tail: at.tail, texts, prefix: "", blanks: "none" };
  let end = 0;
  for (const token of [...tokensOf(line), undefined]) {
    const { candidates } = new Election(spot, electorate);
    const isSpaced = token !== undefined && spot.blanks === "given" && token.start > end;
    const right = candidates.findIndex(({ hash, text }) => {
      if (token === undefined) return hash === newlineHash;
      return hash === token.hash && (spot.blanks === "none" || /^\s/.test(text) === isSpaced);
    });
    if (spot.blanks === "none" || random() < 0.5)
      fit.add(candidates, lineStateOf(spot, below), right);
    if (!token) return;
    const tail = Int32Array.from([...spot.tail.subarray(1), token.hash]);
    end = tokenEnd(line, token.start);
    texts.set(token.hash, line.slice(token.start, end));
    spot = { tail, texts, prefix: "", blanks: "given" };
  }
}

/** Words of a line when some of each is typed, or all. */
function addWords(fit: TokenFit, cursor: Cursor, known: ProjectMemory, random: () => number): void {
  const { line } = cursor;
  for (const { hash, start } of tokensOf(line)) {
    const length = tokenEnd(line, start) - start;
    if (!isWordCode(line.charCodeAt(start)) || random() < 0.4) continue;
    const typed = random() < 0.25 ? length : 1 + Math.floor(random() * Math.min(length, 6));
    const { at, electorate, below } = standAt(cursor, known, line.slice(0, start + typed));
    const spot: Spot = { tail: at.tail, texts: at.texts, prefix: at.prefix, blanks: "none" };
    const { candidates } = new Election(spot, electorate);
    const right = candidates.findIndex((candidate) => candidate.hash === hash);
    fit.add(candidates, lineStateOf(spot, below), right);
  }
}

/** The cursor behind what is typed of the line, and what is known there. */
function standAt({ path, before, after }: Cursor, known: ProjectMemory, typed: string) {
  const document = new LiveDocument();
  document.update(before + typed, after);
  const at = cursorAt(document.above);
  return {
    at,
    electorate: {
      open: [document.above.upTo(at.end), document.below],
      project: known.corporaFor({ path, languageId: "" }),
    },
    below: document.below.firstHash,
  };
}

function tokensOf(line: string): { hash: number; start: number }[] {
  const tokens: { hash: number; start: number }[] = [];
  readTokens(line, { from: 0, to: line.length }, (hash, start) => tokens.push({ hash, start }));
  return tokens;
}

/** The weights that `src/engine/fitted.ts` holds for the confidence in a text, with the others as they are there. */
export function fitConfidence({ repos, commits, seed }: FitSettings): number[] {
  const random = seededRandom(seed);
  const fit = new ConfidenceFit();
  for (const folder of repos) {
    const engine = new Engine();
    const alone = new Engine();
    new CommitReplay(folder, engine).play({ commits, random }, (cursor) => {
      const { text, knows } = scene(cursor, random);
      for (let at = 0; at < cursor.line.length; at++) {
        const steps = (knows ? engine : alone).predict({
          path: cursor.path,
          languageId: cursor.languageId,
          before: text.before + cursor.line.slice(0, at),
          after: text.after,
          isConfined: false,
        });
        for (const { text, features } of steps) {
          if (text.trim().length >= leastChars) fit.add(features, cursor.line.startsWith(text, at));
        }
      }
    });
    engine.dispose();
    alone.dispose();
  }
  return fit.weights();
}

/** The whole file with its project, at times without, or a short file alone. */
function scene({ before, after }: Cursor, random: () => number) {
  const lot = random();
  if (lot < 0.75) return { text: { before, after }, knows: lot < 0.6 };
  const above = Math.floor(3 + random() ** 2 * 60);
  const below = Math.floor(random() * 20);
  const text = {
    before: before.split("\n").slice(-above).join("\n"),
    after: after.split("\n").slice(0, below).join("\n"),
  };
  return { text, knows: false };
}
