import { parseJson, serverError } from "./dialect.ts";

/** What must not show in a message: the key, and the source text that was sent. */
export interface Hidden {
  readonly apiKey: string | undefined;
  readonly texts: readonly string[];
}

const maxChars = 200;
/** As much as is read of what a server says: who looks for words in a longer text may look for a second. */
export const maxReadChars = 2_000;

/** What a server says about its own failure, as one short line; empty where it may not be shown. */
export function serverMessage(error: unknown, hidden: Hidden): string {
  // Line breaks and other control characters would let a server forge lines of the log.
  const line = flatten(messageOf(error)).trim();
  const shown = line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
  if (hidden.apiKey && sharesText(shown, hidden.apiKey, 6)) return "";
  return hidden.texts.some((text) => sharesText(shown, flatten(text), 12)) ? "" : shown;
}

/** The error object of a body: `{"error": ...}`, or the body itself for servers that wrap it in nothing. */
export function errorInBody(body: string): unknown {
  const parsed = parseJson(body);
  return serverError(parsed) ?? parsed;
}

/** The begin of the text of `error`, `error.message`, or `error.detail`, the places that servers put it. Not for showing. */
export const messageOf = (error: unknown): string => wholeMessageOf(error).slice(0, maxReadChars);

function wholeMessageOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  if ("message" in error && typeof error.message === "string") return error.message;
  return "detail" in error && typeof error.detail === "string" ? error.detail : "";
}

/** Whether any `length` characters in a row of one are in the other, so that a partial echo counts too. */
function sharesText(line: string, secret: string, length: number): boolean {
  const whole = secret.trim();
  if (whole.length < length) return whole.length > 2 && line.includes(whole);
  for (let at = 0; at + length <= line.length; at++) {
    if (secret.includes(line.slice(at, at + length))) return true;
  }
  return false;
}

function flatten(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ");
}
