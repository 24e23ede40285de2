import { setTimeout as sleep } from "node:timers/promises";
import type { Figures } from "../report.ts";
import { type Answer, LatestAsk } from "./latestAsk.ts";
import { OwnLink } from "./ownLink.ts";
import type { Plan, SetLine } from "./plan.ts";
import { Tally } from "./tally.ts";
import { Typist } from "./typist.ts";

const requests = 100;
const everyMs = 300;
/** In turn in so many documents: none of the requests gives up the one before. */
const documents = 20;
const lossPercents = [1, 3];

/** Single requests over our link while the line loses packets. */
export async function loss(plan: Plan, setLine: SetLine): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  for (const percent of lossPercents) {
    const own = new OwnLink(plan);
    await own.open();
    await setLine({ lossShare: percent / 100 });
    figures[`percent${percent}`] = await ask(own);
    await setLine({ lossShare: 0 });
    own.dispose();
  }
  return figures;
}

async function ask(own: OwnLink): Promise<Figures> {
  const asker = new LatestAsk(own.source);
  const typists = Array.from(
    { length: documents },
    (_, at) => new Typist(asker, own.documents, 100 + at),
  );
  const tally = new Tally();
  const answers: Promise<Answer>[] = [];
  while (answers.length < requests) {
    const typist = typists[answers.length % documents];
    if (typist) answers.push(typist.lineAndKey());
    await sleep(everyMs);
  }
  for (const answer of await Promise.all(answers)) tally.add(answer);
  asker.dispose();
  return { ...tally.figures(), connections: own.link.connectionCount };
}
