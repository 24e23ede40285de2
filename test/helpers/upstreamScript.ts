import type { IncomingHttpHeaders } from "node:http";

/** What the scripted model does with each request. Plain data, so that it can be given to a child process. */
export interface UpstreamScript {
  /** The time from the whole request to the first token; the head of the answer goes out with it. */
  readonly firstTextMs?: number;
  /** The time from one token to the next; 0 writes all of them in one turn. */
  readonly tokenMs?: number;
  readonly tokens?: readonly string[];
  /** Whether the first token begins with the request's number, so that no two answers are alike. */
  readonly isNumbered?: boolean;
  readonly outcome?: Outcome;
  /** Where set, any other model in a request is answered with 404. */
  readonly model?: string;
  /** Why the model stops, in the words of each protocol. */
  readonly stop?: "done" | "limit" | "filtered";
  /** What `GET /props` answers; left out, it is not there. */
  readonly props?: Readonly<Record<string, unknown>>;
  /** Whether Ollama's model is still on its way into memory: a request that only loads it has no answer yet. */
  readonly isLoading?: boolean;
  /** Whether what was counted is said to who does not ask for it, as Mistral's service does. */
  readonly countsUnasked?: boolean;
  /** For `/v1/completions`: the answer says how many tokens of prompt it saw, and no suffix is among them. */
  readonly isSuffixIgnored?: boolean;
}

/** How a request ends; left out, it is answered with all tokens. */
export type Outcome =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  /** 200 and an event stream whose events are no JSON. */
  | { readonly kind: "garbage" }
  /** The connection is reset after that many tokens. */
  | { readonly kind: "cut-off"; readonly afterTokens: number }
  /** The body ends properly, but before its end marker. */
  | { readonly kind: "unfinished"; readonly afterTokens: number }
  /** Nothing more is sent after that many tokens, and the connection stays open. */
  | { readonly kind: "stalled"; readonly afterTokens: number }
  /** All tokens and what ends them, but the body stays open and says nothing of what was counted. */
  | { readonly kind: "left-open" }
  /** The same, with half of the next token's event sent. */
  | { readonly kind: "stalled-within"; readonly afterTokens: number }
  /** The request is read and never answered. */
  | { readonly kind: "silent" }
  /** An error event after that many tokens. */
  | { readonly kind: "error-event"; readonly afterTokens: number; readonly error: unknown }
  /** 200 and exactly these pieces of a body, one write each. */
  | {
      readonly kind: "raw";
      readonly chunks: readonly (string | Uint8Array)[];
      readonly contentType?: string;
    };

/** One request as the server saw it. Times are those of `machineNow`. */
export interface UpstreamRecord {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAt: number;
  /** When each token was written. */
  readonly tokensAt: readonly number[];
  /** When the client closed the connection before the answer was complete. */
  readonly closedAt: number | undefined;
  readonly isComplete: boolean;
}

/** What a server says that it has counted of a prompt. */
export interface Counted {
  readonly inputTokens: number;
  readonly cachedTokens: number;
}

/** How many tokens were written after a time of `machineNow`, such as that of a cancellation. */
export function tokensAfter(record: UpstreamRecord, time: number): number {
  return record.tokensAt.filter((at) => at > time).length;
}
