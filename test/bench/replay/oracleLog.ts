import * as z from "zod/mini";
import type { OracleRecord } from "./oracleAnswers.ts";

/** The log of an oracle in another process, `GET /__log`; times are ms on a clock that both processes have. */
const logSchema = z.array(
  z.object({
    t: z.number(),
    sent: z.number(),
    /** 0 where it was not closed before its end. */
    aborted: z.number(),
    tokensAt: z.optional(z.array(z.number())),
  }),
);

type Log = z.infer<typeof logSchema>;

/** Where an oracle says what it noted. */
export const logPath = "/__log";

/** The log as it is said; `originMs` is when the records' clock began. */
export function logOf(records: readonly OracleRecord[], originMs: number): Log {
  return records.map(({ begunAt, tokens, tokensAt, closedAt }) => ({
    t: originMs + begunAt,
    sent: tokens,
    aborted: closedAt === undefined ? 0 : originMs + closedAt,
    tokensAt: tokensAt?.map((at) => originMs + at),
  }));
}

/** The records of a log, on a clock that began at `originMs`; what an oracle says of its tokens is optional. */
export function readLog(json: unknown, originMs: number): OracleRecord[] {
  return logSchema.parse(json).map(({ t, sent, aborted, tokensAt }) => ({
    begunAt: t - originMs,
    tokens: sent,
    tokensAt: tokensAt?.map((at) => at - originMs),
    closedAt: aborted === 0 ? undefined : aborted - originMs,
  }));
}
