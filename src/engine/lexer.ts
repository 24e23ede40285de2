/** The hash of the token that ends a line; blank lines are part of it. */
export const newlineHash = 10;

const word = 1;
const space = 2;
const newline = 3;
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10) return newline;
  if (code <= 32 || code === 127) return space;
  return /[\w$]/.test(String.fromCharCode(code)) ? word : 0;
});
const wideSpaces = new Set([0xa0, 0x2028, 0x2029, 0x3000, 0xfeff]);

function kindOf(code: number): number {
  if (code < 128) return asciiKinds[code] ?? 0;
  return wideSpaces.has(code) ? space : word;
}

/** True for letters, digits, `_`, `$` and everything beyond ASCII that is not a space. */
export function isWordCode(code: number): boolean {
  return code >= 0 && kindOf(code) === word;
}

/** True for blanks and tabs, and for the carriage return before a newline; not for the newline. */
export function isSpaceCode(code: number): boolean {
  return kindOf(code) === space;
}

/**
 * Cuts text into words (with numbers), single signs and line ends, in any language. Spaces between them
 * are left out, so matching does not depend on indentation. Reads the tokens that start in `range` and
 * returns the offset where the last one ends.
 */
export function readTokens(
  text: string,
  range: { readonly from: number; readonly to: number },
  push: (hash: number, offset: number) => void,
): number {
  let at = range.from;
  while (at < range.to) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === space) {
      at += 1;
    } else if (kind === word) {
      const start = at;
      let hash = 0x811c9dc5;
      while (at < text.length) {
        const code = text.charCodeAt(at);
        if (kindOf(code) !== word) break;
        hash = Math.imul(hash ^ code, 0x01000193);
        at += 1;
      }
      push(hash | 0, start);
    } else {
      push(kind === newline ? newlineHash : text.charCodeAt(at), at);
      at += 1;
    }
  }
  return at;
}
