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

/** Whatever way they came into the text. */
function withoutPrivate(text: string, { secrets, homeFolder, settings }: ProblemFacts): string {
  let shown = text;
  const hidden = [...Object.values(secrets), ...credentialsOf(settings)];
  for (const value of hidden)
    if (value && value.length >= shortestHidden) shown = shown.replaceAll(value, "(hidden)");
  return homeFolder.length > 1 ? shown.replaceAll(homeFolder, "~") : shown;
}

function credentialsOf(settings: Settings): readonly string[] {
  return [settings["upstream.url"], settings["gateway.url"]].flatMap((address) => {
    if (!URL.canParse(address)) return [];
    const { username, password, search } = new URL(address);
    return [decodeURIComponent(password), password, decodeURIComponent(username), username, search];
  });
}
