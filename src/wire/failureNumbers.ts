import type { FailureCode } from "../base/failure.ts";

/** The byte each failure code travels as. A number, once given, keeps its meaning for ever. */
export const failureNumbers: Readonly<Record<FailureCode, number>> = {
  internal: 0,
  "link-lost": 1,
  "gateway-unreachable": 2,
  "handshake-refused": 3,
  unauthorized: 4,
  protocol: 5,
  "too-large": 6,
  busy: 7,
  deadline: 8,
  "upstream-unreachable": 9,
  "upstream-unauthorized": 10,
  "upstream-not-found": 11,
  "upstream-busy": 12,
  "upstream-refused": 13,
  "upstream-down": 14,
  "upstream-garbled": 15,
  settings: 16,
  resync: 17,
  superseded: 18,
  "upstream-insecure": 19,
  "upstream-no-infill": 20,
  "upstream-no-credit": 21,
  "upstream-only-thought": 22,
  unread: 23,
};

const codesByNumber = new Map<number, FailureCode>(
  (Object.entries(failureNumbers) as [FailureCode, number][]).map(([code, n]) => [n, code]),
);

/** The code a byte stands for; a number from a newer gateway reads as `internal`. */
export function failureCodeOf(number: number): FailureCode {
  return codesByNumber.get(number) ?? "internal";
}
