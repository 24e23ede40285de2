/**
 * What is said to the server: one shape for the socket and for plain HTTP. A test (`officialTypes.test.ts`) holds it
 * against the types of the official client.
 */

import type { Effort } from "../reasoning.ts";

/** One message of a conversation. */
export interface InputMessage {
  readonly type: "message";
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** What a response is made from, whatever carries it. */
export interface ResponseFields {
  readonly model: string;
  /** The server would keep it for 30 days otherwise. */
  readonly store: false;
  readonly instructions: string;
  readonly input: readonly InputMessage[];
  readonly previous_response_id?: string;
  readonly max_output_tokens?: number;
  readonly reasoning?: { readonly effort: Effort };
  /** False: nothing is said, but the response can be gone on from. Only over a socket. */
  readonly generate?: false;
}

/** The first frame of every response. */
export interface CreateFrame extends ResponseFields {
  readonly type: "response.create";
  readonly stream_id?: string;
}

/** The text of the frame that starts a response on a lane. */
export function createFrame(lane: string | undefined, fields: ResponseFields): string {
  const frame: CreateFrame = {
    type: "response.create",
    ...(lane !== undefined && { stream_id: lane }),
    ...fields,
  };
  return JSON.stringify(frame);
}

/** Asks the server to stop a response. Not part of the public API: only by a setting. */
export function interruptFrame(responseId: string): string {
  return JSON.stringify({
    type: "response.interrupt",
    response_id: responseId,
    mode: "discard_partial_items",
  });
}
