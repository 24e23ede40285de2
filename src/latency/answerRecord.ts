import type { AskReport } from "../completion/reports.ts";
import type { AskTimings } from "../completion/suggestion.ts";
import type { GatewayTimings, TokenUsage } from "../wire/messages.ts";

/** Where what was shown came from; `none` where nothing was shown. */
export type ShownSource = "typed through" | "cache" | "draft" | "remote" | "none";

/** One question of the editor and what became of it. Milliseconds count from the key. */
export interface AnswerRecord {
  /** The ask's number. What the model said behind a draft is a record of its own with the same number. */
  readonly ask: number;
  readonly isLate: boolean;
  /** The request that was made for it. */
  readonly request: number | undefined;
  readonly atWallMs: number;
  /** When the key was pressed, on the core's clock. */
  readonly keyAt: number;
  readonly path: string;
  readonly source: ShownSource;
  /** Whether it waited for a request that an earlier key had begun. */
  readonly isAwaited: boolean;
  /** Why nothing was shown; empty where something was. */
  readonly reason: string;
  readonly timings: AskTimings;
  /** When it was handed to the editor; undefined where the editor did not come for it. */
  readonly returnedMs: number | undefined;
  /** The link's last measured round trip then. */
  readonly roundTripMs: number | undefined;
  /** What passed the link since the record before. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** The gateway's own times, once the request has ended well. */
  readonly gateway: GatewayTimings | undefined;
  readonly usage: TokenUsage | undefined;
  /** Grows with each change of any record. */
  readonly revision: number;
}

/** Where what an ask brought came from. */
export function sourceOf({ result }: Pick<AskReport, "result">): ShownSource {
  const { suggestion, source } = result;
  if (!suggestion) return "none";
  if (source === "typed through") return "typed through";
  return source === "known" ? "cache" : suggestion.origin;
}
