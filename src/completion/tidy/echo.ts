/**
 * Ends the text before lines that already stand below the cursor: a model that has said all it had to say
 * often goes on by copying them. A single closer is no echo: blocks end alike.
 */
export function cutAtEcho(text: string, after: string): string {
  const below = after.slice(after.indexOf("\n") + 1);
  const nextLine = after.includes("\n") ? firstFullLine(below) : "";
  if (nextLine.length < 4) return text;
  const lines = text.split("\n");
  const at = lines.findIndex((line, index) => index > 0 && line.trim() === nextLine);
  return at < 0 ? text : lines.slice(0, at).join("\n");
}

const firstFullLine = (text: string): string =>
  text
    .split("\n", 5)
    .map((line) => line.trim())
    .find((line) => line !== "") ?? "";
