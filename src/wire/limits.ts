/** The numbers both ends hold each other to. PROTOCOL.md states them. */
export const protocolVersion = 2;
export const subprotocol = "slipstream.v2";
export const linkPath = "/v1/link";

export const maxFrameBytes = 1024 * 1024;
/** Of one text piece, in UTF-16 units: its UTF-8 fits a frame whatever the characters are. */
export const maxTextChars = 256 * 1024;
/** Of a session's id. */
export const maxSessionChars = 64;
/** Of the names in `hello` and `welcome`, in UTF-16 units. */
export const maxNameChars = 200;
/** The narrowest line that is of use, in bytes: 128 kbit/s. All that waits for something long to arrive waits as long as it takes there. */
export const slowestBytesPerMs = 16;
/** The longest request of a link over plain HTTP: one frame. */
export const maxRequestMs = maxFrameBytes / slowestBytesPerMs;
export const maxStreams = 256;
export const helloTimeoutMs = 5_000;

export const pingIntervalMs = 5_000;
export const busyPingIntervalMs = 500;
/** From an ask into the silence to the ping that follows it where nothing has been heard by then. */
export const askedPingMs = 100;
export const pongTimeoutMs = 5_000;
/** A ping unanswered for so long while a request waits makes the link suspect: a spare is dialled. */
export const suspectAfterMs = 1_000;
export const busyPongTimeoutMs = 2_000;
export const silentLinkTimeoutMs = 30_000;

/** Above this many unsent bytes the reader at the other end is too slow and the link is closed. */
export const maxUnsentBytes = 4 * 1024 * 1024;

/** Of the documents on one connection, in UTF-16 units of known text. PROTOCOL.md section 5.5. */
export const documentLimits = {
  documents: 64,
  totalChars: 8 * 1024 * 1024,
  /** Of one document, known or not; larger ones are not completed in. */
  maxChars: 32 * 1024 * 1024,
  /** Longer ones are known to the far end round the cursor only. */
  wholeChars: 1024 * 1024,
  /** A client lets the far end know no more of one document, from asks at many places: then it opens it anew by a window. */
  windowedChars: 2 * 1024 * 1024,
  /** What a document counts besides its text and its name. */
  baseChars: 256,
  /** Of all closed contents that are kept for `recall`. */
  closedChars: 4 * 1024 * 1024,
} as const;

/** What the edits of one frame may insert together, in UTF-16 units, and their number. */
export const editLimits = { insertedChars: 256 * 1024, edits: 4_096 } as const;

/** Of the text that an ask ahead takes for accepted, in UTF-16 units. */
export const maxAheadChars = 8_192;

/** Live asks of one document. */
export const maxAsksPerDocument = 3;
/** Text of one stream in UTF-8 bytes that may be on its way before the client has taken any of it. */
export const streamCreditBytes = 64 * 1024;
/** Chats of one client that run, or whose last frame it has not confirmed. */
export const maxChats = 8;
/** How long a chat waits for its reader to take something, once all is full that is kept of it. */
export const unreadChatMs = 60_000;
/** Of the JSON of one chat's question, in UTF-8 bytes. */
export const maxQuestionBytes = 512 * 1024;
/** Of its conversation. */
export const maxQuestionTurns = 1_000;
/** Of one text frame of a chat, so that a completion never waits behind a longer one. */
export const chatFrameBytes = 16 * 1024;
/** Chat text waits while more than this is unsent. */
export const chatYieldBytes = 16 * 1024;
/** How long the chats of a lost connection can be resumed, at both ends. */
export const resumeMs = 60_000;
/**
 * Beyond `streamCreditBytes` for each, the text that all chats of a client that is away may keep: with
 * `maxChats` of them never more than 1 MiB.
 */
export const sharedKeptBytes = 512 * 1024;
/** Lost connections of one gateway whose chats go on. */
export const maxParkedSessions = 256;

/** How far one compressed message may inflate. The receiving end stops at the limit, not after it. */
export interface InflateLimits {
  readonly maxBytes: number;
  /** Inflated size by compressed size. */
  readonly maxRatio: number;
  /** Up to here no ratio is asked: a few bytes may stand for a text that was sent before. Longer ones are filled up to the ratio. */
  readonly unratedBytes: number;
}

export const inflateLimits: InflateLimits = {
  maxBytes: 4 * 1024 * 1024,
  maxRatio: 200,
  unratedBytes: 64 * 1024,
};

/**
 * Payloads that are not longer are not compressed. A window's: the stream's own bytes would make them longer. A gateway's: an answer
 * that fits in one packet as it is comes no sooner for being smaller, and each flush of a stream goes through another thread.
 */
export const minCompressedBytes = { window: 48, gateway: 1_024 } as const;
/** Payloads that are compressed together: how many there may be, and how long a sender lets them be, so that no ratio is asked. */
export const bundleLimits = { payloads: 64, sizeBytes: 48 * 1024 } as const;
/** A codec that was not used for so long is dropped, with its memory. */
export const codecIdleMs = 60_000;
/** Padded frames are a multiple of this long. */
export const paddingBytes = 16;

/** The names of a link's headers over plain HTTP, and how much one request carries up. PROTOCOL.md section 13. */
export const linkHeaders = {
  protocol: "slipstream-protocol",
  link: "slipstream-link",
  sequence: "slipstream-sequence",
} as const;
export const linkIdBytes = 16;
