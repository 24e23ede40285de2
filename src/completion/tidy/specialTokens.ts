/** Ends the text where a model's control token leaked into it. */
export function cutAtSpecialToken(text: string): string {
  const at = /<\|[a-z0-9_▁]{2,40}\|>|<(?:fim_\w+|file_sep|EOT|PRE|SUF|MID|\/?s)>/i.exec(
    text,
  )?.index;
  return at === undefined ? text : text.slice(0, at);
}
