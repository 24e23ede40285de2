import type { Corpus } from "./corpus.ts";
import type { Cursor } from "./cursor.ts";
import { isLineEnd } from "./lexer.ts";
import { likelihoods, lineStateOf } from "./likelihood.ts";
import { type Candidate, Election, type Spot } from "./votes.ts";

/** How far a text has been read on, and what speaks for it. */
export interface Step {
  /** From the cursor on. */
  readonly text: string;
  /** How likely all of it is by the votes, and its least likely token. */
  readonly probability: number;
  readonly leastProbability: number;
  /** The longest match for its first token, and for its last, in tokens. */
  readonly firstMatch: number;
  readonly lastMatch: number;
  /** How likely the line ends behind it; 0 where that is not what is likeliest. */
  readonly endProbability: number;
  /** Of its last token: how likely it is, how much likelier than the next best, how many others there are. */
  readonly lastProbability: number;
  readonly margin: number;
  readonly rivals: number;
  /** What speaks for its last token: the weight of all votes, and the share of those from the open document. */
  readonly support: number;
  readonly liveShare: number;
}

/** What to read on from. */
export interface Reading {
  readonly cursor: Cursor;
  /** What there is of the open document, and of the project, the nearest first. */
  readonly open: readonly Corpus[];
  readonly project: readonly Corpus[];
  /** The first token of the line below; 0 for none. */
  readonly below: number;
  /** What is less likely is not read to its end. */
  readonly leastLikelihood: number;
}

/** A way the line may go on, as far as it has been read. */
interface Way {
  readonly spot: Spot;
  readonly text: string;
  readonly steps: readonly Step[];
  readonly probability: number;
  readonly leastProbability: number;
  readonly isOver: boolean;
}

const mostSteps = 32;
const mostChars = 200;
/** A second token is tried where it is so likely, measured by the first; a way is left when it is less likely than that. */
const tried = 0.3;

/**
 * Reads on from the cursor to the line's end, up to `mostWays` ways at once; gives the steps of each, the likeliest first.
 * One way alone takes the likeliest token each time.
 */
export function decode(reading: Reading, mostWays: number): readonly (readonly Step[])[] {
  const texts = new Map(reading.cursor.texts);
  let ways: readonly Way[] = [
    {
      spot: spotAt(reading.cursor),
      text: "",
      steps: [],
      probability: 1,
      leastProbability: 1,
      isOver: false,
    },
  ];
  for (let count = 0; count < mostSteps && ways[0]?.isOver === false; count += 1) {
    const next = ways.flatMap((way) =>
      way.isOver ? [way] : readOn(way, { ...reading, mostWays, texts }),
    );
    const best = next.sort((a, b) => b.probability - a.probability)[0];
    if (!best) break;
    ways = next
      .slice(0, mostWays)
      .filter(({ probability }) => probability >= tried * best.probability);
  }
  return ways.map(({ steps }) => steps);
}

const spotAt = ({ tail, texts, prefix, isLineStart, hasSpace }: Cursor): Spot => ({
  tail,
  texts,
  prefix,
  blanks: isLineStart ? "none" : hasSpace ? "needed" : prefix === "" ? "given" : "none",
});

/** The ways a way goes on by one token; itself as over where it does not. */
function readOn(
  way: Way,
  parts: Reading & { readonly mostWays: number; readonly texts: Map<number, string> },
): Way[] {
  const { below, leastLikelihood, mostWays, texts } = parts;
  const { candidates, longestTokens } = new Election(way.spot, parts);
  const shares = likelihoods(candidates, lineStateOf(way.spot, below));
  const order = [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0));
  const [best = 0, second = 0] = order.map((index) => shares[index] ?? 0);
  const ways: Way[] = [];
  for (const index of order.slice(0, mostWays)) {
    const candidate = candidates[index];
    const share = shares[index] ?? 0;
    if (!candidate || share < tried * best) break;
    const probability = way.probability * share;
    if (isLineEnd(candidate.hash)) ways.push(ended(way, share));
    else if (
      probability >= leastLikelihood &&
      way.text.length + candidate.text.length <= mostChars
    ) {
      const step = {
        share,
        margin: share - (index === order[0] ? second : best),
        rivals: candidates.length - 1,
        longestTokens,
      };
      ways.push(extended(way, candidate, step, texts));
    }
  }
  return ways.length > 0 ? ways : [{ ...way, isOver: true }];
}

function ended(way: Way, share: number): Way {
  const last = way.steps.at(-1);
  const steps = last ? [...way.steps.slice(0, -1), { ...last, endProbability: share }] : [];
  return { ...way, steps, probability: way.probability * share, isOver: true };
}

function extended(
  way: Way,
  candidate: Candidate,
  {
    share,
    margin,
    rivals,
    longestTokens,
  }: { share: number; margin: number; rivals: number; longestTokens: number },
  texts: Map<number, string>,
): Way {
  const { hash, total, live } = candidate;
  const tail = new Int32Array(way.spot.tail.length);
  tail.set(way.spot.tail.subarray(1));
  tail[tail.length - 1] = hash;
  texts.set(hash, way.spot.prefix + candidate.text.trimStart());
  const text = way.text + candidate.text;
  const probability = way.probability * share;
  const leastProbability = Math.min(way.leastProbability, share);
  const step: Step = {
    text,
    probability,
    leastProbability,
    firstMatch: way.steps[0]?.firstMatch ?? longestTokens,
    lastMatch: longestTokens,
    endProbability: 0,
    lastProbability: share,
    margin,
    rivals,
    support: total,
    liveShare: live / total,
  };
  return {
    spot: { tail, texts, prefix: "", blanks: "given" },
    text,
    // Where the word at the cursor was whole there is nothing to insert yet.
    steps: candidate.text === "" ? way.steps : [...way.steps, step],
    probability,
    leastProbability,
    isOver: false,
  };
}
