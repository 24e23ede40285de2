import type { Clock } from "../../base/clock.ts";
import type { ChatQuestion } from "../../wire/chat.ts";
import type { CompletionRequest } from "../../wire/messages.ts";
import { codeAlone } from "./codeAlone.ts";
import type { Ask, Dialect } from "./dialect.ts";
import type { HttpStream } from "./httpStream.ts";
import { instructQuestion } from "./instruct.ts";
import { thinkingMs, TimedAnswers } from "./timedAnswers.ts";
import type { ServerSettings, Upstream, UpstreamAnswer, Work } from "./upstream.ts";
import type { UpstreamFailures } from "./upstreamFailures.ts";

/** What a streaming upstream is made of; it owns the stream. */
export interface UpstreamParts {
  readonly name: string;
  readonly dialect: Dialect;
  readonly stream: HttpStream;
  readonly failures: UpstreamFailures;
  readonly settings: Pick<ServerSettings, "completeBy" | "firstTextTimeoutMs" | "maxTokens">;
}

/** Behind such a pause a server may have let go of its model, or be another one. */
const longPauseMs = 60_000;

/** A model behind HTTP: asks in its dialect, passes its text on and ends answers that take too long. */
export class StreamingUpstream implements Upstream {
  readonly #parts: UpstreamParts;
  readonly #answers: TimedAnswers;
  readonly #clock: Clock;
  #isKnown = false;
  #askedAt = 0;

  constructor(parts: UpstreamParts, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
    this.#answers = new TimedAnswers(parts.failures, clock);
  }

  get name(): string {
    return this.#parts.name;
  }

  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer {
    const { dialect, failures, settings } = this.#parts;
    const privateTexts = textsIn(request);
    if (settings.completeBy === "instruct") {
      const question = instructQuestion(request);
      const ask = () => ({ ...dialect.chat(question, settings.maxTokens), ...privateTexts });
      return codeAlone(this.#answer("completion", ask, signal), request);
    }
    const ask = () => {
      const question = dialect.complete?.(request);
      if (!question) throw failures.onlyChats();
      return { ...question, ...privateTexts };
    };
    return this.#answer("completion", ask, signal);
  }

  chat(question: ChatQuestion, signal: AbortSignal, onAlive?: () => void): UpstreamAnswer {
    const texts = [question.instructions, ...question.turns.map(({ text }) => text)];
    const privateTexts = texts.filter((text) => text !== "");
    const ask = () => ({ ...this.#parts.dialect.chat(question), privateTexts });
    return this.#answer("chat", ask, signal, onAlive);
  }

  async warm(request: CompletionRequest, signal: AbortSignal): Promise<void> {
    const { dialect, settings, stream } = this.#parts;
    stream.open(); // all that most servers have to be warmed
    const warming = settings.completeBy === "instruct" ? undefined : dialect.warm;
    if (!warming) return;
    const ask = () => ({ ...warming(request), ...textsIn(request) });
    const texts = this.#answer("warming", ask, signal);
    while ((await texts.next()).done !== true);
  }

  dispose(): void {
    this.#answers.dispose();
    this.#parts.stream.dispose();
  }

  /** The question is made when the answer is first read. */
  #answer(
    work: Work,
    ask: () => Omit<Ask, "work">,
    signal: AbortSignal,
    onAlive?: () => void,
  ): UpstreamAnswer {
    const { firstTextTimeoutMs } = this.#parts.settings;
    const mayThink = work === "chat";
    return this.#answers.run(
      {
        begin: (linked) => this.#parts.stream.answer({ ...ask(), work }, linked),
        timeoutMs: mayThink ? Math.max(firstTextTimeoutMs, thinkingMs) : firstTextTimeoutMs,
        mayThink,
        needsText: work === "completion",
        onAlive,
        onAsked: () => {
          this.#learn(); // behind the request
        },
        onFailed: () => {
          this.#forget();
        },
      },
      signal,
    );
  }

  /** Asks about the server beside a request, for those that come after it. */
  #learn(): void {
    const { dialect, stream } = this.#parts;
    const pauseMs = this.#clock.now() - this.#askedAt;
    this.#askedAt = this.#clock.now();
    if (!dialect.about || (this.#isKnown && pauseMs < longPauseMs)) return;
    this.#isKnown = true;
    void stream.about(dialect.about);
  }

  /** The server may have been started anew, with other settings. */
  #forget(): void {
    this.#isKnown = false;
    this.#parts.dialect.about?.learn(undefined);
  }
}

/** What no message may repeat of a place: more than any dialect sends of it. */
function textsIn({ before, after }: CompletionRequest): Pick<Ask, "privateTexts"> {
  return { privateTexts: [before.slice(-8_000), after.slice(0, 4_000)] };
}
