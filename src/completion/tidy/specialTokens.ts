import type { Place } from "./place.ts";

/** Tokens that no language has: of templates to fill a gap, of chats, of the text's end. DeepSeek's have a wide bar, and a low block for a blank. */
const tokens: readonly RegExp[] = [
  /<[|\uff5c][A-Za-z0-9_\u2581:-]{2,40}[|\uff5c]>/g,
  /<\uff5c[A-Za-z0-9_\u2581:-]{2,40}\uff5c?$/g,
  /<(?:fim[_-](?:prefix|middle|suffix|pad)|file_sep|gh_stars|repo_name|(?:start|end)_of_(?:turn|text)|extra_id_\d+)>/g,
  /<(?:EOT|EOD|EOM|PRE|SUF|MID|FILL_ME|(?:EOS|BOS)_TOKEN)>|<eos>(?!["'`])|\[gMASK\]/g,
  /(?<![\w)\]])\[INST\](?!\w)|\[\/INST\](?!\w)|<<\/?SYS>>/g,
  /\n### (?:Response|Instruction|Assistant|User|Human):/g,
];

/** What may stand at the end half come, and the languages that have a `<|` of their own. */
const halfToken = /<\|[A-Za-z_:]{2,40}\d*\|?$/;
const withOperator: ReadonlySet<string> = new Set(["fsharp", "elm", "haskell", "purescript"]);

/** Ends the text where a model's control token leaked into it. HTML has a `<pre>` and an `<s>` of its own. */
export function cutAtSpecialToken(text: string, place: Place): string {
  const halfAt = withOperator.has(place.languageId) ? -1 : text.search(halfToken);
  let end = halfAt < 0 ? text.length : halfAt;
  const sign = place.before.slice(-1); // an index into an array is no token
  for (const token of tokens) {
    token.lastIndex = sign.length;
    const at = token.exec(sign + text)?.index;
    if (at !== undefined) end = Math.min(end, at - sign.length);
  }
  if (text.includes("[PREFIX]", text.indexOf("[SUFFIX]"))) {
    end = Math.min(end, text.includes("[SUFFIX]") ? text.indexOf("[SUFFIX]") : end);
  }
  const endOfText = text.indexOf("</s>");
  if (endOfText >= 0 && !/<s[ >]/.test(place.before + text.slice(0, endOfText))) {
    end = Math.min(end, endOfText);
  }
  return text.slice(0, end);
}
