import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { Upstream, UpstreamAnswer } from "../upstreams/upstream.ts";
import { type Member, warmMember } from "./member.ts";
import type { Question } from "./oneTry.ts";
import { type ChoosingSettings, Race } from "./race.ts";

/** What several upstreams are for one tenant. */
export interface ChosenParts {
  readonly tenant: string;
  /** In the order in which they are asked; never empty. */
  readonly members: readonly Member[];
  readonly settings: ChoosingSettings;
  readonly clock: Clock;
}

/**
 * Several upstreams as one: each question goes to the first that works, and on to the next when that fails before it has said
 * anything. Once there was a text the answer stays where it is, and a failure is its end. It owns none of its members.
 */
export function chosenUpstream(parts: ChosenParts): Upstream {
  const { tenant, members } = parts;
  const chatting = members.filter(({ upstream }) => upstream.chat !== undefined);
  const hasWarm = members.some(({ upstream }) => upstream.warm !== undefined);
  const chat: NonNullable<Upstream["chat"]> = (question, signal) => {
    const ask: Question["ask"] = (upstream, own, onAlive) => {
      if (!upstream.chat) throw new Failure("internal", `${upstream.name} cannot chat`);
      return upstream.chat(question, own, onAlive);
    };
    return answer({ ...parts, members: chatting }, { tenant, kind: "chat", ask }, signal);
  };
  // Only the one that would be asked now is warmed.
  const warm: NonNullable<Upstream["warm"]> = async (request, signal) => {
    const member = preferred(members);
    if (member) await warmMember(member, tenant, request, signal);
  };
  return {
    get name() {
      return nameOf(members);
    },
    complete: (request, signal) => {
      const ask: Question["ask"] = (upstream, own) => upstream.complete(request, own);
      return answer(parts, { tenant, kind: "completion", ask }, signal);
    },
    ...(chatting.length > 0 && { chat }),
    ...(hasWarm && { warm }),
    dispose: () => undefined,
  };
}

/** The name of the one that answers now; of the first where none does. */
export const nameOf = (members: readonly Member[]): string =>
  (preferred(members) ?? members[0])?.upstream.name ?? "";

const preferred = (members: readonly Member[]): Member | undefined =>
  members.find(({ breaker }) => breaker.isClosed);

async function* answer(
  parts: ChosenParts,
  question: Question,
  signal: AbortSignal,
): UpstreamAnswer {
  signal.throwIfAborted();
  const { won, member, first } = await new Race({ ...parts, question }, signal).winner;
  try {
    let next = first;
    for (; next.done !== true; next = await won.next()) yield next.value;
    return { ...next.value, upstream: member.upstream.name };
  } finally {
    won.dispose();
  }
}
