import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import type { KnownFile } from "./oracle.ts";
import type { OracleRecord } from "./oracleAnswers.ts";
import { lastGhost, type StateRecord } from "./stateRecord.ts";
import { isSolid, isWrong, usefulText } from "./truth.ts";

/** What a replay leaves: all that its figures are made of. Times are in ms on one clock. */
export interface Replay {
  readonly file: KnownFile;
  /** One for each key. */
  readonly states: readonly StateRecord[];
  /** The oracle's log, in the order in which the requests began; undefined where it keeps none. */
  readonly log: readonly OracleRecord[] | undefined;
  /** When the core decided to give a request up. */
  readonly cancelledAt: readonly number[];
  /** From a request to its first token. */
  readonly firstTokenMs: number;
  /** An answer that is there within this time of its ask was known: nothing can come from the oracle so soon. */
  readonly knownWithinMs: number;
}

/** How often there was ghost text just before the next key, and how often it was right; shares from 0 to 1. */
export function sightFigures({ file, states }: Pick<Replay, "file" | "states">): Figures {
  const seen = states.slice(0, -1); // nothing follows the last key
  const onPath = seen.filter((state) => isToType(file, state));
  const typos = seen.filter(({ isOnPath }) => !isOnPath);
  const useful = onPath.filter((state) =>
    lastGhost(state).startsWith(usefulText(file, state.cursor)),
  );
  const wrong = onPath.filter((state) => isWrong(file, state.cursor, lastGhost(state)));
  const visible = (some: readonly StateRecord[]) => some.filter((state) => lastGhost(state) !== "");
  return {
    states: seen.length,
    onPathStates: onPath.length,
    typoStates: typos.length,
    usefulShare: share(useful, onPath),
    visibleShare: share(visible(seen), seen),
    wrongVisibleShare: share(wrong, onPath),
    typoVisibleShare: share(visible(typos), typos),
  };
}

/** On path, with something left to type: a cursor at the region's end has no truth to compare with. */
const isToType = (file: KnownFile, { isOnPath, cursor }: StateRecord): boolean =>
  isOnPath && usefulText(file, cursor) !== "";

const share = (some: readonly unknown[], all: readonly unknown[]): number | null =>
  all.length === 0 ? null : some.length / all.length;

/** How long ghost text was waited for: from the oracle (`missMs`), and where it was known here (`localMs`). */
export function waitFigures(replay: Replay): Figures {
  return { missMs: spread(missesMs(replay)), localMs: spread(localsMs(replay)) };
}

/**
 * From each key that left nothing on the screen and nothing known here, until solid text was there, over later
 * keys if need be. What had not come when the session ended is left out.
 */
export function missesMs(replay: Replay): number[] {
  const misses: number[] = [];
  let since: number | undefined;
  const look = (state: StateRecord, ghost: string, at: number) => {
    if (since === undefined || !isSolid(replay.file, state.cursor, ghost)) return;
    misses.push(at - since);
    since = undefined;
  };
  for (const state of replay.states) {
    if (state.kept === "" && !isKnown(replay, state)) since ??= state.keyAt;
    look(state, state.kept, state.keyAt);
    for (const { at, ghost } of state.changes) look(state, ghost, at);
  }
  return misses;
}

/** From each key whose text was known here until it was on the screen; 0 where it was left there by the key. */
export function localsMs(replay: Replay): number[] {
  return replay.states.flatMap((state) => {
    if (state.kept !== "") return [0];
    const first = state.changes.find(({ ghost }) => ghost !== "");
    return first && isKnown(replay, state) ? [first.at - state.keyAt] : [];
  });
}

/**
 * Whether the core had the answer without waiting for the oracle: it came at once, when no request begun for it
 * could have a token yet; or later (held up here), but no token was written meanwhile.
 */
function isKnown(replay: Replay, { askedAt, answeredAt }: StateRecord): boolean {
  if (askedAt === undefined || answeredAt === undefined) return false;
  const { log = [], firstTokenMs, knownWithinMs } = replay;
  if (answeredAt - askedAt <= knownWithinMs)
    return !log.some(({ begunAt }) => begunAt >= askedAt && begunAt + firstTokenMs <= answeredAt);
  const tokensAt = log.map((record) => record.tokensAt);
  if (replay.log === undefined || tokensAt.includes(undefined)) return false;
  return !tokensAt.flat().some((at = NaN) => at >= askedAt && at <= answeredAt);
}

/** What the oracle was made to do, cancelled and needless requests included. */
export function loadFigures({ states, log }: Pick<Replay, "states" | "log">): Figures {
  if (!log) return { requestsPer100Keys: null, tokensPer100Keys: null };
  const tokens = log.reduce((sum, record) => sum + record.tokens, 0);
  return {
    requestsPer100Keys: (100 * log.length) / states.length,
    tokensPer100Keys: (100 * tokens) / states.length,
  };
}

/** How fast the oracle saw what the core had given up, and what it wrote meanwhile. */
export function abortFigures({
  cancelledAt,
  log = [],
}: Pick<Replay, "cancelledAt" | "log">): Figures {
  const closes = closesOf(cancelledAt, log);
  const late = closes.flatMap(({ decidedAt, record: { tokensAt } }) =>
    tokensAt ? [tokensAt.filter((at) => at > decidedAt).length] : [],
  );
  return {
    cancels: cancelledAt.length,
    cancelsSeen: closes.length,
    abortMs: spread(closes.map(({ decidedAt, closedAt }) => closedAt - decidedAt)),
    tokensAfterCancel: spread(late),
  };
}

/** A decision and the close that the oracle saw of it. */
interface Close {
  readonly decidedAt: number;
  readonly closedAt: number;
  readonly record: OracleRecord;
}

/** Clocks of two processes on one machine differ by less. */
const clockSlackMs = 0.1;
/** A request may be on its way when it is given up. */
const transitMs = 1;

/**
 * Each decision, in their order, with the first close after it of a request that ran then. A request closed
 * since it had said enough belongs to no decision, and a decision about one that had ended has no close.
 */
function closesOf(cancelledAt: readonly number[], log: readonly OracleRecord[]): Close[] {
  const closed = log
    .flatMap((record) =>
      record.closedAt === undefined ? [] : [{ record, closedAt: record.closedAt }],
    )
    .sort((a, b) => a.closedAt - b.closedAt);
  return cancelledAt.flatMap((decidedAt) => {
    const isOf = ({ record, closedAt }: (typeof closed)[number]) =>
      record.begunAt <= decidedAt + transitMs && closedAt >= decidedAt - clockSlackMs;
    const at = closed.findIndex(isOf);
    const [close] = at < 0 ? [] : closed.splice(at, 1);
    return close ? [{ decidedAt, ...close }] : [];
  });
}

/** How often the editor took fitting ghost text away: for one that does not go on from it, or for none. */
export function restlessFigures({ states }: Pick<Replay, "states">): Figures {
  let [flickerCount, vanishedCount] = [0, 0];
  for (const { kept, changes } of states) {
    let shown = kept;
    for (const { ghost } of changes) {
      if (shown !== "" && ghost === "") vanishedCount++;
      else if (!ghost.startsWith(shown)) flickerCount++;
      shown = ghost;
    }
  }
  return { flickerCount, vanishedCount };
}
