/**
 * context: from an editor snapshot to the text worth sending. Pure and synchronous: no editor, no I/O,
 * no clock. Today it is the document's own text; other files come in here.
 */
import { type CompletionRequest } from "../wire/messages.ts";
import { type Snapshot } from "./snapshot.ts";

/** The request for a snapshot. A window into a large document is cut at line breaks. */
export function assemble(snapshot: Snapshot): CompletionRequest {
  const { path, languageId, version, isConfined } = snapshot;
  return {
    path,
    languageId,
    documentVersion: version,
    before: snapshot.isFromStart ? snapshot.before : fromLineStart(snapshot.before),
    after: snapshot.isToEnd ? snapshot.after : toLineEnd(snapshot.after),
    isConfined,
  };
}

/** More than any model behind a gateway is given: a hosted one need not be sent the rest of the file. */
const narrowLimits = { beforeChars: 8_000, afterChars: 4_000 } as const;

/** The part of a request that a model can use, for a link on which every byte takes time. */
export function narrowed(request: CompletionRequest): CompletionRequest {
  const { before, after } = request;
  const { beforeChars, afterChars } = narrowLimits;
  return {
    ...request,
    before: before.length > beforeChars ? fromLineStart(before.slice(-beforeChars)) : before,
    after: after.length > afterChars ? toLineEnd(after.slice(0, afterChars)) : after,
  };
}

/** Drops the first, cut line; a window without any line break keeps all but a split surrogate pair. */
function fromLineStart(text: string): string {
  const lineBreak = text.indexOf("\n");
  if (lineBreak >= 0) return text.slice(lineBreak + 1);
  return isLowSurrogate(text.charCodeAt(0)) ? text.slice(1) : text;
}

function toLineEnd(text: string): string {
  const lineBreak = text.lastIndexOf("\n");
  if (lineBreak >= 0) return text.slice(0, lineBreak + 1);
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
