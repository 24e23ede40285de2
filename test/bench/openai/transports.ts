import { systemClock } from "../../../src/base/clock.ts";
import type { Logger } from "../../../src/base/log.ts";
import { HttpStream } from "../../../src/gateway/upstreams/httpStream.ts";
import { httpAsk } from "../../../src/gateway/upstreams/openaiResponses/httpFallback.ts";
import { OpenaiResponses } from "../../../src/gateway/upstreams/openaiResponses/openaiResponses.ts";
import {
  responsesUrl,
  socketAddress,
} from "../../../src/gateway/upstreams/openaiResponses/platform.ts";
import { Requests } from "../../../src/gateway/upstreams/openaiResponses/requests.ts";
import type { ResponsesSettings, UpstreamAnswer } from "../../../src/gateway/upstreams/upstream.ts";
import { UpstreamFailures } from "../../../src/gateway/upstreams/upstreamFailures.ts";
import type { ChatQuestion } from "../../../src/wire/chat.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";

/** One way to ask the same model the same things. */
export interface Transport {
  readonly name: "webSocket" | "newHttps" | "keptHttps";
  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer;
  chat(question: ChatQuestion, signal: AbortSignal): UpstreamAnswer;
  /** Where it can. */
  warm(request: CompletionRequest): Promise<void>;
  /** Tokens that came for nobody. */
  readonly drainedTokens: number;
  dispose(): void;
}

const model = "tiny";
const apiKey = "sk-bench";
const quiet: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Our upstream, over its sockets. */
export function webSocket(url: string, maxTokens: number, interrupts = false): Transport {
  const settings: ResponsesSettings = {
    ...{ kind: "openai-responses", url, model, apiKey, maxTokens },
    ...{ firstTextTimeoutMs: 30_000, lanes: "on", interrupts },
  };
  const base = new URL(url);
  const upstream = new OpenaiResponses({ settings, base, apiKey, clock: systemClock, log: quiet });
  return {
    name: "webSocket",
    complete: (request, signal) => upstream.complete(request, signal),
    chat: (question, signal) => upstream.chat(question, signal),
    warm: async (request) => upstream.warm?.(request, new AbortController().signal),
    get drainedTokens() {
      return upstream.drainedTokens;
    },
    dispose: () => {
      upstream.dispose();
    },
  };
}

/** The same requests, whole each time, over HTTPS: on a connection of its own, or on those that are kept. */
export function https(url: string, maxTokens: number, isKept: boolean): Transport {
  const origin = new URL(url);
  const requests = new Requests(responsesUrl(origin), model, maxTokens);
  const failures = new UpstreamFailures({ name: "https", model, apiKey });
  const { headers } = socketAddress(origin, apiKey);
  const open = () => new HttpStream({ origin, headers, failures, clock: systemClock });
  const kept = open();
  async function* ask(
    fields: ReturnType<Requests["completion"]>,
    signal: AbortSignal,
  ): UpstreamAnswer {
    const stream = isKept ? kept : open();
    try {
      return yield* stream.answer(httpAsk(fields, requests.asked([]), "completion"), signal);
    } finally {
      if (!isKept) stream.dispose();
    }
  }
  return {
    name: isKept ? "keptHttps" : "newHttps",
    complete: (request, signal) => ask(requests.completion(request), signal),
    chat: (question, signal) => ask(requests.chat(question, question.turns, undefined), signal),
    warm: () => Promise.resolve(),
    drainedTokens: 0,
    dispose: () => {
      kept.dispose();
    },
  };
}
