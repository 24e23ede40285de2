import type { ChatQuestion, ChatTurn } from "../../../wire/chat.ts";
import type { CompletionRequest } from "../../../wire/messages.ts";
import { leastEffort, thoughtTokens } from "../reasoning.ts";
import type { Asked } from "../upstreamFailures.ts";
import {
  completionInstructions,
  contextMessage,
  type FileContext,
  nearMessage,
  partsOf,
} from "./completionPrompt.ts";
import type { Fork } from "./contexts.ts";
import type { ResponseFields } from "./frames.ts";

/** The least the API takes. */
const minTokens = 16;
/** Nobody can stop an answer, so its text has an end of its own. */
const chatMaxTokens = 4_096;

/** Makes the fields of every kind of request of one model. */
export class Requests {
  /** Where they go over HTTP. */
  readonly #url: URL;
  readonly #model: string;
  readonly #maxTokens: number;

  constructor(url: URL, model: string, maxTokens: number) {
    this.#url = url;
    this.#model = model;
    this.#maxTokens = Math.max(minTokens, maxTokens);
  }

  /** What messages about a request may say, and what they may not repeat. */
  asked(privateTexts: readonly string[]): Asked {
    return { url: this.#url, privateTexts };
  }

  /** All that a completion needs. */
  completion(request: CompletionRequest): ResponseFields {
    const { context, near } = partsOf(request);
    return { ...this.#completing(), input: [contextMessage(context), nearMessage(near)] };
  }

  /** A completion for a server that has read all but the text at the cursor. */
  fork({ parked, near }: Fork): ResponseFields {
    const input = [nearMessage(near)];
    return { ...this.#completing(), previous_response_id: parked.responseId, input };
  }

  /** Makes the server read a context, and say nothing. */
  warmUp(context: FileContext): ResponseFields {
    return { ...this.#completing(), generate: false, input: [contextMessage(context)] };
  }

  /** These turns behind a response that has the ones before, or all turns. */
  chat(
    question: ChatQuestion,
    turns: readonly ChatTurn[],
    previousId: string | undefined,
  ): ResponseFields {
    return {
      model: this.#model,
      store: false,
      instructions: question.instructions, // not inherited
      ...(previousId !== undefined && { previous_response_id: previousId }),
      input: turns.map(({ role, text }) => ({ type: "message", role, content: text })),
      max_output_tokens: chatMaxTokens + thoughtTokens(this.#model, "chat"),
    };
  }

  /** What a context and what goes on from it have in common. */
  #completing(): Omit<ResponseFields, "input"> {
    const effort = leastEffort(this.#model);
    return {
      model: this.#model,
      store: false,
      instructions: completionInstructions,
      max_output_tokens: this.#maxTokens + thoughtTokens(this.#model, "completion"),
      ...(effort && { reasoning: { effort } }),
    };
  }
}
