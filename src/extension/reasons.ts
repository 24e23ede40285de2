import type { Translate } from "./translate.ts";

/**
 * Why nothing is shown or completed, as the folders behind say it: in English, for the log and for counting. Here are
 * those that people read in their own language; one that is missing stays English, which a test finds.
 */
export const reasons: readonly string[] = [
  // completion/ask.ts
  "typed on",
  "the cursor left",
  "dismissed",
  "undone or redone",
  "the editor let it go",
  "nobody wanted it",
  "paused or turned off",
  "the far end is another one",
  "the document was closed",
  "another editor",
  // completion/
  "dismissed before",
  "nothing to suggest here",
  // completion/tidy/
  "nothing but blanks",
  "a model's control token",
  "thinking aloud",
  "code fence",
  "merge conflict",
  "blank lines",
  "indentation",
  "tabs and spaces",
  "repetition",
  "repetition of the lines above",
  "echo of the lines below",
  "overlap with the text after the cursor",
  "closing lines that are there already",
  "the middle of a word",
  "nothing new",
  "the editor would hide it",
  // extension/
  "turned off (slipstream.enabled)",
  "paused",
  "not a file",
  "the file is too large",
  "never completed in: a file of secrets, or named in .slipstreamignore",
  "git ignores this file: completed from its own text, nothing is sent",
  "several cursors, or a selection",
  "the suggest list has an item selected that it does not go on from",
  "the editor is not asking (turned off or snoozed)",
];

const known = new Set(reasons);
const pausePrefix = "paused until ";

/** What pauses are counted as, whenever they end. */
export const anyPause = "paused";

/** The reason while a pause lasts, with the time of day at which it ends. */
export const pausedUntil = (time: string): string => `${pausePrefix}${time}`;

/** Whether that is the reason. */
export const isPause = (reason: string): boolean => reason.startsWith(pausePrefix);

/** A reason in the language of the editor. */
export function reasonIn(t: Translate, reason: string): string {
  const [, language] = /^off for (.+)$/.exec(reason) ?? [];
  if (language !== undefined) return t("off for {0}", language);
  if (isPause(reason)) return t("paused until {0}", reason.slice(pausePrefix.length));
  return known.has(reason) ? t(reason) : reason;
}
