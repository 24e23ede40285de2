import { setTimeout as sleep } from "node:timers/promises";
import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import type { Contender, ContenderParts } from "./contender.ts";
import { Http1 } from "./http1.ts";
import { Http2 } from "./http2.ts";
import { LatestAsk } from "./latestAsk.ts";
import { OwnLink, ResumingLink } from "./ownLink.ts";
import type { Plan } from "./plan.ts";
import { Tally } from "./tally.ts";
import { Typist } from "./typist.ts";

const repetitions = 10;
const restMs = 200;

type Open = (parts: ContenderParts) => Contender;

/** From nothing to the first answer, with a full and a resumed TLS handshake, and the second answer after it. */
export async function cold({ servers, token }: Plan): Promise<Figures> {
  const full = { servers, token, ticket: undefined };
  const link = await fresh((parts) => new OwnLink(parts), full);
  const resumedLink = await resumed((parts) => new ResumingLink(parts), full);
  return {
    ownLink: { ...link, ...resumedLink },
    http2: await both((parts) => new Http2(parts), full),
    http1: await both((parts) => new Http1(parts), full),
  };
}

const both = async (open: Open, full: ContenderParts): Promise<Figures> => ({
  ...(await fresh(open, full)),
  ...(await resumed(open, full)),
});

async function fresh(open: Open, full: ContenderParts): Promise<Figures> {
  const coldMs: number[] = [];
  const warm = new Tally();
  for (let index = 0; index < repetitions; index++) {
    const visit = await visited(open, full, index);
    coldMs.push(visit.coldMs);
    warm.add(await visit.typist.lineAndKey());
    visit.contender.dispose();
  }
  return { coldMs: spread(coldMs), warmMs: warm.figures() };
}

/** A first visit is given a session, all others resume it. */
async function resumed(open: Open, full: ContenderParts): Promise<Figures> {
  const resumedMs: number[] = [];
  let { ticket } = full;
  for (let index = 0; index <= repetitions; index++) {
    const { contender, coldMs } = await visited(open, { ...full, ticket }, index);
    if (contender.isResumed()) resumedMs.push(coldMs);
    ticket ??= contender.ticket();
    contender.dispose();
  }
  return { resumedMs: spread(resumedMs) };
}

/** Opens a contender and has it answer once; the time is that of both. */
async function visited(open: Open, parts: ContenderParts, seed: number) {
  await sleep(restMs);
  const startedAt = performance.now();
  const contender = open(parts);
  const typist = new Typist(new LatestAsk(contender.source), contender.documents, 200 + seed);
  await contender.open();
  const { hasText, reason } = await typist.lineAndKey();
  const coldMs = performance.now() - startedAt;
  if (!hasText) throw new Error(`no first answer: ${reason}`);
  return { contender, typist, coldMs };
}
