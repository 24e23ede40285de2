import type { Place } from "./place.ts";

/** Tokens that no language has: of templates to fill a gap, of chats, of the text's end. DeepSeek's have a wide bar, and a low block for a blank. */
const tokens: readonly RegExp[] = [
  /<[|\uff5c][A-Za-z0-9_\u2581:-]{2,40}(?:[|\uff5c]>|[|\uff5c]?$)/,
  /<(?:fim[_-](?:prefix|middle|suffix|pad)|file_sep|gh_stars|repo_name|(?:start|end)_of_(?:turn|text)|extra_id_\d+)>/,
  /<(?:EOT|EOD|EOM|PRE|SUF|MID|FILL_ME|(?:EOS|BOS)_TOKEN)>|<eos>(?!["'`])|\[gMASK\]/,
  /\[\/?INST\](?!\w)|<<\/?SYS>>/,
  /\n### (?:Response|Instruction|Assistant|User|Human):/,
];

/** Ends the text where a model's control token leaked into it. HTML has a `<pre>` and an `<s>` of its own. */
export function cutAtSpecialToken(text: string, place: Place): string {
  let end = text.length;
  for (const token of tokens) end = Math.min(end, token.exec(text)?.index ?? end);
  if (text.includes("[PREFIX]", text.indexOf("[SUFFIX]"))) {
    end = Math.min(end, text.includes("[SUFFIX]") ? text.indexOf("[SUFFIX]") : end);
  }
  const endOfText = text.indexOf("</s>");
  if (endOfText >= 0 && !/<s[ >]/.test(place.before + text.slice(0, endOfText))) {
    end = Math.min(end, endOfText);
  }
  return text.slice(0, end);
}
