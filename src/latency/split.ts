import type { AnswerRecord } from "./answerRecord.ts";

/**
 * What an answer's time is made of, in this order. `wait`: from the key to the request. `context`: reading the editor
 * and making the ask. `link`: what is left of the way to the first text without the gateway's own times. `gateway`: the gateway
 * before the model, or the engine's draft. `model`: from asking it to its first text, with the way there. `rest`: measured,
 * but none of these alone (text that was held until it could be shown, a request that an earlier key had begun, a far end that
 * did not say its times). `tidy`: choosing, cutting and fitting. `returned`: until the editor came for it.
 */
export const partNames = [
  "wait",
  "context",
  "link",
  "gateway",
  "model",
  "rest",
  "tidy",
  "returned",
] as const;

export type PartName = (typeof partNames)[number];

/** Milliseconds; a part that was not measured, or was none, is missing. The parts add up to the whole. */
export type Split = Readonly<Partial<Record<PartName, number>>>;

/** The time of an answer: until it was handed to the editor, or was ready where the editor did not come. */
export const totalMs = ({ returnedMs, timings }: AnswerRecord): number =>
  returnedMs ?? timings.readyMs;

/** Where the milliseconds of an answer went. */
export function splitOf(record: AnswerRecord): Split {
  const { timings, returnedMs, isAwaited } = record;
  const { readyMs, requestedMs, textMs, contextMs = 0, tidyMs = 0 } = timings;
  const end = {
    ...(timings.contextMs !== undefined && { context: contextMs }),
    ...(timings.tidyMs !== undefined && { tidy: tidyMs }),
    ...(returnedMs !== undefined && { returned: returnedMs - readyMs }),
  };
  if (requestedMs === undefined || textMs === undefined) {
    const before = readyMs - contextMs - tidyMs;
    return isAwaited ? { rest: before, ...end } : { wait: before, ...end };
  }
  const far = farSplit(record, textMs - requestedMs);
  const rest = (far.rest ?? 0) + (readyMs - tidyMs - textMs);
  return { wait: requestedMs - contextMs, ...far, rest, ...end };
}

/** The time from the request to the text that is shown. */
function farSplit({ source, gateway }: AnswerRecord, farMs: number): Split {
  const said = source === "draft" ? gateway?.draftMs : gateway?.firstRemoteMs;
  // Times of another gateway than the one that drafted do not fit into it.
  if (said === undefined || said > farMs) return { rest: farMs };
  const link = farMs - said;
  if (source === "draft") return { link, gateway: said };
  const askedMs = gateway?.modelAskedMs;
  return askedMs === undefined || askedMs > said
    ? { link, rest: said }
    : { link, gateway: askedMs, model: said - askedMs };
}
