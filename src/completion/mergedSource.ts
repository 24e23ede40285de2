import { linkAbort } from "../base/abort.ts";
import { type Piece, type TextPiece } from "../wire/messages.ts";
import { type CompletionSource } from "./source.ts";

/**
 * Asks the local engine and a hosted gateway at once and gives their pieces as one answer with one end,
 * as the local child does when it reaches the model itself. The draft comes first; a gateway with text
 * before it makes it needless, one that fails or ends first waits for it and ends the answer after it.
 */
export function mergedSource(draft: CompletionSource, remote: CompletionSource): CompletionSource {
  return async function* (request, parent): AsyncGenerator<Piece> {
    const abort = linkAbort(parent);
    let pieces: AsyncIterator<Piece> | undefined;
    try {
      const drafted = wholeDraft(draft(request, abort.signal));
      pieces = remote(request, abort.signal)[Symbol.asyncIterator]();
      const first = pieces.next();
      const overtaken = first.then(
        (next) => (next.done !== true && next.value.kind === "text" ? undefined : drafted),
        () => drafted,
      );
      const piece = await Promise.race([drafted, overtaken]);
      if (piece) yield piece;
      for (let next = await first; next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      abort.abort(parent.reason ?? "the reader stopped reading");
      abort.dispose();
      pieces?.return?.().catch(() => undefined); // not waited for: it may hang
    }
  };
}

/** The engine's text as one piece. Without an engine (it is starting again) there is simply no draft. */
async function wholeDraft(pieces: AsyncIterable<Piece>): Promise<TextPiece | undefined> {
  let text = "";
  try {
    for await (const piece of pieces) if (piece.kind === "text") text += piece.text;
  } catch {
    return undefined;
  }
  return text === "" ? undefined : { kind: "text", origin: "draft", text };
}
