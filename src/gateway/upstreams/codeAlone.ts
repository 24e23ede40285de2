import type { CompletionRequest } from "../../wire/messages.ts";
import { unechoed } from "./unechoed.ts";
import { unfenced } from "./unfenced.ts";
import type { UpstreamAnswer } from "./upstream.ts";

/** The code of a model that was asked in words: without a fence round it, and without the begun line said again. */
export const codeAlone = (
  answer: UpstreamAnswer,
  { before, languageId }: CompletionRequest,
): UpstreamAnswer => unechoed(unfenced(answer, languageId), before);
