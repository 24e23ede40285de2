import type { DoubleScript } from "./switches.ts";

/** An error before it is an event. */
export interface ApiError {
  readonly status?: number;
  readonly type?: string;
  readonly code?: string | number | null;
  readonly message?: string;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const invalid = (code: string | null, message: string, param: string | null = null): ApiError => ({
  ...{ status: 400, type: "invalid_request_error", code, message, param },
});

export const errors = {
  parentNotFound: (id: string) =>
    invalid(
      "previous_response_not_found",
      `Previous response with id '${id}' not found.`,
      "previous_response_id",
    ),
  connectionLimit: invalid(
    "websocket_connection_limit_reached",
    "This connection has reached its age limit. Open a new one.",
  ),
  streamLimit: invalid(
    "websocket_stream_limit_reached",
    "Too many stream ids on this connection.",
    "stream_id",
  ),
  invalidStreamId: invalid("invalid_stream_id", "The stream id is not valid.", "stream_id"),
  noModel: (model: string): ApiError => ({
    ...invalid("model_not_found", `The model '${model}' does not exist.`, "model"),
    status: 404,
  }),
  background: invalid(null, "Background responses are not available here.", "background"),
  unknownField: (name: string) =>
    invalid("unsupported_parameter", `Unsupported parameter: '${name}'.`, name),
  tooFewTokens: invalid(
    "integer_below_min_value",
    "Expected a value of at least 16.",
    "max_output_tokens",
  ),
  /** Its code is our own: what such servers say is not documented. */
  busyConnection: invalid("double_response_in_progress", "A response is in progress."),
  malformed: invalid(null, "The frame is not a JSON object with a known type."),
  noKey: {
    ...{ status: 401, type: "invalid_request_error", code: "invalid_api_key" },
    message: "Incorrect API key provided.",
  },
} as const satisfies Record<string, ApiError | ((...args: never[]) => ApiError)>;

/** The `error` event in the shape of the script. */
export function errorEvent(
  error: ApiError,
  streamId: string | undefined,
  script: DoubleScript,
): Record<string, unknown> {
  const { status, ...details } = error;
  const lane = streamId === undefined ? {} : { stream_id: streamId };
  if (script.hasFlatErrors === true) {
    const { code = null, message = "", param = null, headers } = details;
    return { type: "error", ...{ code, message, param, headers, status }, ...lane };
  }
  return { type: "error", ...(status !== undefined && { status }), ...lane, error: details };
}
