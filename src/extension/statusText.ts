import { type Failure } from "../base/failure.ts";
import { type Latency } from "../completion/latencyReport.ts";
import { type LinkState } from "../link/linkState.ts";
import { sentenceOf } from "./failureSentences.ts";
import { reasonIn } from "./reasons.ts";
import { type Translate } from "./translate.ts";

/** All the status bar item knows at one moment. */
export interface StatusFacts {
  /** Why there is nothing in the active document; undefined when completions are on there. */
  readonly offReason: string | undefined;
  /** Something people should know about the active document although completions are on. */
  readonly note: string | undefined;
  readonly link: LinkState;
  /** How much of the project the engine has read, from 0 to 1. */
  readonly learnedShare: number;
  readonly isThinking: boolean;
  readonly latency: Latency;
  readonly roundTripMs: number | undefined;
  /** How often the model was not asked, since the draft was nearly certain. */
  readonly sparedCount: number;
  /** What is wrong now: settings, or the last answer's failure. */
  readonly failure: Failure | undefined;
  /** Why the last ask showed nothing; empty when it showed something. */
  readonly lastReason: string;
}

/** What the status bar item shows. */
export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly isWarning: boolean;
}

const ms = (value: number | undefined): string => {
  if (value === undefined) return "–";
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
};

/** Text of others, such as a model's name, that must not become a link, an image, an icon or a table cell. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_~[\]<>|$&@]|:(?=\/\/)|(?<=www)\./gi, (found) => `&#${found.charCodeAt(0)};`);

/** From facts to text; the icon says the state, the number is the last answer's latency. */
export function statusText(facts: StatusFacts, t: Translate): StatusText {
  const isLost = isLinkLost(facts.link);
  return {
    text: `$(${icon(facts, isLost)}) ${label(facts, isLost, t)}`,
    tooltip: tooltip(facts, t),
    isWarning: facts.failure !== undefined || facts.link.kind === "refused",
  };
}

/** Also while it is being dialled again, which may take long or come to nothing. */
function isLinkLost(link: LinkState): boolean {
  if (link.kind === "connecting") return link.after !== undefined;
  return link.kind === "waiting" || link.kind === "refused";
}

function icon(facts: StatusFacts, isLost: boolean): string {
  if (facts.offReason !== undefined)
    return facts.offReason === "paused" ? "debug-pause" : "circle-slash";
  if (isLost) return "debug-disconnect";
  if (facts.isThinking || facts.learnedShare < 1 || facts.link.kind === "connecting")
    return "loading~spin";
  return facts.failure ? "warning" : "zap";
}

function label(facts: StatusFacts, isLost: boolean, t: Translate): string {
  if (facts.offReason !== undefined)
    return facts.offReason === "paused" ? t("paused") : t("off here");
  if (isLost) return t("link lost");
  if (facts.learnedShare < 1) return t("indexing {0} %", percentOf(facts));
  return facts.latency.lastMs === undefined ? "Slipstream" : ms(facts.latency.lastMs);
}

const percentOf = ({ learnedShare }: StatusFacts): number => Math.floor(100 * learnedShare);

function tooltip(facts: StatusFacts, t: Translate): string {
  const { latency, link } = facts;
  const lines = ["**Slipstream**"];
  if (facts.offReason !== undefined)
    lines.push(t("No completions here: {0}.", plain(reasonIn(t, facts.offReason))));
  if (facts.note !== undefined) lines.push(plain(reasonIn(t, facts.note)));
  if (facts.failure) lines.push(`$(warning) ${plain(sentenceOf(facts.failure, t))}`);
  if (facts.learnedShare < 1)
    lines.push(t("indexing {0} % of the project; completions work meanwhile.", percentOf(facts)));
  lines.push(
    [
      "| | |",
      "|---|---|",
      `| ${t("last answer")} | ${ms(latency.lastMs)} |`,
      `| ${t("p50 of the last {0}", latency.answers)} | ${ms(latency.p50Ms)} |`,
      `| p95 | ${ms(latency.p95Ms)} |`,
      `| ${t("round trip")} | ${ms(facts.roundTripMs)} |`,
      `| ${t("link")} | ${plain(linkWords(link, t))} |`,
      `| ${t("model")} | ${plain(upstreamWords(link, t))} |`,
      ...(facts.sparedCount > 0 ? [`| ${t("requests saved")} | ${facts.sparedCount} |`] : []),
    ].join("\n"),
  );
  if (facts.lastReason !== "")
    lines.push(t("Last time nothing was shown: {0}.", plain(reasonIn(t, facts.lastReason))));
  return lines.join("\n\n");
}

function linkWords(link: LinkState, t: Translate): string {
  switch (link.kind) {
    case "connecting":
      return t("connecting");
    case "ready":
      return t("open, {0}", link.welcome.gateway);
    case "waiting":
      return t("lost, dialling again");
    case "refused":
      return t("refused: {0}", link.failure.message);
    case "closed":
      return t("closed");
  }
}

function upstreamWords(link: LinkState, t: Translate): string {
  const upstream = link.kind === "ready" ? link.welcome.upstream : "";
  return upstream === "" ? t("embedded engine") : upstream;
}
