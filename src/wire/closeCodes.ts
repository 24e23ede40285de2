import type { Failure, FailureCode } from "../base/failure.ts";

/** Why a link was closed, as WebSocket close codes. PROTOCOL.md section 12 says what each asks of the client. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  tooLarge: 1009,
  /** Of the unread bytes of one reader, or of the gateway. */
  full: 1013,
  protocol: 4400,
  unauthorized: 4401,
  versionNotSpoken: 4406,
  helloTimeout: 4408,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** The failure a client sees when the gateway closes the link with this code. */
export function failureOfClose(code: number): FailureCode {
  switch (code) {
    case closeCodes.unauthorized:
      return "unauthorized";
    case closeCodes.versionNotSpoken:
      return "handshake-refused";
    case closeCodes.helloTimeout:
      return "link-lost";
    case closeCodes.tooLarge:
      return "too-large";
    case closeCodes.protocol:
      return "protocol";
    case closeCodes.full:
      return "busy";
    default:
      return isRefusal(code) ? "handshake-refused" : isGarbled(code) ? "protocol" : "link-lost";
  }
}

/** 4401 to 4499 are for refusals: one that a newer gateway has added is shown, not dialled against. */
const isRefusal = (code: number): boolean => code > closeCodes.protocol && code < 4500;

/** What a WebSocket end says of frames it does not take: dialling again at once would only repeat it. */
const isGarbled = (code: number): boolean =>
  code === 1002 || code === 1003 || code === 1007 || code === 1008;

/** What a link is closed with when its reader has met this failure. */
export function closeCodeOf({ code }: Failure): CloseCode {
  if (code === "too-large") return closeCodes.tooLarge;
  return code === "busy" ? closeCodes.full : closeCodes.protocol;
}
