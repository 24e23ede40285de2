import type { IncomingMessage } from "node:http";
import { Failure } from "../base/failure.ts";
import { retryAfterMs } from "../base/retryAfter.ts";

/** The failure that an HTTP answer means which opens no link. */
export function refusal(response: IncomingMessage): Failure {
  const status = response.statusCode ?? 0;
  if (status === 401) return new Failure("unauthorized", "the gateway does not know the token");
  if (status === 407) {
    return new Failure("handshake-refused", "the proxy on the way wants a name and password");
  }
  const isFull = status === 429 || (status === 503 && "retry-after" in response.headers);
  if (isFull) {
    const message = `the gateway has no room now: it answers HTTP ${status}`;
    return new Failure("busy", message, undefined, retryAfterMs(response.headers));
  }
  return status >= 500
    ? new Failure("gateway-unreachable", `the gateway's address answers HTTP ${status}`)
    : new Failure("handshake-refused", `the address answers HTTP ${status}, not as a gateway`);
}
