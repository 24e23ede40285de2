import type { Failure } from "../base/failure.ts";
import type { Latency } from "../completion/latencyReport.ts";
import type { LinkState } from "../link/linkState.ts";
import { defaultSettings, type Settings } from "./settings.ts";

/** All that a report on a problem is made of. */
export interface ProblemFacts {
  /** Names with versions, such as that of the editor. */
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** What is wrong with the settings. */
  readonly settingsFailure: Failure | undefined;
  /** The secrets: said is only whether there are any. What is like one of them is left out everywhere. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
  /** Of the user, which is left out of paths. */
  readonly homeFolder: string;
  readonly link: LinkState;
  readonly latency: Latency;
  readonly counts: Readonly<Record<string, number>>;
  /** Why nothing was shown, and how often. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly failures: readonly Failure[];
}

/** The report as Markdown, in English whatever the editor's language: others are to read it. */
export function problemReport(facts: ProblemFacts): string {
  const { versions, secrets, link, latency, counts, reasons, failures, settingsFailure } = facts;
  const ms = (value: number | undefined) => (value === undefined ? "-" : `${value.toFixed(1)} ms`);
  const failureLines = [...(settingsFailure ? [settingsFailure] : []), ...failures].map(
    ({ code, message }) => `- ${code}: ${message}`,
  );
  const text = [
    "# Slipstream: a problem",
    "What did you do, what happened, and what did you expect?",
    "",
    "## Versions",
    ...Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`),
    "## Settings other than the defaults",
    ...listed(settingLines(facts.settings)),
    ...Object.entries(secrets).map(([name, value]) => `- ${name}: ${value ? "set" : "not set"}`),
    "## State",
    `- link: ${linkLine(link)}`,
    `- last answers: ${latency.answers}, p50 ${ms(latency.p50Ms)}, p95 ${ms(latency.p95Ms)}`,
    ...Object.entries(counts).map(([name, count]) => `- ${name}: ${count}`),
    "## Why nothing was shown",
    ...listed(reasons.map(([reason, count]) => `- ${count}: ${reason}`)),
    "## Last failures",
    ...listed(failureLines),
    "",
  ].join("\n");
  return withoutPrivate(text, facts);
}

const listed = (lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? lines : ["- none"];

function settingLines(settings: Settings): readonly string[] {
  const defaults: Readonly<Record<string, unknown>> = defaultSettings;
  return Object.entries(settings).flatMap(([name, value]) => {
    if (JSON.stringify(value) === JSON.stringify(defaults[name])) return [];
    return [`- slipstream.${name}: ${JSON.stringify(value, addressesOnly)}`];
  });
}

/** For `JSON.stringify`: addresses, also those in lists and objects, lose what may be a key. */
const addressesOnly = (_name: string, value: unknown): unknown =>
  typeof value === "string" && value.includes("://") ? withoutCredentials(value) : value;

/** An address without its user, password, query and fragment: any of them may be a key. */
export function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return "(an address that cannot be read)";
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

function linkLine(link: LinkState): string {
  if (link.kind !== "ready") return link.kind;
  const { gateway, protocolVersion, upstream } = link.welcome;
  return `ready, ${gateway}, protocol ${protocolVersion}, model ${upstream || "none"}`;
}

/** What is shorter is no key, and would take half of the words with it. */
const shortestHidden = 6;

/** Whatever way they came into the text, also in that of JSON; the longest first, since one may be part of another. */
function withoutPrivate(text: string, { secrets, homeFolder, settings }: ProblemFacts): string {
  const hidden = [...Object.values(secrets), ...addressesIn(settings).flatMap(credentialsOf)]
    .flatMap((value) => (value && value.length >= shortestHidden ? [value, inJson(value)] : []))
    .sort((a, b) => b.length - a.length);
  let shown = text;
  for (const value of hidden) shown = shown.replaceAll(value, "(hidden)");
  for (const folder of spellingsOf(homeFolder)) shown = shown.replaceAll(folder, "~");
  return shown;
}

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** A folder of Windows is written with either slash, and its drive's letter in either case. */
function spellingsOf(folder: string): readonly string[] {
  if (folder.length <= 1) return [];
  const slashed = [folder, inJson(folder), folder.replaceAll("\\", "/")];
  if (!/^[a-z]:/i.test(folder)) return slashed;
  const drive = folder.charAt(0);
  return [drive.toLowerCase(), drive.toUpperCase()].flatMap((letter) =>
    slashed.map((each) => letter + each.slice(1)),
  );
}

/** Wherever they are in the settings. */
function addressesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.includes("://") ? [value] : [];
  return typeof value === "object" && value ? Object.values(value).flatMap(addressesIn) : [];
}

function credentialsOf(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { username, password, search } = new URL(address);
  return [decoded(password), password, decoded(username), username, search];
}

/** But for a `%` that is none of an address's own. */
function decoded(part: string): string {
  return part.replace(/(?:%[\da-f]{2})+/gi, (code) => {
    try {
      return decodeURIComponent(code);
    } catch {
      return code;
    }
  });
}
