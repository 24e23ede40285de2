import { under } from "../../../base/under.ts";
import type { LaneNames } from "./connection.ts";
import type { SocketAddress } from "./socket.ts";

/** Whether a socket carries several responses at once; `auto` goes by the host. */
type LaneChoice = "auto" | "on" | "off";

/** The lanes of the two kinds of work, and how many sockets each may have. */
export interface LanePlan {
  readonly completion: LaneNames;
  readonly maxCompletionSockets: number;
  readonly chat: LaneNames;
  readonly maxChatSockets: number;
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Far from the 32 names and 16 responses at a time that a server allows on a socket. */
const withLanes: LanePlan = {
  completion: { names: names("fim", 6), parking: names("ctx", 4) },
  maxCompletionSockets: 8,
  chat: { names: names("chat", 8), parking: [] },
  maxChatSockets: 4,
};

/** A second request on a socket would be refused or wait. */
const withoutLanes: LanePlan = {
  completion: { names: [undefined], parking: [] },
  maxCompletionSockets: 4,
  chat: { names: [undefined], parking: [] },
  maxChatSockets: 4,
};

/** OpenAI documents lanes; xAI, Azure and the vendor-neutral specification know one response at a time. */
export function lanePlan(base: URL, choice: LaneChoice): LanePlan {
  const hasLanes = choice === "auto" ? isOpenai(base) : choice === "on";
  return hasLanes ? withLanes : withoutLanes;
}

/** The same path for both transports. */
export function responsesUrl(base: URL): URL {
  return under(base, "/v1/responses");
}

/** Where sockets are opened. */
export function socketAddress(base: URL, apiKey: string | undefined): SocketAddress {
  const url = responsesUrl(base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return { url, headers: apiKey === undefined ? {} : keyHeader(base, apiKey) };
}

function keyHeader(base: URL, apiKey: string): Record<string, string> {
  return isAzure(base) ? { "api-key": apiKey } : { Authorization: `Bearer ${apiKey}` };
}

function isOpenai({ hostname }: URL): boolean {
  return hostname === "api.openai.com" || hostname.endsWith(".api.openai.com");
}

function isAzure({ hostname }: URL): boolean {
  return /\.(azure\.com|azure\.us|azure\.cn)$/.test(hostname);
}
