import { linkAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { EndPiece, Piece, TextPiece } from "../wire/messages.ts";
import type { CompletionSource } from "./source.ts";

/** When the engine alone is enough. */
export interface Sparing {
  /** Whether a draft that is nearly certain spares the gateway; asked at each request. */
  readonly maySpareModel: () => boolean;
  readonly clock: Clock;
}

/** An engine that says nothing for so long, where it comes first, is busy or starting again: it is not waited for. */
const firstWordMs = 20;

/**
 * Asks the local engine and a hosted gateway at once and gives their pieces as one answer with one end,
 * as the local child does when it reaches the model itself. The draft comes first; a gateway with text
 * before it makes it needless, one that fails or ends first waits for it and ends the answer after it. Where a draft
 * may spare the gateway, the engine is asked a moment earlier.
 */
export function mergedSource(
  draft: CompletionSource,
  remote: CompletionSource,
  { maySpareModel, clock }: Sparing,
): CompletionSource {
  return async function* (request, parent): AsyncGenerator<Piece> {
    if (request.ahead) {
      yield* remote(request, parent); // the engine has no say in how the model goes on
      return;
    }
    const abort = linkAbort(parent);
    let pieces: AsyncIterator<Piece> | undefined;
    try {
      const drafted = wholeDraft(draft(request, abort.signal));
      const early = maySpareModel() ? await within(firstWordMs, drafted, clock) : undefined;
      if (early?.text.isAlone) {
        yield early.text;
        yield early.end;
        return;
      }
      parent.throwIfAborted();
      pieces = remote(request, abort.signal)[Symbol.asyncIterator]();
      const first = pieces.next();
      const overtaken = first.then(
        (next) => (next.done !== true && next.value.kind === "text" ? undefined : drafted),
        () => drafted,
      );
      const said = await Promise.race([drafted, overtaken]);
      if (said) yield { kind: "text", origin: "draft", text: said.text.text };
      for (let next = await first; next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      abort.abort(parent.reason ?? "the reader stopped reading");
      abort.dispose();
      pieces?.return?.().catch(() => undefined); // not waited for: it may hang
    }
  };
}

interface Drafted {
  readonly text: TextPiece;
  readonly end: EndPiece;
}

/** The engine's text as one piece, and its end. Without an engine (it takes long to start again) there is simply no draft. */
async function wholeDraft(pieces: AsyncIterable<Piece>): Promise<Drafted | undefined> {
  let text = "";
  let isAlone = false;
  try {
    for await (const piece of pieces) {
      if (piece.kind === "text") {
        text += piece.text;
        isAlone ||= piece.isAlone === true;
      } else if (text !== "") {
        return {
          text: { kind: "text", origin: "draft", text, ...(isAlone && { isAlone }) },
          end: piece,
        };
      }
    }
  } catch {
    return undefined;
  }
  return undefined;
}

async function within<T>(ms: number, promise: Promise<T>, clock: Clock): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(ms, () => {
    late.resolve(undefined);
  });
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    timer.dispose();
  }
}
