/**
 * Makes a typing session from a file: a person types some of its lines, with slips and pauses. SOURCE is its path
 * in the project, from the project's folder.
 *   node makeSession.ts SOURCE FIRST_LINE LAST_LINE > session.keys.json
 */
import { readFileSync, realpathSync } from "node:fs";
import { seededRandom } from "../../helpers/randomness.ts";
import type { KeyEvent, KeyTrace } from "./keyTrace.ts";

/** The lines that are typed, counted from 1, and what decides all chances. */
export interface SessionPlan {
  /** Where the file is in its project, with forward slashes. */
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly seed: number;
}

/** The seed of the session that this repository carries. */
export const sessionSeed = 5;

const medianGapMs = 120;
const slipChance = 0.03;
const pauseChance = 0.3;

/** A session over `final`: all but the lines is there from the start. */
export function makeSession(final: string, plan: SessionPlan): KeyTrace {
  const { path, firstLine, lastLine, seed } = plan;
  const ends = [...final.matchAll(/\n|$/g)].map(({ index }) => index);
  const regionStart = firstLine > 1 ? (ends[firstLine - 2] ?? 0) + 1 : 0;
  const regionEnd = ends[lastLine - 1] ?? final.length;
  const typist = new Typist(seededRandom(seed));
  // A line break takes the next line's indent along, as the editor does.
  for (const key of final.slice(regionStart, regionEnd).match(/\n[\t ]*|[^\n]/g) ?? [])
    typist.type(key);
  return { path, languageId: "typescript", final, regionStart, regionEnd, events: typist.events };
}

/** Types keys in human time. */
class Typist {
  readonly events: KeyEvent[] = [];
  readonly #random: () => number;
  #t = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Types a key, now and then another one first, which is taken back. */
  type(key: string): void {
    if (/[a-z]/.test(key) && this.#random() < slipChance) this.#slip(key);
    this.#insert(key);
    if (key.startsWith("\n") && this.#random() < pauseChance)
      this.#t += 700 + Math.round(1_500 * this.#random());
  }

  /** The next letter instead of the right one, noticed up to two keys later. */
  #slip(key: string): void {
    const wrong = String.fromCharCode(key.charCodeAt(0) === 0x7a ? 0x61 : key.charCodeAt(0) + 1);
    const keys = [wrong, key, wrong].slice(0, 1 + Math.floor(3 * this.#random()));
    for (const each of keys) this.#insert(each);
    this.#t += 200; // looking up
    for (let left = keys.length; left > 0; left--) {
      this.#wait(1);
      this.events.push({ t: this.#t, op: "del" });
    }
  }

  #insert(text: string): void {
    this.#wait(/^\w$/.test(text) ? 1 : 1.5);
    this.events.push({ t: this.#t, op: "ins", text });
  }

  /** Gaps spread about their median by a factor of two. */
  #wait(slowness: number): void {
    const gapMs = medianGapMs * slowness * 2 ** (this.#random() + this.#random() - 1);
    this.#t += Math.round(gapMs);
  }
}

if (realpathSync(process.argv[1] ?? "") === import.meta.filename) {
  const [source = "", firstLine, lastLine] = process.argv.slice(2);
  const lines = { firstLine: Number(firstLine), lastLine: Number(lastLine) };
  const plan = { path: source, ...lines, seed: sessionSeed };
  const session = makeSession(readFileSync(source, "utf8"), plan);
  console.log(JSON.stringify(session));
}
