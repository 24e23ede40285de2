/** Imports stand at a file's top. */
const headChars = 32 * 1024;
const mostNames = 40;
const importing = /\b(?:from|import|require)\b\s*(?:\(\s*)?(["'])([^"'\n]{1,200})\1/g;
/** A package, or a file in it: no path that leads out of it. */
const packageName = /^(?:node:)?(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*(?:\/[\w~@-][\w.~@-]*)*$/;

/**
 * The packages, and the files in them, that a text in JavaScript or TypeScript imports: each once, in their order. `rest`
 * follows the text: the two are never joined as a whole, which costs where a document is long.
 */
export function importedNames(text: string, rest = ""): readonly string[] {
  const names = new Set<string>();
  const head = text.slice(0, headChars);
  const below = rest.slice(0, headChars - head.length);
  for (const { 2: name = "" } of (head + below).matchAll(importing)) {
    if (packageName.test(name)) names.add(name);
    if (names.size === mostNames) break;
  }
  return [...names];
}
