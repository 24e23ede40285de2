/// <reference lib="dom" />
import {
  type PanelSummary,
  type PanelTextKey,
  type PanelTexts,
  type PanelUse,
  shownRows,
  type Spread,
} from "../../src/latency/panelMessages.ts";
import { element, setTexts, table, tableRow } from "./dom.ts";
import { amount, bytes, count, filled, ms, share } from "./words.ts";

/** The figures of the window: counts, latencies by source, and what the models cost. Only what is other than before is drawn. */
export class Figures {
  readonly node: HTMLElement;
  readonly #texts: PanelTexts;
  readonly #counts: readonly HTMLElement[];
  readonly #spreads: readonly (readonly HTMLElement[])[];
  readonly #models: HTMLTableSectionElement;
  readonly #modelsPlace: HTMLElement;
  readonly #hint = element("p", { class: "hint" });
  #uses = "";

  constructor(texts: PanelTexts) {
    this.#texts = texts;
    const list = element("dl");
    this.#counts = counts.map(([name]) => {
      const value = element("dd");
      list.append(element("div", {}, element("dt", {}, texts[name]), value));
      return value;
    });
    const caption = filled(texts.bySource, `${shownRows}`);
    const spreads = table(caption, [texts.source, texts.answers, "p50", "p95", "p99"]);
    this.#spreads = sources.map(([nameOf]) => {
      const row = tableRow([nameOf(texts), "", "", "", ""]);
      spreads.body.append(row);
      return [...row.cells].slice(1);
    });
    const models = table(texts.models, [
      texts.day,
      texts.model,
      texts.answers,
      texts.tokensIn,
      texts.tokensCached,
      texts.tokensOut,
      texts.spent,
      texts.cancelledCost,
      texts.savedByCache,
      texts.savedByCancel,
      texts.savedBySkip,
    ]);
    this.#models = models.body;
    this.#modelsPlace = element(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": texts.models },
      models.node,
      this.#hint,
    );
    this.node = element(
      "section",
      { class: "figures" },
      element("h2", {}, texts.figures),
      list,
      spreads.node,
      this.#modelsPlace,
    );
  }

  show(summary: PanelSummary, uses: readonly PanelUse[]): void {
    setTexts(
      this.#counts,
      counts.map(([, wordOf]) => wordOf(summary)),
    );
    for (const [at, [, spreadOf]] of sources.entries())
      setTexts(this.#spreads[at] ?? [], spreadWords(spreadOf(summary)));
    const told = JSON.stringify(uses);
    if (told !== this.#uses) this.#showModels(uses);
    this.#uses = told;
  }

  #showModels(uses: readonly PanelUse[]): void {
    const texts = this.#texts;
    this.#modelsPlace.hidden = uses.length === 0;
    const costs = (use: PanelUse) => {
      const { cost } = use;
      const { spent, cancelled, savedByCache, savedByCancelling, savedBySkipping } = cost ?? {};
      return [spent, cancelled, savedByCache, savedByCancelling, savedBySkipping].map((value) =>
        value === undefined ? "–" : amount(value),
      );
    };
    this.#models.replaceChildren(
      ...uses.map((use) => {
        const tokens = [use.inputTokens, use.cachedTokens, use.outputTokens];
        const told = tokens.map((value) => (use.isCounted ? count(value) : "–"));
        return tableRow([use.day, use.upstream, count(use.answers), ...told, ...costs(use)]);
      }),
    );
    const isCounted = uses.some((use) => use.isCounted);
    const hasCost = uses.some(({ cost }) => cost !== undefined);
    const hint = hasCost ? texts.estimate : isCounted ? texts.noPrice : texts.noTokens;
    this.#hint.textContent = hint;
  }
}

const counts: readonly (readonly [PanelTextKey, (summary: PanelSummary) => string])[] = [
  ["roundTrip", (summary) => ms(summary.roundTripMs)],
  ["cacheShare", (summary) => share(summary.cacheShare)],
  ["asks", (summary) => count(summary.asks)],
  ["requests", (summary) => count(summary.requests)],
  ["cancels", (summary) => count(summary.cancels)],
  ["skipped", (summary) => count(summary.skipped)],
  ["failures", (summary) => count(summary.failures)],
  ["sent", (summary) => bytes(summary.upBytes)],
  ["asJson", (summary) => bytes(summary.jsonBytes)],
  ["received", (summary) => bytes(summary.downBytes)],
  ["savedTokens", (summary) => count(summary.tokensSavedByCancelling)],
];

/** What each row is called, and its figures. */
const sources: readonly (readonly [
  (texts: PanelTexts) => string,
  (summary: PanelSummary) => Spread,
])[] = [
  [({ all }) => all, ({ all }) => all],
  [({ typedThrough }) => typedThrough, ({ bySource }) => bySource["typed through"]],
  [({ cache }) => cache, ({ bySource }) => bySource.cache],
  [({ draft }) => draft, ({ bySource }) => bySource.draft],
  [({ remote }) => remote, ({ bySource }) => bySource.remote],
  [({ late, remote }) => filled(late, remote), ({ late }) => late],
];

const spreadWords = ({ count: answers, p50Ms, p95Ms, p99Ms }: Spread): readonly string[] => [
  count(answers),
  ms(p50Ms),
  ms(p95Ms),
  ms(p99Ms),
];
