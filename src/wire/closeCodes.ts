import { type FailureCode } from "../base/failure.ts";

/** Why a link was closed, as WebSocket close codes. PROTOCOL.md section 8 says what each asks of the client. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  tooLarge: 1009,
  tooSlow: 1013,
  protocol: 4400,
  versionNotSpoken: 4406,
  helloTimeout: 4408,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** The failure a client sees when the gateway closes the link with this code. */
export function failureOfClose(code: number): FailureCode {
  switch (code) {
    case closeCodes.versionNotSpoken:
      return "handshake-refused";
    case closeCodes.tooLarge:
      return "too-large";
    case closeCodes.protocol:
      return "protocol";
    case closeCodes.tooSlow:
      return "busy";
    default:
      return "link-lost";
  }
}
