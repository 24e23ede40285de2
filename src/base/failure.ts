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
