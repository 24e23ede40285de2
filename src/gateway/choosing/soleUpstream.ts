import type { Failure } from "../../base/failure.ts";
import { gated } from "../load/gated.ts";
import type { Upstream, UpstreamAnswer } from "../upstreams/upstream.ts";
import { type Member, warmMember } from "./member.ts";

/**
 * The only upstream there is, for one tenant: it is asked whatever has come of it before, since there is nothing to choose. Where it
 * has asked to be left alone for a while no completion, which nobody has asked for, goes to it; a chat's question does. It does not
 * own the member.
 */
export function soleUpstream(member: Member, tenant: string): Upstream {
  const { upstream, gate, rest } = member;
  const onFailed = (thrown: unknown) => {
    rest.failed(thrown);
  };
  const chat = upstream.chat?.bind(upstream);
  return {
    name: upstream.name,
    complete: (request, signal) => {
      const begin = () => {
        const { failure } = rest;
        return failure ? failing(failure) : upstream.complete(request, signal);
      };
      if (rest.failure) return begin(); // it has no need to wait for that
      return gated(gate.enter(tenant, "completion", signal), begin, onFailed);
    },
    ...(chat && {
      chat: (question, signal) =>
        gated(gate.enter(tenant, "chat", signal), () => chat(question, signal), onFailed),
    }),
    ...(upstream.warm && {
      warm: async (request, signal) => {
        if (!rest.failure) await warmMember(member, tenant, request, signal);
      },
    }),
    dispose: () => undefined,
  };
}

// eslint-disable-next-line require-yield, @typescript-eslint/require-await -- it fails before there is anything to yield
async function* failing(failure: Failure): UpstreamAnswer {
  throw failure;
}
