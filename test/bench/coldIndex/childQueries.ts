import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import type { CompletionAsk } from "../../../src/wire/messages.ts";
import { type LocalGateway, startLocalGateway } from "../../helpers/localGateway.ts";
import { type OpenLink, openLink } from "../../helpers/openLink.ts";

/** What queries took: of the child itself, and from the ask until its last byte was back. */
export interface QueryTimes {
  readonly childMs: number[];
  readonly askMs: number[];
}

/** The same keys while the project is learned, while all of it is read once more, and while nothing else happens. */
export interface ChildQueries {
  readonly learning: QueryTimes;
  readonly relearning: QueryTimes;
  readonly idle: QueryTimes;
}

const root = join(import.meta.dirname, "../../..");
const typed = readFileSync(join(root, "src/link/clientLink.ts"), "utf8");
const keyMs = 4;
const never = new AbortController().signal;

/** Types over the link to a child of its own, the packaged program, which learns the project meanwhile. */
export async function queryChild(
  folder: string,
  files: readonly string[],
  idleKeys: number,
): Promise<ChildQueries> {
  const releases: (() => unknown)[] = [];
  try {
    const gateway = await startLocalGateway(
      { roots: [{ name: "project", folder }] },
      (action) => releases.push(action),
      { program: join(root, "dist/gateway.cjs") },
    );
    const link = await openLink(await gateway.dial());
    const learning = await type(link, "project/a.ts", untilLearned(gateway, 1));
    const now = new Date();
    for (const file of files) utimesSync(file, now, now); // what has not changed is not read again
    gateway.tell({ changed: [folder] });
    const relearning = await type(link, "project/b.ts", untilLearned(gateway, 2));
    const idle = await type(link, "project/c.ts", (keys) => keys >= idleKeys);
    return { learning, relearning, idle };
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

function untilLearned(gateway: LocalGateway, times: number): () => boolean {
  let isLearned = false;
  void gateway.learned(times).then(() => {
    isLearned = true;
  });
  return () => isLearned;
}

async function type(
  { link, documents }: OpenLink,
  path: string,
  isEnough: (keys: number) => boolean,
): Promise<QueryTimes> {
  const times: QueryTimes = { childMs: [], askMs: [] };
  await ask(documents.askAt("", 0, { path })); // the document is sent
  for (let keys = 0; !isEnough(keys); keys += 1) {
    await setTimeout(keyMs);
    const key = typed.charAt(keys % typed.length);
    const startedAt = systemClock.now();
    const childMs = await ask(documents.type(key, keys, { path }));
    times.askMs.push(systemClock.now() - startedAt);
    times.childMs.push(childMs);
  }
  return times;

  async function ask(about: CompletionAsk): Promise<number> {
    for await (const piece of link.complete(about, never))
      if (piece.kind === "end") return piece.timings.totalMs;
    throw new Error("an answer without an end");
  }
}
