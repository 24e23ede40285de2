/// <reference lib="dom" />
import {
  type PanelSummary,
  type PanelTexts,
  type PanelUse,
  type Spread,
} from "../../src/latency/panelMessages.ts";
import { element, table, tableRow } from "./dom.ts";
import { amount, bytes, count, ms, share } from "./words.ts";

/** The figures of the window: counts, latencies by source, and what the models cost. */
export class Figures {
  readonly node: HTMLElement;
  readonly #texts: PanelTexts;
  readonly #counts = element("dl");
  readonly #bySource: HTMLTableSectionElement;
  readonly #models: HTMLTableSectionElement;
  readonly #modelsPlace: HTMLElement;
  readonly #hint = element("p", { class: "hint" });

  constructor(texts: PanelTexts) {
    this.#texts = texts;
    const spreads = table(texts.bySource, [texts.source, texts.answers, "p50", "p95", "p99"]);
    this.#bySource = spreads.body;
    const models = table(texts.models, [
      texts.day,
      texts.model,
      texts.answers,
      texts.tokensIn,
      texts.tokensCached,
      texts.tokensOut,
      texts.spent,
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
      { class: "figures", "aria-label": texts.figures },
      this.#counts,
      spreads.node,
      this.#modelsPlace,
    );
  }

  show(summary: PanelSummary, uses: readonly PanelUse[]): void {
    this.#showCounts(summary);
    const texts = this.#texts;
    const spreads = summary.bySource;
    const rows: readonly (readonly [string, Spread])[] = [
      [texts.all, summary.all],
      [texts.typedThrough, spreads["typed through"]],
      [texts.cache, spreads.cache],
      [texts.draft, spreads.draft],
      [texts.remote, spreads.remote],
    ];
    this.#bySource.replaceChildren(
      ...rows.map(([name, { count: answers, p50Ms, p95Ms, p99Ms }]) =>
        tableRow([name, count(answers), ms(p50Ms), ms(p95Ms), ms(p99Ms)]),
      ),
    );
    this.#showModels(uses);
  }

  #showCounts(summary: PanelSummary): void {
    const texts = this.#texts;
    const figures: readonly (readonly [string, string])[] = [
      [texts.roundTrip, ms(summary.roundTripMs)],
      [texts.cacheShare, share(summary.cacheShare)],
      [texts.asks, count(summary.asks)],
      [texts.requests, count(summary.requests)],
      [texts.cancels, count(summary.cancels)],
      [texts.skipped, count(summary.skipped)],
      [texts.failures, count(summary.failures)],
      [texts.sent, bytes(summary.upBytes)],
      [texts.asJson, bytes(summary.jsonBytes)],
      [texts.received, bytes(summary.downBytes)],
      [texts.savedTokens, count(summary.tokensSavedByCancelling)],
    ];
    const pairs = figures.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    );
    this.#counts.replaceChildren(...pairs);
  }

  #showModels(uses: readonly PanelUse[]): void {
    const texts = this.#texts;
    this.#modelsPlace.hidden = uses.length === 0;
    const costs = (use: PanelUse) => {
      const { cost } = use;
      const { spent, savedByCache, savedByCancelling, savedBySkipping } = cost ?? {};
      return [spent, savedByCache, savedByCancelling, savedBySkipping].map((value) =>
        value === undefined ? "–" : amount(value),
      );
    };
    this.#models.replaceChildren(
      ...uses.map((use) => {
        const isCounted = use.countedAnswers > 0;
        const tokens = [use.inputTokens, use.cachedTokens, use.outputTokens];
        const told = tokens.map((value) => (isCounted ? count(value) : "–"));
        return tableRow([use.day, use.upstream, count(use.answers), ...told, ...costs(use)]);
      }),
    );
    const isCounted = uses.some(({ countedAnswers }) => countedAnswers > 0);
    const hasCost = uses.some(({ cost }) => cost !== undefined);
    const hint = hasCost ? texts.estimate : isCounted ? texts.noPrice : texts.noTokens;
    this.#hint.textContent = hint;
  }
}
