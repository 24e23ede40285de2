/** What the latency panel's page and the extension say to each other. Either end parses what it gets. */
import * as z from "zod/mini";

const ms = z.optional(z.number());
const count = z.number();

/** Milliseconds by part, as in `split.ts`. */
const split = z.object({
  wait: ms,
  context: ms,
  link: ms,
  gateway: ms,
  model: ms,
  rest: ms,
  tidy: ms,
  returned: ms,
});

const source = z.enum(["typed through", "cache", "draft", "remote", "none"]);

const row = z.object({
  /** Tells it from the other rows. */
  id: z.string(),
  atWallMs: z.number(),
  path: z.string(),
  source,
  isLate: z.boolean(),
  reason: z.string(),
  totalMs: z.number(),
  split,
  roundTripMs: ms,
  upBytes: count,
  downBytes: count,
  inputTokens: z.optional(count),
  outputTokens: z.optional(count),
});

/** Of the answers that are kept; `p99Ms` only where there are enough of them. */
const spread = z.object({ count, p50Ms: ms, p95Ms: ms, p99Ms: ms });

const summary = z.object({
  all: spread,
  /** What `all` is made of. */
  bySource: z.object({ "typed through": spread, cache: spread, draft: spread, remote: spread }),
  /** What the model said behind a draft that was shown; not in the others. */
  late: spread,
  roundTripMs: ms,
  cacheShare: z.optional(z.number()),
  asks: count,
  requests: count,
  cancels: count,
  skipped: count,
  failures: count,
  upBytes: count,
  downBytes: count,
  jsonBytes: count,
  tokensSavedByCancelling: z.optional(count),
});

/** Missing where nothing tells it. */
const estimate = z.optional(z.number());

const cost = z.object({
  spent: z.number(),
  cancelled: estimate,
  savedByCache: estimate,
  savedByCancelling: estimate,
  savedBySkipping: estimate,
});

const use = z.object({
  day: z.string(),
  upstream: z.string(),
  /** Completions, chats and edits. */
  answers: count,
  /** Whether the model's server counts tokens. */
  isCounted: z.boolean(),
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  /** Missing where no price is known. */
  cost: z.optional(cost),
});

const toPanel = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("state"),
    /** Whether `rows` are all there are, and not only what is new or other than before. */
    isWhole: z.boolean(),
    /** The oldest first. */
    rows: z.array(row),
    summary,
    uses: z.array(use),
  }),
  z.object({ type: z.literal("paused"), isPaused: z.boolean() }),
  z.object({ type: z.literal("copied") }),
]);

const fromPanel = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("pause"), isPaused: z.boolean() }),
  z.object({ type: z.literal("clear") }),
  z.object({ type: z.literal("copy") }),
]);

export type ToPanel = z.infer<typeof toPanel>;
export type FromPanel = z.infer<typeof fromPanel>;
export type PanelRow = z.infer<typeof row>;
export type PanelSummary = z.infer<typeof summary>;
export type PanelUse = z.infer<typeof use>;
export type PanelState = Extract<ToPanel, { type: "state" }>;
export type Spread = z.infer<typeof spread>;

/** How many rows the panel shows. */
export const shownRows = 200;

/** Undefined for what is no message of the extension's. */
export const parseToPanel = (value: unknown): ToPanel | undefined =>
  z.safeParse(toPanel, value).data;

/** Undefined for what is no message of the page's. */
export const parseFromPanel = (value: unknown): FromPanel | undefined =>
  z.safeParse(fromPanel, value).data;

/** The texts of the page, which come in the language of the editor. */
export const panelTextKeys = [
  "title",
  "pause",
  "resume",
  "clear",
  "copy",
  "copied",
  "paused",
  "empty",
  "figures",
  "chart",
  "chartLabel",
  "bySource",
  "source",
  "answers",
  "all",
  "typedThrough",
  "cache",
  "draft",
  "remote",
  "none",
  "late",
  "roundTrip",
  "cacheShare",
  "asks",
  "requests",
  "cancels",
  "skipped",
  "failures",
  "sent",
  "received",
  "asJson",
  "savedTokens",
  "estimate",
  "models",
  "day",
  "model",
  "tokensIn",
  "tokensCached",
  "tokensOut",
  "spent",
  "cancelledCost",
  "savedByCache",
  "savedByCancel",
  "savedBySkip",
  "noTokens",
  "noPrice",
  "last",
  "time",
  "file",
  "total",
  "bytes",
  "tokens",
  "reason",
  "partWait",
  "partContext",
  "partLink",
  "partGateway",
  "partModel",
  "partRest",
  "partTidy",
  "partReturned",
  "measured",
] as const;

export type PanelTextKey = (typeof panelTextKeys)[number];
export type PanelTexts = Readonly<Record<PanelTextKey, string>>;
