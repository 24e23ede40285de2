/** Where something starts and ends, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/*
 * Each count has a bound, so that no text takes longer than its length. A name is found first, and only behind one is
 * looked at a value: in quotes little must speak for a secret, without them a name of something else is likelier.
 */
const name =
  /(passw(?:or)?d|passphrase|pwd|pass(?![a-z])|secret|(?<!publickey)token|(?:api|access|private|account|auth|signing|encryption|master)[-_]?key|credential|authorization(?!\w))(\w{0,40})/
    .source;
/** Of a value: behind a type, as in `password: string =`, in an attribute or entry of its own, or at once. */
const sign =
  /(?::[ \t]*[&\w][&\w<>[\]|?. ]{0,40}=|["',\s]{1,80}value["']?\s{0,80}[:=]|:=|:-|=>|[=!]==?|[:=>(])/
    .source;
const named = new RegExp(`${name}["'\`]?\\]?\\s{0,80}${sign}`, "gi");

/** What has its value behind a blank: in the headers of HTTP, and the options of commands. */
const spoken =
  /\bbearer[ \t]{1,8}|\s-(?:u|-user|-proxy-user)[ \t=]{0,8}["']?[^\s:"'/$]{1,64}:|\s--(?:[a-z]{1,20}-){0,3}(?:password|passwd|token|secret|key)[ \t]{1,8}/gi;

const quoted = /\s{0,200}[a-z@$]{0,2}(["'`])((?:(?!\1)[^\r\n]){8,4000})\1/iy;
const bare =
  /[ \t]{0,80}(?:(?:bearer|basic|token|apikey)[ \t]{1,8})?([^\s"'`<>()[\]{};,&|\\]{8,300})(?=[\s"'`<>)\]};,&|\\]|$)/iy;
/** Nothing but the value is left of a line, or of one entry of an address or a connection. */
const isWhole = /[ \t]*(?:\r?$|[;&][\w ]{1,40}=)/my;

/** The values of what is called a key, a token or a password. */
export function namedSecretsIn(text: string): Range[] {
  const secrets: Range[] = [];
  for (const { index, 0: before, 1: word = "", 2: rest = "" } of text.matchAll(named)) {
    const at = index + before.length;
    quoted.lastIndex = at;
    const [literal, , value = ""] = quoted.exec(text) ?? [];
    if (literal === undefined) {
      if (!isForTextsOnly.test(before)) secrets.push(...bareAt(text, at, isOfShell.test(before)));
    } else if (isSecretText(value, word, rest))
      secrets.push({ start: at + literal.length - 1 - value.length, end: at + literal.length - 1 });
  }
  for (const { index, 0: before } of text.matchAll(spoken))
    secrets.push(...bareAt(text, index + before.length, true));
  return secrets;
}

/** A call or a comparison: what has no quotes there is a name. */
const isForTextsOnly = /(?:[=!]=|\()$/;
const isOfShell = /^[A-Z0-9_]+=$/;
const isMixed = /^(?=.*\d)(?=.*[a-z])/i;
const isRoute = /^(?:\/[a-z][\w.-]*)+\/?$/i;

const scheme = /^(?:bearer|basic|token|apikey)\s+(?=[^\s${<%]{8})/i;

/** Whether a text in quotes is one. */
function isSecretText(text: string, word: string, rest: string): boolean {
  const value = text.replace(scheme, "");
  const changes = changesIn(value);
  if (/\s/.test(value)) return rest === "" && changes > 2 && value.split(/\s+/).length <= 4;
  if (isMixed.test(value)) return changes > 2 || !isRoute.test(value);
  return rest === "" && /^(?:pass|pwd|secret)/i.test(word) && isPhrase(value);
}

/** Whether it is some words, or has signs that names of things have not. */
function isPhrase(value: string): boolean {
  if (/[${}<>%/]/.test(value)) return false;
  const isOfWords = /^[a-z]+([-_+])[a-z]+\1[a-z]+/i.test(value);
  return isOfWords
    ? !/pass|pwd|secret|token|user|field|input|label|error|invalid/i.test(value)
    : /[a-z][!@^*&~?=;][a-z]/i.test(value);
}

/** Paths, variables, addresses, numbers, dates, and what belongs to something else. */
const isNoSecret =
  /^[/.~$]|:\/\/|^0x|^[\d._]+[a-z%]{0,3}$|^\d{4}-\d\d-\d\d|^[\w$]+(?:(?:\??\.|::|->)[\w$]+)+$/i;
/** Numbers that names have in them: `Uint8Array`, `sha256`. */
const widths = /(?<!\d)(?:8|16|32|64|128|256|384|512|1024|2048|25519)(?!\d)/g;

/** The word there, if it is one. `isTold` where hardly anything else can be meant. */
function bareAt(text: string, at: number, isTold: boolean): Range[] {
  bare.lastIndex = at;
  const [whole = "", value = ""] = bare.exec(text) ?? [];
  if (!isMixed.test(value) || isNoSecret.test(value)) return [];
  const end = at + whole.length;
  isWhole.lastIndex = end;
  const telling = value.replace(widths, "");
  const isPlain = isTold || (/\d\d/.test(telling) && isWhole.test(text));
  const needed = isPlain ? 1 : /[a-z\d][!@#%^~][a-z\d]/i.test(value) ? 2 : 3;
  return changesIn(telling) >= needed ? [{ start: end - value.length, end }] : [];
}

/** How often a digit follows a letter, or a letter a digit. */
const changesIn = (value: string): number => value.match(/[a-z](?=\d)|\d(?=[a-z])/gi)?.length ?? 0;
