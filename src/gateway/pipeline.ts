import { setImmediate } from "node:timers/promises";
import { linkAbort } from "../base/abort.ts";
import { type Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import { type CompletionRequest, type Piece } from "../wire/messages.ts";
import { gathered } from "./gathered.ts";
import { type Upstream } from "./upstreams/upstream.ts";

/** Answers from the embedded engine at once, or undefined when it has nothing worth showing. */
export type Draft = (request: CompletionRequest) => string | undefined;

/** What a pipeline is made of; either may be missing, not both. */
export interface PipelineParts {
  readonly clock: Clock;
  readonly draft: Draft | undefined;
  readonly upstream: Upstream | undefined;
}

/**
 * One request through the gateway: the model is asked first, and while it thinks the draft is made and given;
 * then the model's text as it streams, then one end with the times. A failing model throws after the draft
 * has been given; aborting the signal stops the model's stream and ends the iteration.
 */
export async function* answer(
  parts: PipelineParts,
  request: CompletionRequest,
  parent: AbortSignal,
): AsyncGenerator<Piece> {
  const { clock, draft, upstream } = parts;
  const startedAt = clock.now();
  const elapsedMs = () => clock.now() - startedAt;
  let draftMs: number | undefined;
  let firstRemoteMs: number | undefined;
  const abort = linkAbort(parent);
  const asked = request.isConfined ? undefined : upstream;
  const said = asked?.complete(request, abort.signal)[Symbol.asyncIterator]();
  const texts = said && gathered(said, clock);
  try {
    const first = texts?.next();
    first?.catch(() => undefined); // it is awaited behind the draft
    if (first) await setImmediate(); // the request leaves before the draft takes the processor
    const drafted = parent.aborted ? undefined : draft?.(request);
    if (drafted) {
      draftMs = elapsedMs();
      yield { kind: "text", origin: "draft", text: drafted };
    }
    for (let next = await first; texts && next?.done === false; next = await texts.next()) {
      firstRemoteMs ??= elapsedMs();
      yield { kind: "text", origin: "remote", text: next.value };
    }
    yield { kind: "end", timings: { draftMs, firstRemoteMs, totalMs: elapsedMs() } };
  } finally {
    abort.abort(new Failure("internal", "the reader stopped reading")); // nobody reads what still comes
    abort.dispose();
    await said?.return?.().catch(() => undefined);
  }
}
