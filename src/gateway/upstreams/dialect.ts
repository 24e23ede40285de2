import { type CompletionRequest, type TokenUsage } from "../../wire/messages.ts";
import { type StopReason } from "./upstream.ts";

/** What one event of an answer turned out to be. */
export type Reading =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Of the event that says why the model stopped. */
      readonly stop?: StopReason | undefined;
      /** Of the event that says what was counted. */
      readonly usage?: TokenUsage | undefined;
      /** Nothing comes behind it. */
      readonly isLast: boolean;
    }
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "garbled" };

/** How one kind of server is asked and how its events are read. Holds no state and opens nothing. */
export interface Dialect {
  /** The whole address of its completion endpoint under the base address of the settings. */
  endpoint(base: URL): URL;
  /** The body to send, before it becomes JSON. */
  body(request: CompletionRequest): Readonly<Record<string, unknown>>;
  /** Reads the data of one server-sent event; never throws. */
  read(payload: string): Reading;
}

/** The text of an event as JSON, or undefined where it is none (JSON has no undefined of its own). */
export function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return undefined;
  }
}

/** The server's own error in an event or a body: `{"error": ...}` with anything but null in it. */
export function serverError(frame: unknown): unknown {
  if (typeof frame !== "object" || frame === null || !("error" in frame)) return undefined;
  return frame.error ?? undefined;
}

/** `path` under a base address whose own trailing slashes and `/v1` do not count; a query stays. */
export function under(base: URL, path: string): URL {
  const url = new URL(base);
  const folder = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");
  url.pathname = folder + path;
  url.hash = "";
  return url;
}
