import type { Readable } from "node:stream";
import type { Disposable } from "../../../src/base/disposable.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import type { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { CompletionAsk, CompletionRequest, Piece } from "../../../src/wire/messages.ts";
import type { Servers } from "./plan.ts";

/** One way to the gateway, measured against the others with the same keys. */
export interface Contender extends Disposable {
  readonly source: CompletionSource;
  /** What is typed in; whoever asks keeps it up to date. */
  readonly documents: LocalDocuments;
  /** What has to be waited for before the first request may be made. */
  open(): Promise<void>;
  /** The last TLS session its server gave it, for a later one to resume. */
  readonly ticket: () => Buffer | undefined;
  /** Whether the TLS session it was given was resumed. */
  readonly isResumed: () => boolean;
}

/** What each contender is made of. */
export interface ContenderParts {
  readonly servers: Servers;
  readonly token: string;
  /** A TLS session to resume; without one the handshake is a full one. */
  readonly ticket: Buffer | undefined;
}

/** An ask with the text round its cursor: what a client has to send each time that keeps nothing at the far end. */
export function requestOf(documents: LocalDocuments, ask: CompletionAsk): CompletionRequest {
  const document = documents.get(ask.documentKey);
  if (!document) throw new Error("the document is not open");
  const { path, languageId, isConfined, text } = document;
  const before = text.slice(0, ask.offset) ?? "";
  const after = text.slice(ask.offset, text.length) ?? "";
  return { path, languageId, isConfined, before, after, snippets: ask.snippets };
}

/** Reads an HTTP gateway's answer. The end is given when all is read, so that a connection can be kept. */
export async function* piecesOf(body: Readable): AsyncGenerator<Piece> {
  let waiting = "";
  let end: Piece | undefined;
  for await (const chunk of body.setEncoding("utf8")) {
    const lines = (waiting + String(chunk)).split("\n");
    waiting = lines.pop() ?? "";
    for (const line of lines) {
      const piece = JSON.parse(line) as Piece;
      if (piece.kind === "end") end = piece;
      else yield piece;
    }
  }
  if (!end) throw new Error("the answer has no end");
  yield end;
}
