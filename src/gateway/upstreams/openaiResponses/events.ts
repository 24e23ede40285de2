import * as z from "zod/mini";
import { retryAfterMs } from "../../../base/retryAfter.ts";
import type { TokenUsage } from "../../../wire/messages.ts";
import { parseJson } from "../dialect.ts";
import type { StopReason } from "../upstream.ts";

/** What a server says of a request it does not answer, or not to its end. */
export interface ServerError {
  /** Where it names one. */
  readonly status: number | undefined;
  /** A name such as `previous_response_not_found`; empty where there is none. */
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** One event of the server, as far as we need it. */
export type ServerEvent =
  /** The response exists; `isLoaded` once what it goes on from has been read too. */
  | { readonly kind: "started"; readonly id: string; readonly isLoaded: boolean }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "ended";
      readonly id: string;
      readonly stop: StopReason;
      readonly usage: TokenUsage | undefined;
    }
  | { readonly kind: "failed"; readonly error: ServerError }
  /** What was sent to interrupt a response was refused. */
  | { readonly kind: "not-interrupted" }
  /** Nothing that we need to know. */
  | { readonly kind: "other" };

/** An event, and the lane that it belongs to; undefined where it names none. */
export interface LaneEvent {
  readonly lane: string | undefined;
  readonly event: ServerEvent;
}

const head = z.object({ type: z.string(), stream_id: z.optional(z.nullable(z.string())) });

const started = z.object({ response: z.object({ id: z.string() }) });

const delta = z.object({ delta: z.string() });

const usage = z.object({
  input_tokens: z.number(),
  input_tokens_details: z.optional(
    z.nullable(z.object({ cached_tokens: z.optional(z.nullable(z.number())) })),
  ),
  output_tokens: z.number(),
});

const ended = z.object({
  response: z.object({
    id: z.string(),
    usage: z.optional(z.nullable(usage)),
    incomplete_details: z.optional(
      z.nullable(z.object({ reason: z.optional(z.nullable(z.string())) })),
    ),
  }),
});

const errorDetails = z.object({
  code: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  type: z.optional(z.nullable(z.string())),
  message: z.optional(z.nullable(z.string())),
  headers: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});

const status = z.optional(z.nullable(z.number()));

/** Both shapes of an `error`: its details within `error`, or beside the type. */
const error = z.extend(errorDetails, {
  status,
  status_code: status,
  error: z.optional(z.nullable(errorDetails)),
});

const failed = z.object({ response: z.object({ error: z.nullable(errorDetails) }) });

const nothing: LaneEvent = { lane: undefined, event: { kind: "other" } };

/** Reads a frame of the socket, or the data of a server-sent event; undefined for what is no event. Never throws. */
export function readEvent(payload: string): LaneEvent | undefined {
  const json = parseJson(payload);
  const parsed = head.safeParse(json);
  if (!parsed.success) return undefined;
  const { type, stream_id: lane } = parsed.data;
  const event = eventOf(type, json);
  return event && { ...nothing, lane: lane ?? undefined, event };
}

function eventOf(type: string, json: unknown): ServerEvent | undefined {
  switch (type) {
    case "response.created":
    case "response.queued":
    case "response.in_progress": {
      const { data } = started.safeParse(json);
      const isLoaded = type === "response.in_progress";
      return data && { kind: "started", id: data.response.id, isLoaded };
    }
    case "response.output_text.delta": {
      const { data } = delta.safeParse(json);
      return data && { kind: "text", text: data.delta };
    }
    case "response.completed":
    case "response.incomplete": {
      const { data } = ended.safeParse(json);
      return data && endOf(data.response);
    }
    case "response.failed": {
      const { data } = failed.safeParse(json);
      return data && { kind: "failed", error: errorOf(data.response.error ?? {}, undefined) };
    }
    case "error": {
      const { data } = error.safeParse(json);
      return (
        data && {
          kind: "failed",
          error: errorOf({ headers: data.headers, ...(data.error ?? data) }, data),
        }
      );
    }
    case "response.interrupt.failed":
      return { kind: "not-interrupted" };
    default:
      return { kind: "other" };
  }
}

function endOf(response: z.infer<typeof ended>["response"]): ServerEvent {
  const counted = response.usage;
  return {
    kind: "ended",
    id: response.id,
    stop: stopOf(response.incomplete_details?.reason ?? ""),
    usage: counted
      ? {
          inputTokens: counted.input_tokens,
          cachedTokens: counted.input_tokens_details?.cached_tokens ?? undefined,
          outputTokens: counted.output_tokens,
        }
      : undefined,
  };
}

function stopOf(reason: string): StopReason {
  if (reason === "content_filter") return "filtered";
  return reason.startsWith("max_") ? "limit" : "done";
}

/** The status of errors that mostly come without one. */
const statuses: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  slow_down: 429,
  server_is_overloaded: 429,
  invalid_api_key: 401,
  model_not_found: 404,
  context_length_exceeded: 400,
  invalid_prompt: 400,
  invalid_request_error: 400,
};

function errorOf(
  details: z.infer<typeof errorDetails>,
  outer:
    { status?: number | null | undefined; status_code?: number | null | undefined } | undefined,
): ServerError {
  const code = String(details.code ?? "");
  const type = details.type ?? "";
  const named = /^[45]\d\d$/.test(code) ? Number(code) : (statuses[code] ?? statuses[type]);
  return {
    status: outer?.status ?? outer?.status_code ?? named,
    code,
    type,
    message: details.message ?? "",
    retryAfterMs: retryAfterMs(details.headers ?? {}),
  };
}
