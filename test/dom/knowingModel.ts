import type { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

/** What a model says that knows some lines, and what stands below others: the rest of what it is given the begin of. */
export function knowing(
  lines: readonly string[],
  below: Readonly<Record<string, string>>,
): NonNullable<ScriptedUpstream["tokensFor"]> {
  return (body) => {
    const text = textBefore(body);
    const lineStart = text.lastIndexOf("\n") + 1;
    const begun = text.slice(lineStart);
    const above = text.slice(0, lineStart).trimEnd().split("\n").at(-1) ?? "";
    if (begun.trim() === "") return [below[above] ?? ""];
    const line = lines.find((each) => each.startsWith(begun));
    return line === undefined ? [] : [`${line.slice(begun.length)}\n`];
  };
}

/** The line up to the cursor that llama-server is asked about. */
export const begunLine = (body: Readonly<Record<string, unknown>>): string =>
  textBefore(body).split("\n").at(-1) ?? "";

/** All the text before the cursor; the prompt alone is what was typed last, which may be several lines. */
const textBefore = ({ prompt, input_prefix }: Readonly<Record<string, unknown>>): string =>
  `${String(input_prefix)}${String(prompt)}`;
