/**
 * OpenAI's Responses API in its WebSocket mode. `socket.ts` is one connection, `connection.ts` what runs on its lanes
 * (`lane.ts`, `exchange.ts`), `dialer.ts` opens them and says when HTTP takes their place, `pool.ts` keeps as many as
 * are needed, with `waitingLine.ts` in front. `contexts.ts` and `chains.ts` know what the server has read already.
 */
import type { Clock } from "../../../base/clock.ts";
import { DisposableStore } from "../../../base/disposable.ts";
import type { Logger } from "../../../base/log.ts";
import type { ChatQuestion } from "../../../wire/chat.ts";
import type { CompletionRequest } from "../../../wire/messages.ts";
import { HttpStream, type OnSent } from "../httpStream.ts";
import { thinkingMs, TimedAnswers } from "../timedAnswers.ts";
import type { ResponsesSettings, Upstream, UpstreamAnswer, Work } from "../upstream.ts";
import { UpstreamFailures } from "../upstreamFailures.ts";
import { Chats } from "./chats.ts";
import { Completions } from "./completions.ts";
import { Dialer } from "./dialer.ts";
import { lanePlan, responsesUrl, socketAddress } from "./platform.ts";
import { Pool } from "./pool.ts";
import { Requests } from "./requests.ts";
import { Warming } from "./warming.ts";
import { ParkedContexts } from "./contexts.ts";

/** Settings that were checked. */
export interface OpenaiResponsesParts {
  readonly settings: ResponsesSettings;
  readonly base: URL;
  readonly apiKey: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each body that is sent. */
  readonly onSent?: OnSent | undefined;
}

/** A model behind the Responses API. Its first socket is opened when it is made. */
export class OpenaiResponses implements Upstream {
  readonly name: string;
  readonly #everything = new DisposableStore();
  readonly #answers: TimedAnswers;
  readonly #completions: Completions;
  readonly #chats: Chats;
  readonly #warming: Warming;
  readonly #firstTextTimeoutMs: number;
  #drainedTokens = 0;

  constructor({ settings, base, apiKey, clock, log, onSent }: OpenaiResponsesParts) {
    const { model, maxTokens, interrupts, firstTextTimeoutMs: timeoutMs } = settings;
    this.#firstTextTimeoutMs = timeoutMs;
    const name = `${model ? `${model} (${settings.kind})` : settings.kind} at ${base.host}`;
    this.name = name;
    const url = responsesUrl(base);
    const failures = new UpstreamFailures({ name, model, apiKey });
    const plan = lanePlan(base, settings.lanes);
    const address = socketAddress(base, apiKey);
    const { headers } = address;
    const http = this.#everything.add(
      new HttpStream({ origin: base, headers, failures, clock, onSent }),
    );
    const dialer = this.#everything.add(new Dialer({ name, address, failures, clock, log }));
    const onDrained = (tokens: number) => {
      this.#drainedTokens += tokens;
    };
    const to = url.origin + url.pathname;
    const onSaid = (body: string, work: Work) => onSent?.({ to, body, work });
    const shared = { dialer, failures, clock, interrupts, onDrained, onSent: onSaid };
    const pool = this.#everything.add(
      new Pool({
        ...{ ...shared, lanes: plan.completion, maxConnections: plan.maxCompletionSockets },
        staysOpen: true,
      }),
    );
    const chatPool = this.#everything.add(
      new Pool({
        ...{ ...shared, lanes: plan.chat, maxConnections: plan.maxChatSockets },
        staysOpen: false,
      }),
    );
    const requests = new Requests(url, model, maxTokens);
    const contexts = new ParkedContexts();
    const common = { failures, http, requests };
    const warming = new Warming({ ...common, pool, contexts, clock, timeoutMs });
    this.#warming = this.#everything.add(warming);
    this.#completions = new Completions({ ...common, pool, contexts, warming });
    this.#chats = new Chats({ ...common, pool: chatPool });
    this.#answers = this.#everything.add(new TimedAnswers(failures, clock));
    if (plan.completion.parking.length > 0) {
      this.warm = (request, signal) => this.#warming.warm(request, signal);
    }
  }

  /** Missing where a socket has one lane: what goes on from a context would take its place. */
  readonly warm?: (request: CompletionRequest, signal: AbortSignal) => Promise<void>;

  /** Tokens that came for nobody, since their answer was abandoned and could not be stopped. */
  get drainedTokens(): number {
    return this.#drainedTokens;
  }

  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    const begin = (linked: AbortSignal) => this.#completions.answer(request, linked);
    const timeoutMs = this.#firstTextTimeoutMs;
    return this.#answers.run({ begin, timeoutMs, needsText: true }, signal);
  }

  chat(question: ChatQuestion, signal: AbortSignal, onAlive?: () => void): UpstreamAnswer {
    const begin = (linked: AbortSignal) => this.#chats.answer(question, linked);
    const timeoutMs = Math.max(this.#firstTextTimeoutMs, thinkingMs);
    return this.#answers.run({ begin, timeoutMs, mayThink: true, onAlive }, signal);
  }

  dispose(): void {
    this.#everything.dispose();
  }
}
