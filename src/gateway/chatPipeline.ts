import { linkAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { ChatAnswer } from "../link/chatRun.ts";
import type { TenantChatAnswer } from "../link/chatSession.ts";
import { parseChatQuestion } from "../wire/chat.ts";
import { gathered } from "./gathered.ts";
import type { Upstreams } from "./choosing/upstreams.ts";
import { leave, type Upstream } from "./upstreams/upstream.ts";

/** Answers chats with an upstream's model; undefined where that cannot chat. Aborting stops the model. */
export function chatOf(upstream: Upstream | undefined, clock: Clock): ChatAnswer | undefined {
  const chat = upstream?.chat?.bind(upstream);
  if (!chat) return undefined;
  return async function* (json, signal) {
    const startedAt = clock.now();
    const elapsedMs = () => clock.now() - startedAt;
    const question = parseChatQuestion(json);
    const abort = linkAbort(signal);
    const said = chat(question, abort.signal);
    const texts = gathered(said, clock);
    let firstRemoteMs: number | undefined;
    let isSaid = false;
    try {
      let next = await texts.next();
      for (; next.done !== true; next = await texts.next()) {
        firstRemoteMs ??= elapsedMs();
        yield { kind: "text", origin: "remote", text: next.value };
      }
      isSaid = true;
      const timings = { draftMs: undefined, firstRemoteMs, totalMs: elapsedMs() };
      const { usage, stop, upstream } = next.value;
      const cut = stop === "done" ? undefined : stop;
      const how = { ...(cut && { cut }), ...(upstream !== undefined && { upstream }) };
      yield { kind: "end", timings, ...(usage && { usage }), ...how };
    } finally {
      abort.dispose();
      if (!isSaid) await leave(said, abort);
    }
  };
}

/** The same for whichever upstream is chosen; undefined where none can chat. */
export function chatOfAny(upstreams: Upstreams, clock: Clock): TenantChatAnswer | undefined {
  if (!upstreams.canChat) return undefined;
  return async function* (json, signal, tenant) {
    const chat = chatOf(upstreams.of(tenant), clock);
    if (chat) yield* chat(json, signal);
  };
}
