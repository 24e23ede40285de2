import { setImmediate } from "node:timers/promises";
import { linkAbort, onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { CompletionRequest, Piece } from "../wire/messages.ts";
import type { Upstreams } from "./choosing/upstreams.ts";
import { gathered } from "./gathered.ts";
import type { Turns } from "./load/turns.ts";
import type { TenantWarm } from "./server.ts";
import { leave, unread, type Upstream } from "./upstreams/upstream.ts";

/** What the embedded engine says. */
export interface Drafted {
  readonly text: string;
  /** Whether it is so likely right that the model need not be asked. */
  readonly isSure: boolean;
  /** Whether it is so little likely right that a model's word is waited for first. */
  readonly mayWait: boolean;
}

/** The embedded engine. */
export interface Drafter {
  /** Whether a sure draft spares the model, so that it is made first. */
  readonly maySpareModel: boolean;
  /** Answers at once; undefined when it has nothing worth showing. */
  draft(request: CompletionRequest): Drafted | undefined;
}

/** The embedded engine before anything is asked. */
export interface AheadReader {
  /** Reads the text that a draft will be about, so that the draft comes sooner. */
  read(request: CompletionRequest): void;
}

/** What a pipeline is made of; either may be missing, not both. */
export interface PipelineParts {
  readonly clock: Clock;
  /** Shared by all that the process answers. */
  readonly turns: Turns;
  readonly drafter: Drafter | undefined;
  readonly upstream: Upstream | undefined;
}

/** How long a draft waits for the model that is little likely right. */
const waitingMs = 400;

/**
 * One request through the gateway: the model is asked first, and while it thinks the draft is made and given;
 * then the model's text as it streams, then one end with the times. Where a sure draft may spare the model, the draft
 * is made first and may be all; one that is little likely right waits for the model's first word. A failing model throws
 * after the draft has been given; aborting the signal stops the model's stream and ends the iteration.
 */
export async function* answer(
  parts: PipelineParts,
  request: CompletionRequest,
  parent: AbortSignal,
): AsyncGenerator<Piece> {
  const { clock, turns, upstream } = parts;
  const drafter = request.isAhead === true ? undefined : parts.drafter; // it would be about what the model may go on with
  const startedAt = clock.now();
  const elapsedMs = () => clock.now() - startedAt;
  const isDraftFirst = drafter?.maySpareModel === true && !request.isConfined;
  const early = isDraftFirst ? drafter.draft(request) : undefined;
  if (early?.isSure === true) {
    const draftMs = elapsedMs();
    yield { kind: "text", origin: "draft", text: early.text, isAlone: true };
    yield { kind: "end", timings: { draftMs, firstRemoteMs: undefined, totalMs: elapsedMs() } };
    return;
  }
  let draftMs: number | undefined;
  let firstRemoteMs: number | undefined;
  const abort = linkAbort(parent);
  const asked = request.isConfined ? undefined : upstream;
  const said = asked?.complete(request, abort.signal);
  const texts = said && gathered(said, clock);
  let modelAskedMs: number | undefined;
  let isSaid = false;
  try {
    const first =
      texts &&
      turns.begin(() => {
        const read = texts.next();
        modelAskedMs = elapsedMs(); // it was sent in this turn
        return read;
      });
    first?.catch(() => undefined); // it is awaited behind the draft
    if (first && drafter) await setImmediate(); // the request leaves before the draft takes the processor
    const drafted = isDraftFirst || parent.aborted ? early : drafter?.draft(request);
    // The model's first text goes before a draft that waits for it, which is there in case the model breaks off.
    const overtaking = drafted?.mayWait ? await firstText(first, abort.signal, clock) : undefined;
    if (overtaking !== undefined) {
      firstRemoteMs = elapsedMs();
      yield { kind: "text", origin: "remote", text: overtaking };
    }
    if (drafted && drafted.text !== "" && !parent.aborted) {
      draftMs = elapsedMs();
      yield { kind: "text", origin: "draft", text: drafted.text };
    }
    let next = await (overtaking === undefined ? first : texts?.next());
    for (; texts && next?.done === false; next = await texts.next()) {
      firstRemoteMs ??= elapsedMs();
      yield { kind: "text", origin: "remote", text: next.value };
    }
    const { usage, upstream: by } = next?.done === true ? next.value : unread;
    const asking = modelAskedMs === undefined ? undefined : { modelAskedMs };
    const timings = { draftMs, firstRemoteMs, ...asking, totalMs: elapsedMs() };
    isSaid = true;
    yield { kind: "end", timings, ...(usage && { usage }), ...(by && { upstream: by }) };
  } finally {
    abort.dispose();
    if (!isSaid) await leave(said, abort);
  }
}

/** Lets the model of a tenant, where it has something to warm, and the engine read the text round a cursor ahead of the asks. */
export function warmOf(upstreams: Upstreams | undefined, engine?: AheadReader): TenantWarm {
  return async (request, signal, tenant) => {
    const warming = request.isConfined ? undefined : upstreams?.of(tenant).warm?.(request, signal);
    await Promise.all([warming, engine && readAhead(engine, request, signal)]);
  };
}

/** Lets the engine read the text round a cursor in a turn of its own; not where something is asked meanwhile. */
export async function readAhead(
  engine: AheadReader,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<void> {
  await setImmediate(); // the model's request leaves first, and what is asked already is asked
  if (!signal.aborted) engine.read(request);
}

/** The model's first text, if it comes in time. Without a model here the window asks one meanwhile. */
async function firstText(
  first: Promise<IteratorResult<string, unknown>> | undefined,
  signal: AbortSignal,
  clock: Clock,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const giveUp = () => {
    resolve(undefined);
  };
  const waits = [clock.after(waitingMs, giveUp), onAbort(signal, giveUp)];
  first?.then((next) => {
    resolve(next.done === true ? undefined : next.value);
  }, giveUp);
  try {
    return await promise;
  } finally {
    for (const each of waits) each.dispose();
  }
}
