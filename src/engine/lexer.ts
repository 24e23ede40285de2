/** The hash of the token that ends a line where the next one is indented like it; blank lines are part of it. */
export const newlineHash = 10;
/** The same where the next line is indented further, and less. */
const indentHash = 1;
const dedentHash = 2;

/** True for the token that ends a line, whatever the indentation of the next. */
export const isLineEnd = (hash: number): boolean =>
  hash === newlineHash || hash === indentHash || hash === dedentHash;

const word = 1;
const space = 2;
const newline = 3;
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 10) return newline;
  if (code <= 32 || code === 127) return space;
  return /[\w$]/.test(String.fromCharCode(code)) ? word : 0;
});
const wideSpaces = new Set([0xa0, 0x2028, 0x2029, 0x3000, 0xfeff]);

/** True for the token of a single sign. */
export const isSignHash = (hash: number): boolean => hash > 32 && hash < 0x10000;

/** Words that give code its form, in the languages most people write; all others are names, which differ from place to place. */
const formWords =
  "abstract and any as assert async await bool boolean break case catch chan char class const continue crate def " +
  "default defer del delete do double elif else enum err Err error except export extends extern false False final " +
  "finally float fn for foreach from func function global go goto if impl implements import in instanceof int " +
  "interface is lambda let long loop map match mod module move mut namespace never new nil None nonlocal not null " +
  "nullptr number object of Ok Option or override package pass private protected pub public raise range readonly ref " +
  "Result return select self Self short signed sizeof Some static str string String struct super switch template " +
  "this throw throws trait true True try type typeof undefined union unknown unsafe unsigned use using var Vec " +
  "virtual void volatile where while with yield";
const formHashes = new Set(formWords.split(" ").map((each) => evenHash(each, 0, each.length)));

/** True for the token of a name or a number: of all words but those that give code its form. */
export const isName = (hash: number): boolean =>
  (hash & 1) === 1 && !isSignHash(hash) && !isLineEnd(hash);

/** Odd for names. */
function wordHash(text: string, start: number, end: number): number {
  const hash = evenHash(text, start, end);
  return formHashes.has(hash) ? hash : hash | 1;
}

function evenHash(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash & ~1;
}

function wordEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && kindOf(text.charCodeAt(end)) === word) end += 1;
  return end;
}

/** Where the token that starts at the offset ends. */
export const tokenEnd = (text: string, start: number): number =>
  isWordCode(text.charCodeAt(start)) ? wordEnd(text, start) : start + 1;

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
  let indentation: number | undefined;
  while (at < range.to) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === space) {
      at += 1;
    } else if (kind === word) {
      const start = at;
      at = wordEnd(text, start);
      push(wordHash(text, start, at), start);
    } else if (kind === newline) {
      const end = at;
      indentation ??= end === 0 ? 0 : indentationOf(text, text.lastIndexOf("\n", end - 1) + 1);
      let lineStart = at + 1;
      for (at += 1; at < text.length; at += 1) {
        const next = kindOf(text.charCodeAt(at));
        if (next === newline) lineStart = at + 1;
        else if (next !== space) break;
      }
      const further = at - lineStart - indentation;
      push(further === 0 ? newlineHash : further > 0 ? indentHash : dedentHash, end);
      indentation = at - lineStart;
    } else {
      push(text.charCodeAt(at), at);
      at += 1;
    }
  }
  return at;
}

function indentationOf(text: string, lineStart: number): number {
  let at = lineStart;
  while (at < text.length && kindOf(text.charCodeAt(at)) === space) at += 1;
  return at - lineStart;
}
