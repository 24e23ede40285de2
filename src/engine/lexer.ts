/** The hash of the token that ends a line where the next one is indented like it; blank lines are part of it. */
export const newlineHash = 10;
/** The same where the next line is indented further, and less. */
const indentHash = 1;
const dedentHash = 2;

/** True for the token that ends a line, whatever the indentation of the next. */
export const isLineEnd = (hash: number): boolean =>
  hash === newlineHash || hash === indentHash || hash === dedentHash;

const sign = 0;
const word = 1;
const space = 2;
const newline = 3;

/** Unicode's spaces: https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt (White_Space), and the mark at a file's start. */
const wideSpaces = [[0xa0], [0x1680], [0x2000, 0x200a], [0x202f], [0x205f], [0x3000], [0xfeff]];
/** Quotes, dashes, dots, and the marks of Chinese and Japanese; those between that are letters of a word, like 々, are none. */
const wideSigns = [
  [0xa1],
  [0xab],
  [0xbb],
  [0xbf],
  [0x2010, 0x2027],
  [0x3001, 0x3004],
  [0x3008, 0x3020],
  [0x3030],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
];
/** Of a line end with two units, as on Windows, both. */
const newlines = [[0x0a], [0x0d], [0x2028, 0x2029]];

/** By UTF-16 unit. Beyond ASCII all that is nothing else is a letter. */
const kinds = new Uint8Array(0x10000).fill(word);
for (let code = 0; code < 128; code += 1) {
  if (code <= 32 || code === 127) kinds[code] = space;
  else if (!/[\w$]/.test(String.fromCharCode(code))) kinds[code] = sign;
}
for (const [kind, ranges] of [
  [space, wideSpaces],
  [sign, wideSigns],
  [newline, newlines],
] as const) {
  for (const [first = 0, last = first] of ranges) kinds.fill(kind, first, last + 1);
}

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

/** Of no unit, which is behind a text's end, as of a sign. */
const kindOf = (code: number): number => kinds[code] ?? sign;

/** True for letters, digits, `_`, `$` and nearly everything beyond ASCII that is no space and no punctuation. */
export function isWordCode(code: number): boolean {
  return kindOf(code) === word;
}

/** True for blanks and tabs; not for what ends a line. */
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
      indentation ??= indentationOf(text, lineStart(text, end));
      let start = at + 1;
      for (at += 1; at < text.length; at += 1) {
        const next = kindOf(text.charCodeAt(at));
        if (next === newline) start = at + 1;
        else if (next !== space) break;
      }
      const further = at - start - indentation;
      push(further === 0 ? newlineHash : further > 0 ? indentHash : dedentHash, end);
      indentation = at - start;
    } else {
      push(text.charCodeAt(at), at);
      at += 1;
    }
  }
  return at;
}

function lineStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && kindOf(text.charCodeAt(start - 1)) !== newline) start -= 1;
  return start;
}

function indentationOf(text: string, lineStart: number): number {
  let at = lineStart;
  while (at < text.length && kindOf(text.charCodeAt(at)) === space) at += 1;
  return at - lineStart;
}
