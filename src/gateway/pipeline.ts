import { type Clock } from "../base/clock.ts";
import { type CompletionRequest, type Piece } from "../wire/messages.ts";
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
 * One request through the gateway: the draft first, since it costs well under a millisecond, then the
 * model's text as it streams, then one end with the times. A failing model throws after the draft has
 * been given; aborting the signal stops the model's stream and ends the iteration.
 */
export async function* answer(
  parts: PipelineParts,
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const { clock, draft, upstream } = parts;
  const startedAt = clock.now();
  const elapsedMs = () => clock.now() - startedAt;
  let draftMs: number | undefined;
  let firstRemoteMs: number | undefined;
  const drafted = draft?.(request);
  if (drafted !== undefined && drafted !== "") {
    draftMs = elapsedMs();
    yield { kind: "text", origin: "draft", text: drafted };
  }
  if (upstream && !request.isConfined) {
    for await (const text of upstream.complete(request, signal)) {
      firstRemoteMs ??= elapsedMs();
      yield { kind: "text", origin: "remote", text };
    }
  }
  yield { kind: "end", timings: { draftMs, firstRemoteMs, totalMs: elapsedMs() } };
}
