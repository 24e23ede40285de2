import type { FailureCode } from "../base/failure.ts";

/**
 * The values that cross the link. Plain and readonly; `codec.ts` turns them into frames and back,
 * PROTOCOL.md says what each end must do with them.
 */

/** A change at the cursor that an ask takes for made, though neither end makes it. PROTOCOL.md section 6. */
export interface AheadText {
  /** Stands before the cursor; at most `maxAheadChars`. */
  readonly text: string;
  /** Of the document's text behind the cursor, in UTF-16 units: what `text` takes the place of. */
  readonly deletedAfterChars: number;
}

/** What the client asks for: a completion at a place in a document that both ends hold. */
export interface CompletionAsk {
  /** As in `LocalDocuments`. */
  readonly documentKey: string;
  /** The editor's version of the document that the offset belongs to. */
  readonly documentVersion: number;
  /** The cursor, in UTF-16 units from the document's start. */
  readonly offset: number;
  /** A file that git ignores: only the embedded engine may be asked. */
  readonly isConfined: boolean;
  /** Texts of other files that help, the most useful last. */
  readonly snippets: readonly string[];
  /** Whether older asks of the document go on; otherwise the gateway ends them. */
  readonly keepsOlder: boolean;
  /** Where given, the ask is about the text as if this had been accepted. The document stays as it is. */
  readonly ahead?: AheadText | undefined;
}

/** One ask as the gateway answers it: the text round the cursor, as far as it is held. */
export interface CompletionRequest {
  /** The file as `folder/path/in/folder`, or the name of an untitled document; never a home directory. */
  readonly path: string;
  /** The editor's language id, such as `typescript`. */
  readonly languageId: string;
  /** Text before the cursor, from the start of the document or of a line. */
  readonly before: string;
  /** Text after the cursor, to the end of the document or of a line. */
  readonly after: string;
  /**
   * True for git-ignored files: only the embedded engine may answer, from this text alone. Nothing of
   * it is forwarded to an upstream or learned.
   */
  readonly isConfined: boolean;
  /** It asks for what comes behind a text that is not in the document yet. */
  readonly isAhead?: true;
  /** Texts of other files that help, the most useful last. */
  readonly snippets: readonly string[];
}

/** Who wrote a piece of an answer: the embedded engine or the model behind the gateway. */
export type Origin = "draft" | "remote";

/** Some text of an answer, in order within its origin. */
export interface TextPiece {
  readonly kind: "text";
  readonly origin: Origin;
  readonly text: string;
  /** Of a draft that is so likely right that the model is not asked. */
  readonly isAlone?: true;
}

/** The gateway's own times for one request, in milliseconds since it read the request. */
export interface GatewayTimings {
  readonly draftMs: number | undefined;
  readonly firstRemoteMs: number | undefined;
  /** When the model was asked: what is before is the gateway's own, what is behind the model's and the way to it. */
  readonly modelAskedMs?: number | undefined;
  readonly totalMs: number;
}

/** What a model server counted for one answer. */
export interface TokenUsage {
  /** Of the whole prompt, those included that it had cached. */
  readonly inputTokens: number;
  /** Those of the prompt that it did not compute anew; undefined where it does not say. */
  readonly cachedTokens: number | undefined;
  readonly outputTokens: number;
}

/** Why a model's answer breaks off: it has reached its output limit, or a filter of its server took the rest. */
export type CutReason = "limit" | "filtered";

/** The one last piece of an answer that was not cancelled and did not fail. */
export interface EndPiece {
  readonly kind: "end";
  readonly timings: GatewayTimings;
  /** Where a model answered and its server counts. */
  readonly usage?: TokenUsage | undefined;
  /** Of a chat's answer that is not whole. */
  readonly cut?: CutReason | undefined;
  /** The model that answered, where several may; missing where it is the one that the welcome names. */
  readonly upstream?: string | undefined;
}

/** What an answer is made of: any number of texts, then one end. */
export type Piece = TextPiece | EndPiece;

/** A document's text, or a part of it, at the far end. Offsets and lengths in UTF-16 units. */
export interface OpenMessage {
  readonly document: number;
  readonly name: {
    readonly isConfined: boolean;
    readonly path: string;
    readonly languageId: string;
  };
  readonly lengthChars: number;
  /** The number of the next stream, so that both ends agree again. */
  readonly nextStream: number;
  readonly offset: number;
  readonly text: string;
}

/**
 * How the bulk of one direction of a connection is compressed. `deflate` is primed with the dictionary
 * where there is one; `zstd` makes no use of it.
 */
export type CompressionKind = "zstd-dictionary" | "zstd" | "deflate" | "none";

/** A chat of the lost connection that the client wants to go on. */
export interface ResumedChat {
  /** Its number in the lost connection. */
  readonly stream: number;
  /** What the client has received of it; the gateway goes on there. */
  readonly receivedBytes: number;
  /** What of that its reader has taken: it has been granted anew. */
  readonly takenBytes: number;
}

/** The client's first word. */
export interface Hello {
  readonly protocolVersion: number;
  readonly client: string;
  /** What its runtime can do, best first. */
  readonly compression: readonly CompressionKind[];
  /** The SHA-256 of its dictionary; empty when it has none. */
  readonly dictionary: string;
  readonly isPadded: boolean;
  /** Whether it takes the name of the model that answered in the end of an answer; missing where it does not. */
  readonly takesUpstream?: boolean | undefined;
  /** Of the lost connection; empty when there was none. */
  readonly session: string;
  /** Its chats, which become the streams 1, 2, ... of this connection. */
  readonly resume: readonly ResumedChat[];
}

/** What the client says, but for `typed` and `edit` frames, which are about a text (editFrame.ts). */
export type ClientMessage =
  | ({ readonly kind: "hello" } & Hello)
  | ({ readonly kind: "open" } & OpenMessage)
  | {
      readonly kind: "recall";
      readonly document: number;
      readonly nextStream: number;
      readonly contentId: Uint8Array;
    }
  | {
      readonly kind: "fill";
      readonly document: number;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly kind: "focus"; readonly document: number }
  | { readonly kind: "close"; readonly document: number }
  | { readonly kind: "verify"; readonly document: number; readonly hash: Uint8Array }
  | { readonly kind: "put"; readonly place: number; readonly text: string }
  | { readonly kind: "use"; readonly places: readonly number[] }
  | { readonly kind: "cancel"; readonly stream: number }
  /** The question is JSON that the link does not look into. */
  | { readonly kind: "chat"; readonly stream: number; readonly question: string }
  | { readonly kind: "credit"; readonly stream: number; readonly sizeBytes: number }
  /** Asks at this offset of the focused document are to be expected. */
  | { readonly kind: "warm"; readonly offset: number }
  | { readonly kind: "ping"; readonly nonce: number };

/** What the client says about the texts that the gateway holds. */
export type DocumentMessage = Extract<
  ClientMessage,
  { readonly kind: "open" | "recall" | "fill" | "focus" | "close" | "verify" | "put" | "use" }
>;

/** What the gateway says about itself once, after `hello`. */
export interface Welcome {
  readonly protocolVersion: number;
  readonly gateway: string;
  /** The model behind it for people to read; empty when there is only the embedded engine. */
  readonly upstream: string;
  readonly maxStreams: number;
  /** What both ends use from now on. */
  readonly compression: CompressionKind;
  /** This connection's unguessable name, to resume its chats by; empty where there is no chat. */
  readonly session: string;
  /** For each chat in the client's `resume` whether it goes on. */
  readonly resumed: readonly boolean[];
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
  /** A draft, and no model is asked. */
  | { readonly kind: "alone"; readonly stream: number; readonly text: string }
  /** Goes on with the stream and origin of the last `text`. */
  | { readonly kind: "more"; readonly text: string }
  | ({ readonly stream: number } & EndPiece)
  | { readonly kind: "cancelled"; readonly stream: number }
  | {
      readonly kind: "failed";
      readonly stream: number;
      readonly code: FailureCode;
      readonly detail: string;
    }
  | { readonly kind: "pong"; readonly nonce: number }
  | { readonly kind: "recalled"; readonly document: number; readonly isKnown: boolean }
  | { readonly kind: "resync"; readonly document: number }
  /** The gateway ends soon: open another link, and leave this one when its streams have ended. */
  | { readonly kind: "goAway" };
