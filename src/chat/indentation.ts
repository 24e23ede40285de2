/** The spaces and tabs a line begins with. */
export const indentationOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

/** What the lines that are not blank begin with, of the one with the fewest characters of it; empty where there is none. */
export function leastIndentation(lines: readonly string[]): string {
  const indentations = lines.filter((line) => line.trim() !== "").map(indentationOf);
  return indentations.reduce(
    (least, each) => (each.length < least.length ? each : least),
    indentations[0] ?? "",
  );
}

/** Models like to move code to the margin: what the wanted least indentation has more is put before each line. */
export function indentedTo(block: readonly string[], wanted: string): readonly string[] {
  const got = leastIndentation(block);
  if (!wanted.startsWith(got)) return block;
  const more = wanted.slice(got.length);
  return block.map((line) => (line.trim() === "" ? line : `${more}${line}`));
}
