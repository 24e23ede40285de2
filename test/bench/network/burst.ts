import { setTimeout as sleep } from "node:timers/promises";
import type { Figures } from "../report.ts";
import type { Contender } from "./contender.ts";
import { Http1 } from "./http1.ts";
import { Http2 } from "./http2.ts";
import { LatestAsk } from "./latestAsk.ts";
import { OwnLink } from "./ownLink.ts";
import { modelMs, type Plan } from "./plan.ts";
import { Tally } from "./tally.ts";
import { Typist } from "./typist.ts";

const bursts = 20;
const keys = 5;
const keyMs = 60;
const restMs = 300;

/** Five quick keys, each giving up what was asked before it: from the last key to its answer. */
export async function burst({ servers, token, rttMs }: Plan): Promise<Figures> {
  const parts = { servers, token, ticket: undefined };
  const typed = {
    ownLink: new TypedBurst(new OwnLink(parts), 1),
    http2: new TypedBurst(new Http2(parts), 2),
    http1: new TypedBurst(new Http1(parts), 3),
  };
  const all = Object.values(typed);
  for (const one of all) await one.warmUp();
  // In turn, so that whatever else the machine does falls on all alike.
  for (let index = 0; index < bursts; index++) for (const one of all) await one.type();
  for (const one of all) one.dispose();
  const figures = Object.entries(typed).map(([name, { tally }]) => [name, tally.figures()]);
  return { goalMs: rttMs + modelMs + 10, ...(Object.fromEntries(figures) as Figures) };
}

/** Bursts over one contender, on one connection as long as that lasts. */
class TypedBurst {
  readonly tally = new Tally();
  readonly #contender: Contender;
  readonly #typist: Typist;

  constructor(contender: Contender, seed: number) {
    this.#contender = contender;
    this.#typist = new Typist(new LatestAsk(contender.source), contender.documents, seed);
  }

  async warmUp(): Promise<void> {
    await this.#contender.open();
    for (let index = 0; index < 3; index++) await this.#typist.lineAndKey();
  }

  async type(): Promise<void> {
    await sleep(restMs);
    void this.#typist.lineAndKey();
    for (let index = 2; index < keys; index++) {
      await sleep(keyMs);
      void this.#typist.key();
    }
    await sleep(keyMs);
    this.tally.add(await this.#typist.key());
  }

  dispose(): void {
    this.#contender.dispose();
  }
}
