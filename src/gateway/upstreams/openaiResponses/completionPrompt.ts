import type { CompletionRequest } from "../../../wire/messages.ts";
import { trimAfter, trimBefore, type WindowLimits } from "../promptWindow.ts";
import type { InputMessage } from "./frames.ts";

/** Of the file, at most. */
const fileLimits: WindowLimits = { beforeChars: 12_000, afterChars: 4_000 };
/** What stands nearer to the cursor than this is not part of the context. */
const nearChars: WindowLimits = { beforeChars: 400, afterChars: 200 };
/** How far typing may go until a context is too far away. */
const farthestChars: WindowLimits = { beforeChars: 2_000, afterChars: 1_000 };

/** What models that were made to talk must be told to fill in code. */
export const completionInstructions = [
  "You complete source code at a cursor in an editor.",
  "The first message has the file, with a gap at <gap/>, and perhaps texts of other files.",
  "The second message has the text of that gap, with the cursor at <cursor/>.",
  "Write only the characters to be inserted at the cursor, so that the file reads on without a break.",
  "Repeat nothing that stands before or behind the cursor. Keep the file's indentation and style.",
  "No explanation, no Markdown, no code fence. Stop where the statement or block at the cursor is complete;",
  "where nothing is missing, write nothing.",
].join("\n");

/** What stays the same while somebody types at one place: all but the text near the cursor. */
export interface FileContext {
  readonly path: string;
  readonly languageId: string;
  readonly snippets: readonly string[];
  /** The file's text above, up to the start of a line. */
  readonly above: string;
  /** The file's text below, from the start of a line. */
  readonly below: string;
}

/** The text at the cursor, between what stands above and below in a context. */
export interface NearText {
  readonly before: string;
  readonly after: string;
}

/** Cuts a request in what mostly stays and what mostly changes. */
export function partsOf(request: CompletionRequest): {
  readonly context: FileContext;
  readonly near: NearText;
} {
  const before = trimBefore(request.before, fileLimits.beforeChars);
  const after = trimAfter(request.after, fileLimits.afterChars);
  const nearFrom = before.lastIndexOf("\n", before.length - nearChars.beforeChars) + 1;
  const lineEnd = after.indexOf("\n", nearChars.afterChars);
  const nearTo = lineEnd < 0 ? after.length : lineEnd + 1;
  const { path, languageId, snippets } = request;
  return {
    context: {
      ...{ path, languageId, snippets },
      above: before.slice(0, nearFrom),
      below: after.slice(nearTo),
    },
    near: { before: before.slice(nearFrom), after: after.slice(0, nearTo) },
  };
}

/**
 * The text at the cursor where a context, word for word, is what the request has around it; else undefined. So what was
 * made of another text is never gone on from, whoever sent it.
 */
export function nearIn(context: FileContext, request: CompletionRequest): NearText | undefined {
  if (context.path !== request.path || context.languageId !== request.languageId) return undefined;
  if (!sameTexts(context.snippets, request.snippets)) return undefined;
  const { above, below } = context;
  const aboveAt = above === "" ? -1 : request.before.lastIndexOf(above);
  if (above !== "" && aboveAt < 0) return undefined;
  const before = above === "" ? request.before : request.before.slice(aboveAt + above.length);
  const belowAt = below === "" ? request.after.length : request.after.indexOf(below);
  if (belowAt < 0) return undefined;
  const isFar = before.length > farthestChars.beforeChars || belowAt > farthestChars.afterChars;
  return isFar ? undefined : { before, after: request.after.slice(0, belowAt) };
}

/** The first message: the context with a gap. */
export function contextMessage(context: FileContext): InputMessage {
  const { path, languageId, snippets, above, below } = context;
  const others = snippets.map((text) => `<other_code>\n${text}\n</other_code>\n`).join("");
  const content = `${others}<file path="${path}" language="${languageId}">\n${above}<gap/>${below}</file>`;
  return { type: "message", role: "user", content };
}

/** The second message: what stands in the gap. */
export function nearMessage({ before, after }: NearText): InputMessage {
  return { type: "message", role: "user", content: `${before}<cursor/>${after}` };
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, index) => text === others[index]);
}
