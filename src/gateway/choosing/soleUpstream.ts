import { gated } from "../load/gated.ts";
import { type Upstream } from "../upstreams/upstream.ts";
import { type Member } from "./member.ts";

/**
 * The only upstream there is, for one tenant: it is asked whatever has come of it before, since there is nothing to choose. It does
 * not own the member.
 */
export function soleUpstream({ upstream, gate }: Member, tenant: string): Upstream {
  const chat = upstream.chat?.bind(upstream);
  const warm = upstream.warm?.bind(upstream);
  return {
    name: upstream.name,
    complete: (request, signal) =>
      gated(gate.enter(tenant, "completion", signal), () => upstream.complete(request, signal)),
    ...(chat && {
      chat: (question, signal) =>
        gated(gate.enter(tenant, "chat", signal), () => chat(question, signal)),
    }),
    ...(warm && {
      warm: async (request, signal) => {
        if (gate.hasRoom(tenant)) await warm(request, signal);
      },
    }),
    dispose: () => undefined,
  };
}
