import type { Place } from "./place.ts";

const begin = /<(?:think|thinking|thought|reasoning)>/;
const end = /<\/(?:think|thinking|thought|reasoning)>/;

/**
 * Drops what a reasoning model thinks before its answer; where the template has said that thinking begins,
 * only its end is in the text. What it thinks after the answer is cut off. A document that has such marks
 * itself is about them: nothing is dropped there.
 */
export function dropThinking(text: string, { before, after }: Place): string {
  if (!begin.test(text) && !end.test(text)) return text;
  if (begin.test(before) || begin.test(after)) return text;
  const said = afterThinking(text);
  const at = begin.exec(said)?.index;
  return at === undefined ? said : said.slice(0, at);
}

function afterThinking(text: string): string {
  const opened = begin.exec(text);
  if (opened && text.slice(0, opened.index).trim() !== "" && !end.test(text)) return text;
  let said = text;
  for (let mark = end.exec(said); mark; mark = end.exec(said)) {
    said = said.slice(mark.index + mark[0].length);
  }
  const isAnswered = said !== text;
  return isAnswered ? said.replace(/^(?:[ \t]*\n)+/, "") : said;
}
