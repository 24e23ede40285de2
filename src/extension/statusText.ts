import type { Failure } from "../base/failure.ts";
import type { Latency } from "../completion/latencyReport.ts";
import type { LinkState } from "../link/linkState.ts";
import { sentenceOf } from "./failureSentences.ts";
import { isPause, reasonIn } from "./reasons.ts";
import type { Translate } from "./translate.ts";

/** All the status bar item knows at one moment. */
export interface StatusFacts {
  /** Why there is nothing in the active document; undefined when completions are on there. */
  readonly offReason: string | undefined;
  /** Something people should know about the active document although completions are on. */
  readonly note: string | undefined;
  readonly link: LinkState;
  /** The host of the team's gateway that is used; undefined for the window's own. */
  readonly gatewayHost: string | undefined;
  /** How much of the project the engine has read, from 0 to 1. */
  readonly learnedShare: number;
  readonly isThinking: boolean;
  readonly latency: Latency;
  readonly roundTripMs: number | undefined;
  /** How often the model was not asked, since the draft was nearly certain. */
  readonly sparedCount: number;
  /** Of what was shown, how much was known already, from 0 to 1; undefined before anything was. */
  readonly cacheShare: number | undefined;
  /** Bytes in frames, and what the same requests would have had as JSON bodies. */
  readonly sentBytes: number;
  readonly jsonBytes: number;
  /** An estimate; undefined where no model's server counts tokens. */
  readonly tokensSaved: number | undefined;
  /** Whether the gateway is on another machine, so that the engine goes on when the link is lost. */
  readonly isHosted: boolean;
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
  /** The text as a sentence, for who hears it: it changes with the text, and with what is wrong. */
  readonly spoken: string;
}

const ms = (value: number | undefined): string => {
  if (value === undefined) return "–";
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
};

const percent = (share: number | undefined): string =>
  share === undefined ? "–" : `${Math.round(100 * share)} %`;

const bytes = (value: number): string =>
  value < 1_000 ? `${value} B` : `${(value / 1_000).toFixed(1)} kB`;

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
    spoken: spoken(facts, isLost, t),
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
    return isPause(facts.offReason) ? "debug-pause" : "circle-slash";
  if (isLost) return "debug-disconnect";
  if (facts.isThinking || facts.learnedShare < 1 || facts.link.kind === "connecting")
    return "loading~spin";
  return facts.failure ? "warning" : "zap";
}

function label(facts: StatusFacts, isLost: boolean, t: Translate): string {
  const { offReason } = facts;
  if (offReason !== undefined) {
    const isShort = isPause(offReason) || offReason.startsWith("off for ");
    return isShort ? withoutIcons(reasonIn(t, offReason)) : t("off here");
  }
  if (isLost) return facts.isHosted ? t("draft only") : t("link lost");
  if (facts.learnedShare < 1) return t("indexing {0} %", percentOf(facts));
  if (facts.failure?.code.startsWith("upstream-")) return t("model error");
  return facts.latency.lastMs === undefined ? "Slipstream" : ms(facts.latency.lastMs);
}

/** What the item says, and what is wrong with the next step. Not whether it thinks: that changes at every key. */
function spoken(facts: StatusFacts, isLost: boolean, t: Translate): string {
  const { failure } = facts;
  const state = t("Slipstream status: {0}.", stateWords(facts, isLost, t));
  return failure ? `${state} ${sentenceOf(failure, t, facts)}` : state;
}

function stateWords(facts: StatusFacts, isLost: boolean, t: Translate): string {
  const { offReason, latency } = facts;
  if (offReason !== undefined) return t("no completions here, {0}", reasonIn(t, offReason));
  const said = label(facts, isLost, t);
  if (said === "Slipstream") return t("no answer yet");
  return said === ms(latency.lastMs) ? t("last answer in {0}", said) : said;
}

/** In the item's text `$(…)` is an icon. */
const withoutIcons = (text: string): string => text.replaceAll("$(", "(");

const percentOf = ({ learnedShare }: StatusFacts): number => Math.floor(100 * learnedShare);

function tooltip(facts: StatusFacts, t: Translate): string {
  const { latency, link } = facts;
  const lines = ["**Slipstream**"];
  if (facts.offReason !== undefined)
    lines.push(t("No completions here: {0}.", plain(reasonIn(t, facts.offReason))));
  if (facts.note !== undefined) lines.push(plain(reasonIn(t, facts.note)));
  if (facts.failure) lines.push(`$(warning) ${plain(sentenceOf(facts.failure, t, facts))}`);
  if (facts.isHosted && isLinkLost(facts.link))
    lines.push(t("The link is lost: the engine on this machine goes on with drafts."));
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
      `| ${t("shown from cache")} | ${percent(facts.cacheShare)} |`,
      `| ${t("sent, as JSON it would be")} | ${bytes(facts.sentBytes)}, ${bytes(facts.jsonBytes)} |`,
      `| ${t("tokens saved by cancelling, about")} | ${facts.tokensSaved ?? "–"} |`,
      `| ${t("link")} | ${plain(linkWords(facts, t))} |`,
      `| ${t("model")} | ${plain(upstreamWords(link, t))} |`,
      ...(facts.sparedCount > 0 ? [`| ${t("requests saved")} | ${facts.sparedCount} |`] : []),
    ].join("\n"),
  );
  if (facts.lastReason !== "")
    lines.push(t("Last time nothing was shown: {0}.", plain(reasonIn(t, facts.lastReason))));
  return lines.join("\n\n");
}

function linkWords({ link, gatewayHost }: StatusFacts, t: Translate): string {
  switch (link.kind) {
    case "connecting":
      return t("connecting");
    case "ready":
      return gatewayHost === undefined
        ? t("open, {0}", link.welcome.gateway)
        : t("open, {0} at {1}", link.welcome.gateway, gatewayHost);
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
