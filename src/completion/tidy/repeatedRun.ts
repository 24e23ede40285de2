import { hasWords } from "./lines.ts";

/**
 * Ends a text that goes round in circles (`very very very very`) after the first round. A short round must
 * come eight times; a long one fewer. Rounds without a word, such as zeros or a ruler of dashes, are
 * honest until they are very long.
 */
export function cutRepeatedRun(text: string): string {
  const reversed = borders(text);
  for (let length = text.length; length >= 16; length--) {
    const period = length - (reversed[length] ?? 0);
    if (!isLoop(length, period)) continue;
    const round = text.slice(text.length - period);
    if (!hasWords(round + round) && length < 400) continue;
    return text.slice(0, text.length - length + period);
  }
  return text;
}

const isLoop = (length: number, period: number): boolean =>
  length >= 8 * period ||
  (length >= 4 * period && length >= 80) ||
  (length >= 3 * period && length >= 180);

/**
 * For each length of the text's end, the longest part that this end both begins and ends with: the
 * Knuth-Morris-Pratt table, read from the right. Linear in the text's length.
 */
function borders(text: string): Int32Array {
  const last = text.length - 1;
  const table = new Int32Array(text.length + 1);
  let matched = 0;
  for (let at = 1; at <= last; at++) {
    const unit = text.charCodeAt(last - at);
    while (matched > 0 && text.charCodeAt(last - matched) !== unit) matched = table[matched] ?? 0;
    if (text.charCodeAt(last - matched) === unit) matched++;
    table[at + 1] = matched;
  }
  return table;
}
