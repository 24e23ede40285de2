import { type Reading } from "../dialect.ts";
import { type Ask } from "../httpStream.ts";
import { readEvent, type ServerError } from "./events.ts";
import { type ResponseFields } from "./frames.ts";

/** The same request as `POST /v1/responses`, answered by the same events as server-sent ones. */
export function httpAsk(fields: ResponseFields, privateTexts: readonly string[]): Ask {
  return { body: { ...fields, stream: true }, read, privateTexts };
}

function read(payload: string): Reading {
  const event = readEvent(payload)?.event;
  switch (event?.kind) {
    case undefined:
      return { kind: "garbled" };
    case "text":
      return { kind: "text", text: event.text, isLast: false };
    case "ended":
      return { kind: "text", text: "", stop: event.stop, usage: event.usage, isLast: true };
    case "failed":
      return { kind: "error", error: wordsOf(event.error) };
    case "started":
    case "not-interrupted":
    case "other":
      return { kind: "text", text: "", isLast: false };
  }
}

/** An error in the form whose status is looked for first. */
function wordsOf({ status, code, type, message }: ServerError): object {
  return { ...(status !== undefined && { status }), code: status ?? code, type, message };
}
