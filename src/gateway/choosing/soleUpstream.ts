import { gated } from "../load/gated.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { type Member, warmMember } from "./member.ts";

/**
 * The only upstream there is, for one tenant: it is asked whatever has come of it before, since there is nothing to choose. It does
 * not own the member.
 */
export function soleUpstream(member: Member, tenant: string): Upstream {
  const { upstream, gate } = member;
  const chat = upstream.chat?.bind(upstream);
  return {
    name: upstream.name,
    complete: (request, signal) =>
      gated(gate.enter(tenant, "completion", signal), () => upstream.complete(request, signal)),
    ...(chat && {
      chat: (question, signal) =>
        gated(gate.enter(tenant, "chat", signal), () => chat(question, signal)),
    }),
    ...(upstream.warm && {
      warm: (request, signal) => warmMember(member, tenant, request, signal),
    }),
    dispose: () => undefined,
  };
}
