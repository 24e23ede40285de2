/// <reference lib="dom" />
import uPlot from "uplot";
import type { PanelRow, PanelTexts } from "../../src/latency/panelMessages.ts";
import { type PartName, partNames } from "../../src/latency/split.ts";
import { element } from "./dom.ts";
import { Seen } from "./seen.ts";
import { filled, ms, partWords } from "./words.ts";

const shownAnswers = 60;
const heightPx = 200;
const barShare = 0.8;

/** The stacked bars of the last answers, and what each colour means. */
export class Chart {
  readonly node: HTMLElement;
  readonly #texts: PanelTexts;
  readonly #place: HTMLElement;
  readonly #legend = element("ul", { class: "legend" });
  readonly #resizing: ResizeObserver;
  readonly #seen: Seen;
  #plot: uPlot | undefined;
  #rows: readonly PanelRow[] = [];

  constructor(texts: PanelTexts) {
    this.#texts = texts;
    const label = filled(texts.chartLabel, `${shownAnswers}`);
    this.#place = element("div", { class: "plot", role: "img", "aria-label": label });
    const title = element("h2", {}, texts.chart);
    this.node = element("section", { class: "chart" }, title, this.#place, this.#legend);
    const words = partWords(texts);
    for (const part of partNames) {
      const swatch = element("span", { class: `swatch ${part}`, "aria-hidden": "true" });
      this.#legend.append(element("li", {}, swatch, words[part]));
    }
    this.#resizing = new ResizeObserver(() => {
      this.#plot?.setSize(this.#size());
    });
    this.#resizing.observe(this.#place);
    this.#seen = new Seen(this.#place);
  }

  /** Shows the newest of these that brought something. */
  show(rows: readonly PanelRow[]): void {
    this.#rows = rows.filter(({ source }) => source !== "none").slice(-shownAnswers);
    this.#seen.draw(() => {
      const data = stacked(this.#rows);
      if (this.#plot) this.#plot.setData(data);
      else this.#draw(data);
    });
  }

  /** The colours of the theme have changed. */
  recolour(): void {
    this.#plot?.destroy();
    this.#draw(stacked(this.#rows));
  }

  #size() {
    return { width: Math.max(200, this.#place.clientWidth), height: heightPx };
  }

  #draw(data: uPlot.AlignedData): void {
    const style = getComputedStyle(this.#place);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const line = colour("--line");
    const axis = {
      stroke: colour("--text"),
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line },
    };
    const words = partWords(this.#texts);
    const bars = uPlot.paths.bars?.({ size: [barShare, 24], align: 0 });
    // The sums are drawn from the tallest down, so that each bar covers what is its own of the one before.
    const series = [...partNames].reverse().map((part) => ({
      label: words[part],
      fill: colour(`--part-${part}`),
      stroke: colour("--edge"),
      width: Number(colour("--edge-width")) || 0,
      points: { show: false },
      ...(bars && { paths: bars }),
    }));
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [0.5, shownAnswers + 0.5] },
          y: { range: (_plot, _low, high) => [0, Math.max(10, high * 1.1)] },
        },
        axes: [
          { ...axis, show: false },
          { ...axis, size: 64, values: (_plot, values) => values.map((value) => ms(value)) },
        ],
        series: [{}, ...series],
      },
      data,
      this.#place,
    );
  }
}

/** Sums of the parts up to each one, the tallest first; the newest answer is the last. */
function stacked(rows: readonly PanelRow[]): uPlot.AlignedData {
  const places = rows.map((_row, index) => shownAnswers - rows.length + index + 1);
  const sums = [...partNames]
    .reverse()
    .map((_part, index) =>
      rows.map(({ split }) => sumOf(split, partNames.slice(0, partNames.length - index))),
    );
  return [places, ...sums];
}

const sumOf = (split: PanelRow["split"], parts: readonly PartName[]): number =>
  parts.reduce((sum, part) => sum + (split[part] ?? 0), 0);
