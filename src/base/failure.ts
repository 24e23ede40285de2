/** Everything that can go wrong has one of these codes. Recognise a failure by its code, never by its text. */
export const failureCodes = [
  "link-lost",
  "gateway-unreachable",
  "handshake-refused",
  "unauthorized",
  "protocol",
  "too-large",
  "busy",
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
  "settings",
  "internal",
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** The one error class. `message` is for logs and people and holds no source text, prompt or key. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    this.code = code;
  }

  /** For the edges only (socket, child process, upstream, editor callback): wraps whatever was thrown. */
  static from(thrown: unknown, code: FailureCode = "internal"): Failure {
    if (thrown instanceof Failure) return thrown;
    return new Failure(code, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}
