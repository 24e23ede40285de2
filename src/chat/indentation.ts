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

/** The lines moved to another least indentation; blank ones stay as they are. */
export function indentedTo(block: readonly string[], wanted: string): readonly string[] {
  const got = leastIndentation(block);
  const isMoved = (line: string) => line.trim() !== "" && line.startsWith(got);
  return block.map((line) => (isMoved(line) ? `${wanted}${line.slice(got.length)}` : line));
}
