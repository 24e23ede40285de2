import type { Ask, Reading } from "../dialect.ts";
import type { Work } from "../upstream.ts";
import type { Asked } from "../upstreamFailures.ts";
import { readEvent, type ServerError } from "./events.ts";
import type { ResponseFields } from "./frames.ts";

/** The same request as `POST /v1/responses`, answered by the same events as server-sent ones. */
export function httpAsk(fields: ResponseFields, asked: Asked, work: Work): Ask {
  return { ...asked, work, body: { ...fields, stream: true }, format: "sse", read };
}

function read(payload: string): Reading {
  const event = readEvent(payload)?.event;
  switch (event?.kind) {
    case undefined:
      return { kind: "garbled" };
    case "text":
      return { kind: "text", text: event.text };
    case "ended":
      return { kind: "text", text: "", stop: event.stop, usage: event.usage, isLast: true };
    case "failed":
      return { kind: "error", error: wordsOf(event.error) };
    case "started":
    case "not-interrupted":
    case "other":
      return { kind: "text", text: "" };
  }
}

/** An error in the form in which others come: its status beside its name, which may say more. */
function wordsOf({ status, code, type, message }: ServerError): object {
  return { ...(status !== undefined && { status }), code, type, message };
}
