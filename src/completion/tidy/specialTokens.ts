const specialToken =
  /<[|｜][A-Za-z0-9_▁]{2,40}[|｜]>|<(?:fim_\w+|file_sep|end_of_turn)>|<(?:EOT|PRE|SUF|MID)>|(?<!<s>[^]*)<\/s>\s*$/;

/** Ends the text where a model's control token leaked into it. HTML has a `<pre>` and an `<s>` of its own. */
export function cutAtSpecialToken(text: string): string {
  const at = specialToken.exec(text)?.index;
  return at === undefined ? text : text.slice(0, at);
}
