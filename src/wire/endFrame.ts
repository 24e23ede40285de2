/** The frame that ends an answer: its times, what was counted, why it is not whole, and whose it is. PROTOCOL.md section 2. */
import { Failure } from "../base/failure.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { maxNameChars } from "./limits.ts";
import type { CutReason, GatewayTimings, ServerMessage, TokenUsage } from "./messages.ts";

/** Of what is sent plus one. */
const maxCount = 0xffff_fffe;

type EndMessage = Extract<ServerMessage, { kind: "end" }>;

/** Writes it behind its kind. */
export function writeEnd(
  frame: ByteWriter,
  { stream, timings, usage, cut, upstream = "" }: EndMessage,
): ByteWriter {
  writeTimings(frame.varint(stream), timings);
  writeUsage(frame, usage);
  if (!cut && upstream === "") return frame;
  return frame.byte(cut ? cutNumbers[cut] : wholeNumber).rest(upstream);
}

const toMicros = (ms: number): number => Math.min(maxCount, Math.max(0, Math.round(ms * 1000)));

function writeTimings(frame: ByteWriter, timings: GatewayTimings): ByteWriter {
  const optional = (ms: number | undefined) => (ms === undefined ? 0 : toMicros(ms) + 1);
  return frame
    .varint(toMicros(timings.totalMs))
    .varint(optional(timings.draftMs))
    .varint(optional(timings.firstRemoteMs))
    .varint(optional(timings.modelAskedMs));
}

/** Reads it behind its kind; throws a `protocol` failure for anything else. */
export function readEnd(frame: ByteReader): EndMessage {
  const end = { kind: "end", stream: frame.varint(), timings: readTimings(frame) } as const;
  const usage = readUsage(frame);
  return { ...end, ...(usage && { usage }), ...(frame.left > 0 && readHow(frame)) };
}

function readHow(frame: ByteReader): Pick<EndMessage, "cut" | "upstream"> {
  const number = frame.byte();
  const upstream = frame.rest();
  if (upstream.length > maxNameChars)
    throw new Failure("protocol", "an upstream's name is too long");
  const named = upstream === "" ? undefined : { upstream };
  if (named && number === wholeNumber) return named;
  return { cut: cutOf(number), ...named };
}

const wholeNumber = 0;

const cutNumbers = { limit: 1, filtered: 2 } as const satisfies Record<CutReason, number>;

function cutOf(value: number): CutReason {
  if (value === cutNumbers.limit) return "limit";
  if (value === cutNumbers.filtered) return "filtered";
  throw new Failure("protocol", `no answer is cut off for the reason ${value}`);
}

const isCount = (count: number | undefined): boolean =>
  count === undefined || (Number.isInteger(count) && count >= 0 && count <= maxCount);

const orNothing = (count: number): number | undefined => (count === 0 ? undefined : count - 1);

/** A model's server may count as it likes: what is no number of tokens goes as if it had not counted. */
function writeUsage(frame: ByteWriter, usage: TokenUsage | undefined): ByteWriter {
  if (!usage || !Object.values(usage).every(isCount)) return frame.varint(0);
  const { inputTokens, cachedTokens, outputTokens } = usage;
  const cached = cachedTokens === undefined ? 0 : cachedTokens + 1;
  return frame
    .varint(inputTokens + 1)
    .varint(cached)
    .varint(outputTokens);
}

function readUsage(frame: ByteReader): TokenUsage | undefined {
  const inputTokens = orNothing(frame.varint());
  if (inputTokens === undefined) return undefined;
  const cachedTokens = orNothing(frame.varint());
  return { inputTokens, cachedTokens, outputTokens: frame.varint() };
}

function readTimings(frame: ByteReader): GatewayTimings {
  const optional = (micros: number) => (micros === 0 ? undefined : (micros - 1) / 1000);
  const totalMs = frame.varint() / 1000;
  const draftMs = optional(frame.varint());
  const firstRemoteMs = optional(frame.varint());
  const modelAskedMs = optional(frame.varint());
  const timings = { totalMs, draftMs, firstRemoteMs };
  return modelAskedMs === undefined ? timings : { ...timings, modelAskedMs };
}
