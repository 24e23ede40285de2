/**
 * A text as it can be put beside what stands right of the cursor: undefined where that is neither its end nor
 * only closers.
 */
export function besides(text: string, after: string): string | undefined {
  const lineEnd = after.indexOf("\n");
  const right = (lineEnd < 0 ? after : after.slice(0, lineEnd)).trimEnd();
  if (right !== "" && right.startsWith(text.trim())) return undefined;
  if (/^[\s)\]}"'`;,>]*$/.test(right)) return text;
  const middle = text.endsWith(right) ? text.slice(0, -right.length) : "";
  return middle.trim() === "" ? undefined : middle;
}
