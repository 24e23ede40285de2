import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";
import { maxQuestionTurns } from "./limits.ts";

const turnSchema = z.object({ role: z.enum(["user", "assistant"]), text: z.string() });

const questionSchema = z.object({
  conversation: z.string().check(z.minLength(1), z.maxLength(64)),
  instructions: z.string(),
  turns: z.array(turnSchema).check(z.minLength(1), z.maxLength(maxQuestionTurns)),
});

/** One turn of a conversation. */
export type ChatTurn = Readonly<z.infer<typeof turnSchema>>;

/** What is asked of a model that chats. On the link it is the JSON of a `chat` frame. */
export interface ChatQuestion {
  /** An id of this conversation, the same for all its questions: what the model keeps of it is found again by it. */
  readonly conversation: string;
  /** What holds for all of the conversation; may be empty. */
  readonly instructions: string;
  /** The whole conversation, the question last. */
  readonly turns: readonly ChatTurn[];
}

/** Reads a `chat` frame's JSON; throws a `protocol` failure for anything else than a question. */
export function parseChatQuestion(json: string): ChatQuestion {
  try {
    return questionSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new Failure("protocol", "the question of a chat is not in the expected form", error);
  }
}
