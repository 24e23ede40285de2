/** Everything that can go wrong has one of these codes. Recognise a failure by its code, never by its text. */
export const failureCodes = [
  "link-lost",
  "gateway-unreachable",
  "handshake-refused",
  "unauthorized",
  "protocol",
  "too-large",
  "busy",
  "unread",
  "deadline",
  "resync",
  "superseded",
  "upstream-unreachable",
  "upstream-unauthorized",
  "upstream-not-found",
  "upstream-busy",
  "upstream-refused",
  "upstream-down",
  "upstream-garbled",
  "upstream-insecure",
  "upstream-no-infill",
  "upstream-no-credit",
  "upstream-only-thought",
  "settings",
  "internal",
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** The one error class. `message` is for logs and people and holds no source text, prompt or key. */
export class Failure extends Error {
  readonly code: FailureCode;
  /** How long the one that failed wants to be left alone, where it has said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message: string, cause?: unknown, retryAfterMs?: number) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** For the edges only (socket, child process, upstream, editor callback): wraps whatever was thrown. */
  static from(thrown: unknown, code: FailureCode = "internal"): Failure {
    if (isFailure(thrown)) return thrown;
    return new Failure(code, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

/** Also one that another of our bundles has made, whose class is not this one. */
function isFailure(thrown: unknown): thrown is Failure {
  const codes: readonly unknown[] = failureCodes;
  if (!(thrown instanceof Error) || thrown.name !== "Failure") return false;
  return "code" in thrown && codes.includes(thrown.code);
}
