import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/emitter.ts";
import { Failure } from "../../../src/base/failure.ts";
import { askedAgain } from "../../../src/completion/askedAgain.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import type { CompletionAsk, Piece } from "../../../src/wire/messages.ts";
import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import { type Answer, LatestAsk } from "./latestAsk.ts";
import { OwnLink } from "./ownLink.ts";
import { modelMs, type Plan, type SetLine } from "./plan.ts";
import { Tally } from "./tally.ts";
import { Typist } from "./typist.ts";

const partitions = 5;
const partitionMs = 5_000;
/** A key while nothing gets through: what is asked anew afterwards must be about the text with it. */
const lateKeyMs = 4_500;
/** How long after the link is back an answer may come that no key has asked for. */
const askedAnewWithinMs = 600;
/** A link is a good one only after a while, and its loss is then dialled again quickly. */
const steadyMs = 5_500;
/** As the extension does with a hosted gateway. */
const askAgainMs = 5_000;

/** What one partition came to. */
interface Partition {
  /** Of the request that was waiting when it began. */
  readonly code: string;
  /** Since the line went down. */
  readonly failedMs: number;
  /** Since the line was back: the link, and the answer that no key asked for. */
  readonly readyMs: number;
  readonly askedAnewMs: number | undefined;
}

/** Nothing gets through for 5 s, with a request waiting. */
export async function partition(plan: Plan, setLine: SetLine): Promise<Figures> {
  const own = new OwnLink(plan);
  const ready = (signal: AbortSignal) => own.link.ready(signal);
  const losses = new Losses(own.source);
  const again = askedAgain(losses.source, { ready, withinMs: askAgainMs, clock: systemClock });
  const answers = new Emitter<Answer>();
  const asker = new LatestAsk(again, (answer) => {
    answers.fire(answer);
  });
  const typist = new Typist(asker, own.documents, 300);
  await own.open();
  await typist.lineAndKey();
  const seen: Partition[] = [];
  const keys = new Tally();
  for (let index = 0; index < partitions; index++) {
    await sleep(steadyMs);
    seen.push(await partitioned({ own, losses, answers, typist, setLine }));
    keys.add(await typist.lineAndKey());
  }
  const connections = own.link.connectionCount;
  own.dispose();
  return {
    codes: [...new Set(seen.map(({ code }) => code))].join(", "),
    failedMs: spread(seen.map(({ failedMs }) => failedMs)),
    linkBackMs: spread(seen.map(({ readyMs }) => readyMs)),
    askedAnewGoalMs: 4 * plan.rttMs + modelMs + 300,
    askedAnewMs: spread(seen.flatMap(({ askedAnewMs }) => askedAnewMs ?? [])),
    nextKeyGoalMs: plan.rttMs + modelMs + 10,
    nextKeyMs: keys.figures(),
    connections,
  };
}

interface Scene {
  readonly own: OwnLink;
  readonly losses: Losses;
  readonly answers: Emitter<Answer>;
  readonly typist: Typist;
  readonly setLine: SetLine;
}

/** Passes asks on to the link and notes how the first one that it loses ends. */
class Losses {
  readonly #source: CompletionSource;
  #first = Promise.withResolvers<{ code: string; at: number }>();

  constructor(source: CompletionSource) {
    this.#source = source;
  }

  readonly source: CompletionSource = (ask, signal) => this.#watch(ask, signal);

  /** The next loss. */
  next(): Promise<{ code: string; at: number }> {
    this.#first = Promise.withResolvers();
    return this.#first.promise;
  }

  async *#watch(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    try {
      yield* this.#source(ask, signal);
    } catch (error) {
      if (!signal.aborted)
        this.#first.resolve({ code: Failure.from(error).code, at: performance.now() });
      throw error;
    }
  }
}

async function partitioned({ own, losses, answers, typist, setLine }: Scene): Promise<Partition> {
  await setLine({ isDown: true });
  const downAt = performance.now();
  const lost = losses.next().then(({ code, at }) => ({ code, failedMs: at - downAt }));
  void typist.lineAndKey();
  await sleep(lateKeyMs);
  void typist.key();
  await sleep(downAt + partitionMs - performance.now());
  await setLine({ isDown: false });
  const backAt = performance.now();
  const answer = watchAnswers(answers, typist);
  await own.open();
  const readyMs = performance.now() - backAt;
  await sleep(askedAnewWithinMs);
  const answeredAt = answer.firstAt();
  const askedAnewMs = answeredAt === undefined ? undefined : answeredAt - backAt;
  return { ...(await lost), readyMs, askedAnewMs };
}

/** When the first answer for the document as it is now came; to be looked at once. */
function watchAnswers(answers: Emitter<Answer>, typist: Typist): { firstAt(): number | undefined } {
  let answeredAt: number | undefined;
  const watch = answers.on(({ hasText, documentVersion }) => {
    if (hasText && documentVersion === typist.version) answeredAt ??= performance.now();
  });
  return {
    firstAt: () => {
      watch.dispose();
      return answeredAt;
    },
  };
}
