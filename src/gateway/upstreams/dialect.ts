import type { ChatQuestion } from "../../wire/chat.ts";
import type { CompletionRequest, TokenUsage } from "../../wire/messages.ts";
import type { EventFormat } from "./eventReader.ts";
import type { StopReason, Work } from "./upstream.ts";

/** A part of an answer that one event brings. */
export interface TextReading {
  readonly kind: "text";
  /** May be empty. */
  readonly text: string;
  /** Why the model stopped: the text is over. What was counted and the protocol's own end may still come. */
  readonly stop?: StopReason | undefined;
  /** What was counted; some servers say it in two parts. */
  readonly usage?: Partial<TokenUsage> | undefined;
  /** Nothing comes behind it. */
  readonly isLast?: boolean;
}

/** What one event of an answer turned out to be. */
export type Reading =
  TextReading | { readonly kind: "error"; readonly error: unknown } | { readonly kind: "garbled" };

/** One question to a server: where it goes, what is sent, and how the events of the answer are read. */
export interface Question {
  /** The whole address, under the base address of the settings. */
  readonly url: URL;
  /** Before it becomes JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly format: EventFormat;
  /** Reads the data of one event; never throws. */
  readonly read: (payload: string) => Reading;
}

/** A question with what it is for, and the texts that no message may repeat. */
export interface Ask extends Question {
  readonly work: Work;
  readonly privateTexts: readonly string[];
}

/** How one kind of server is asked. Opens nothing; what it remembers is bounded and dies with it. */
export interface Dialect {
  /** The headers that carry the key. */
  readonly authorization: (apiKey: string) => Readonly<Record<string, string>>;
  /** Other headers that the server wants with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fills in at a cursor; missing where no endpoint of the server does. */
  readonly complete?: (request: CompletionRequest) => Question;
  /** Answers the last turn of a conversation, with so many tokens at most where that is given. */
  readonly chat: (question: ChatQuestion, maxTokens?: number) => Question;
  /** Has the server read what `complete` of the same place will send; missing where it keeps nothing. */
  readonly warm?: (request: CompletionRequest) => Question;
  /** What to ask of the server beside the first request, again after one has failed, and after a pause. */
  readonly about?: AboutServer;
}

/** A question to a server that may make requests better; they do not wait for it, and it does not end with any of them. */
export interface AboutServer {
  readonly url: URL;
  /** Before it becomes JSON; left out where it is a GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Takes the JSON of the answer, or undefined where there was none or the server may be another one now. */
  readonly learn: (answer: unknown) => void;
}

/** `Authorization` as most servers take it. */
export function bearer(apiKey: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${apiKey}` };
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
