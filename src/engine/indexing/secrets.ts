import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { namedSecretsIn, type Range } from "./namedSecrets.ts";

/** As much of a rule of secretlint as is used of it; it declares itself by a package that is not installed. */
interface Rule {
  readonly meta: { readonly id: string };
  create(context: RuleContext, options: object): { file(source: RuleSource): unknown };
}

interface RuleContext {
  readonly sharedOptions: object;
  createTranslator(): (id: string) => { readonly message: string; readonly messageId: string };
  report(found: { readonly range: readonly [start: number, end: number] }): void;
}

interface RuleSource {
  readonly content: string;
  readonly contentType: "text";
  readonly filePath: string;
  readonly ext: string;
}

/** A comment must not make a secret learned, so this one, which lets comments do that, is left out. */
const commentRule = "@secretlint/secretlint-rule-filter-comments";
const found: Range[] = [];
const context: RuleContext = {
  sharedOptions: {},
  createTranslator: () => (id) => ({ message: id, messageId: id }),
  report: ({ range: [start, end] }) => void found.push({ start, end }),
};
const detectors = (rules as unknown as readonly Rule[])
  .filter(({ meta }) => meta.id !== commentRule)
  .map((rule) => rule.create(context, {}));

/** The rule for these takes long, since it also looks for account numbers. */
const awsKeyId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;
/** A word this long with so many changes between letters and digits was not made by a person. */
const randomChars = 32;
const randomChanges = 6;

/**
 * The text with the rest of the line blank from where something looks like a secret on: a key, token or password
 * by its form, by the name it is given to, or because it is long and random. Lengths and line ends stay.
 */
export function withoutSecrets(text: string): string {
  const secrets = secretsIn(text);
  if (secrets.length === 0) return text;
  let clean = "";
  let at = 0;
  for (const { start, end } of secrets) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    clean += text.slice(at, from) + text.slice(from, end).replace(/[^\n]/g, " ");
    at = end;
  }
  return clean + text.slice(at);
}

/** In order; each goes to the end of its line, since what a rule says is not always all of the secret. */
function secretsIn(text: string): Range[] {
  const secrets = [...randomWordsIn(text), ...namedSecretsIn(text)];
  for (const { index, 0: id } of text.matchAll(awsKeyId))
    secrets.push({ start: index, end: index + id.length });
  found.length = 0;
  for (const detector of detectors)
    detector.file({ content: text, contentType: "text", filePath: "", ext: "" });
  return [...secrets, ...found]
    .map(({ start, end }) => ({ start, end: lineEnd(text, end) }))
    .sort((a, b) => a.start - b.start);
}

const digit = 1;
const letter = 2;
const sign = 3;
const kinds = new Uint8Array(0x10000);
for (let code = 0; code < 128; code += 1) {
  const char = String.fromCharCode(code);
  if (/\d/.test(char)) kinds[code] = digit;
  else if (/[a-z]/i.test(char)) kinds[code] = letter;
  else if (/[-_+/=]/.test(char)) kinds[code] = sign;
}

/** Long words with letters and digits mixed. Looks at the far end of where one may stand first, which is quicker. */
function randomWordsIn(text: string): Range[] {
  const words: Range[] = [];
  for (let start = 0; start + randomChars <= text.length;) {
    let back = start + randomChars - 1;
    while (back >= start && kinds[text.charCodeAt(back)]) back -= 1;
    if (back >= start) {
      start = back + 1;
      continue;
    }
    let end = start;
    let changes = 0;
    let before = sign;
    for (; end < text.length; end += 1) {
      const kind = kinds[text.charCodeAt(end)] ?? 0;
      if (kind === 0) break;
      if (kind !== before && kind !== sign && before !== sign) changes += 1;
      before = kind;
    }
    if (changes >= randomChanges) words.push({ start, end });
    start = end + 1;
  }
  return words;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}
