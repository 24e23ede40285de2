import { type CompletionRequest } from "../../wire/messages.ts";
import { lineBefore } from "../extent.ts";

const shortestEchoChars = 4;

/**
 * Ends the text before a line that already stands below the cursor, with the same indentation: a model that
 * has said all it had to say often goes on by copying. A single closer is no echo: blocks end alike.
 */
export function cutAtEcho(
  text: string,
  request: Pick<CompletionRequest, "before" | "after">,
): string {
  const below = fullLineBelow(request.after);
  if (below.trim().length < shortestEchoChars) return text;
  const begun = lineBefore(request.before);
  const at = text.split("\n").findIndex((line, index) => {
    if (index > 0) return line.trimEnd() === below;
    return begun.trim() === "" && (begun + line).trimEnd() === below;
  });
  return at < 0 ? text : text.split("\n").slice(0, at).join("\n");
}

/** The first line below that is not blank, if it is near. */
const fullLineBelow = (after: string): string =>
  after
    .split("\n", 6)
    .slice(1)
    .map((line) => line.trimEnd())
    .find((line) => line !== "") ?? "";
