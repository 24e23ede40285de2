import { cpuMsOf } from "../processCpu.ts";
import type { Asker, Contender } from "./contender.ts";
import { crowd, type Shape } from "./shapes.ts";

/** What one pass of a shape showed. */
export interface Pass {
  readonly firstMs: readonly number[];
  readonly requestsPerSecond: number;
  /** Of the processes in between; undefined where there are none, or the system does not say. */
  readonly cpuMsPerRequest: number | undefined;
}

/** Nobody types in the moment in which a window has opened. */
const restMs = 1_000;

/** The load of a shape on one contender; what runs while it warms up is not counted. */
export async function pass(contender: Contender, shape: Shape): Promise<Pass> {
  const askers = await connected(contender, shape.streams);
  await sleep(restMs);
  const { script, streams } = shape;
  const answerMs = script.firstMs + script.tokens * script.tokenMs;
  const startsAt = performance.now() + answerMs + 500;
  const endsAt = startsAt + shape.runMs;
  const firstMs: number[] = [];
  let answered = 0;
  const run = async (asker: Asker, index: number) => {
    // They do not all ask in the same moment.
    await sleep((index / streams) * answerMs);
    while (performance.now() < endsAt) {
      const askedAt = performance.now();
      const ms = await asker.ask();
      const now = performance.now();
      if (askedAt >= startsAt && askedAt < endsAt) firstMs.push(ms);
      if (now >= startsAt && now < endsAt) answered++;
    }
  };
  try {
    const running = Promise.all(askers.map(run));
    running.catch(() => undefined);
    await sleep(startsAt - performance.now());
    const before = await cpuMs(contender.pids);
    await Promise.race([running, sleep(endsAt - performance.now())]);
    const after = await cpuMs(contender.pids);
    await running;
    const spentMs = before === undefined || after === undefined ? undefined : after - before;
    return {
      firstMs,
      requestsPerSecond: answered / (shape.runMs / 1_000),
      cpuMsPerRequest: spentMs === undefined ? undefined : spentMs / answered,
    };
  } finally {
    for (const asker of askers) asker.dispose();
  }
}

/** Until the last of a thousand is answered who all ask at once, over connections that are open all the way, in ms. */
export async function crowdMs(contender: Contender): Promise<number> {
  const askers = await connected(contender, crowd.requests);
  try {
    await Promise.all(askers.map((asker) => asker.ask()));
    await sleep(1_000);
    const startedAt = performance.now();
    await Promise.all(askers.map((asker) => asker.ask()));
    return performance.now() - startedAt;
  } finally {
    for (const asker of askers) asker.dispose();
  }
}

async function connected(contender: Contender, count: number): Promise<Asker[]> {
  const askers: Asker[] = [];
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, () => contender.connect());
    askers.push(...(await Promise.all(some)));
  }
  return askers;
}

async function cpuMs(pids: readonly number[]): Promise<number | undefined> {
  if (pids.length === 0) return undefined;
  const all = await Promise.all(pids.map(cpuMsOf));
  return all.reduce((sum, ms) => (sum === undefined || ms === undefined ? undefined : sum + ms), 0);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
