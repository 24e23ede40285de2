import { type FailureCode } from "../base/failure.ts";

/**
 * The values that cross the link. Plain and readonly; `codec.ts` turns them into frames and back,
 * PROTOCOL.md says what each end must do with them.
 */

/** One ask for a completion at a cursor. Built in `context`, encoded as it is, read by the gateway. */
export interface CompletionRequest {
  /** The file as `folder/path/in/folder`, or the name of an untitled document; never a home directory. */
  readonly path: string;
  /** The editor's language id, such as `typescript`. */
  readonly languageId: string;
  /** The editor's version of the document the text was taken from. */
  readonly documentVersion: number;
  /** Text before the cursor, from the start of the document or of the window. */
  readonly before: string;
  /** Text after the cursor, to the end of the document or of the window. */
  readonly after: string;
  /**
   * True for git-ignored files: only the embedded engine may answer, from this text alone. Nothing of
   * it is forwarded to an upstream or learned.
   */
  readonly isConfined: boolean;
}

/** Who wrote a piece of an answer: the embedded engine or the model behind the gateway. */
export type Origin = "draft" | "remote";

/** Some text of an answer, in order within its origin. */
export interface TextPiece {
  readonly kind: "text";
  readonly origin: Origin;
  readonly text: string;
}

/** The gateway's own times for one request, in milliseconds since it read the request. */
export interface GatewayTimings {
  readonly draftMs: number | undefined;
  readonly firstRemoteMs: number | undefined;
  readonly totalMs: number;
}

/** The one last piece of an answer that was not cancelled and did not fail. */
export interface EndPiece {
  readonly kind: "end";
  readonly timings: GatewayTimings;
}

/** What an answer is made of: any number of texts, then one end. */
export type Piece = TextPiece | EndPiece;

/** What the client says. `stream` numbers start at 1 and grow by one with each `complete`. */
export type ClientMessage =
  | { readonly kind: "hello"; readonly protocolVersion: number; readonly client: string }
  | { readonly kind: "complete"; readonly stream: number; readonly request: CompletionRequest }
  | { readonly kind: "cancel"; readonly stream: number }
  | { readonly kind: "ping"; readonly nonce: number };

/** What the gateway says about itself once, after `hello`. */
export interface Welcome {
  readonly protocolVersion: number;
  readonly gateway: string;
  /** The model behind it for people to read; empty when there is only the embedded engine. */
  readonly upstream: string;
  readonly maxStreams: number;
}

/** What the gateway says. Each stream ends with exactly one of `end`, `cancelled` and `failed`. */
export type ServerMessage =
  | ({ readonly kind: "welcome" } & Welcome)
  | {
      readonly kind: "text";
      readonly stream: number;
      readonly origin: Origin;
      readonly text: string;
    }
  | { readonly kind: "end"; readonly stream: number; readonly timings: GatewayTimings }
  | { readonly kind: "cancelled"; readonly stream: number }
  | {
      readonly kind: "failed";
      readonly stream: number;
      readonly code: FailureCode;
      readonly detail: string;
    }
  | { readonly kind: "pong"; readonly nonce: number };
