import type { ChatQuestion } from "../../../wire/chat.ts";
import type { HttpStream } from "../httpStream.ts";
import type { UpstreamAnswer } from "../upstream.ts";
import type { UpstreamFailures } from "../upstreamFailures.ts";
import type { Connection } from "./connection.ts";
import { type ChatPlace, Chains } from "./chains.ts";
import { maxSends } from "./completions.ts";
import type { Exchange } from "./exchange.ts";
import { httpAsk } from "./httpFallback.ts";
import type { Pool } from "./pool.ts";
import { type ReadEnd, textsOf } from "./reading.ts";
import type { Requests } from "./requests.ts";

/** What chats are made with; nothing of it is their own. */
export interface ChatParts {
  readonly pool: Pool;
  readonly requests: Requests;
  readonly http: HttpStream;
  readonly failures: UpstreamFailures;
}

/** Answers chats on sockets of their own, sending only what the server does not have of a conversation. */
export class Chats {
  readonly #parts: ChatParts;
  readonly #chains = new Chains();

  constructor(parts: ChatParts) {
    this.#parts = parts;
  }

  async *answer(question: ChatQuestion, signal: AbortSignal): UpstreamAnswer {
    const { pool, http, requests, failures } = this.#parts;
    const asked = requests.asked([
      question.instructions,
      ...question.turns.map(({ text }) => text),
    ]);
    const take = (connections: readonly Connection[]) => this.#take(connections, question);
    for (let sends = 1; ; sends++) {
      const sent = await pool.start({ take }, signal);
      if (!sent) {
        const fields = requests.chat(question, question.turns, undefined);
        return yield* http.answer(httpAsk(fields, asked, "chat"), signal);
      }
      let answer = "";
      const texts = textsOf(sent.exchange, { signal, failures, asked });
      let end: ReadEnd | undefined;
      try {
        while (!end) {
          const next = await texts.next();
          if (next.done === true) end = next.value;
          else {
            answer += next.value;
            yield next.value;
          }
        }
      } finally {
        await texts.return({ kind: "lost" });
      }
      if (end.kind === "ended") {
        this.#chains.end(sent.place.lane, question, answer, end.id);
        return end.end;
      }
      const hasAnother =
        end.kind === "lost" ? sends < maxSends : sent.place.previousId !== undefined;
      if (!hasAnother && !pool.isHttpOnly) throw failures.noAnswer({ code: "ECONNRESET" }, asked);
    }
  }

  #take(
    connections: readonly Connection[],
    question: ChatQuestion,
  ): { readonly exchange: Exchange; readonly place: ChatPlace } | undefined {
    const place = this.#chains.place(connections, question);
    if (!place) return undefined;
    const { lane, newTurns, previousId } = place;
    this.#chains.begin(lane);
    return {
      exchange: lane.start(this.#parts.requests.chat(question, newTurns, previousId), "chat"),
      place,
    };
  }
}
