/** A backlog is shown within about this time, whatever its size: text comes in bursts and is read as a flow. */
const catchUpMs = 150;

/** How much of a text is shown, in UTF-16 units, after this time in which some of it was not. Never half a character. */
export function shownAfter(text: string, shownChars: number, elapsedMs: number): number {
  const backlog = text.length - shownChars;
  const more = Math.max(1, Math.ceil((backlog * elapsedMs) / catchUpMs));
  const end = shownChars + Math.min(backlog, more);
  const isSplit = /^[\uDC00-\uDFFF]/.test(text.slice(end, end + 1));
  return isSplit ? end + 1 : end;
}
