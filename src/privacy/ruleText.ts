/**
 * The text of an ignore file, in UTF-8 or what a byte order mark says: PowerShell 5 writes UTF-16. In another encoding
 * letters that are none of ASCII stand for any: no rule forbids less for that. Throws where none can be read.
 */
export function ruleText(bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw new Error("an ignore file in an unknown encoding");
  return text.replace(/\uFFFD+/g, "*");
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
