/**
 * The text of an ignore file, in UTF-8 or what a byte order mark says: PowerShell 5 writes UTF-16. Throws where a rule cannot
 * be read, since rules that come out as something else would forbid nothing.
 */
export function ruleText(bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (unreadableRule.test(text)) throw new Error("an ignore file in an unknown encoding");
  return text;
}

/** A comment may be in any encoding. */
const unreadableRule = /^(?!#).*[\0\uFFFD]/m;

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
