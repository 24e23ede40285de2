/// <reference lib="dom" />
/**
 * The script of the latency panel: shows what the extension says and tells it which button was pressed. It counts nothing
 * and has no timer.
 */
import "./language.ts"; // before what loads uPlot
import * as z from "zod/mini";
import {
  type FromPanel,
  type PanelRow,
  type PanelState,
  type PanelTexts,
  parseToPanel,
  shownRows,
} from "../../src/latency/panelMessages.ts";
import { Answers } from "./answers.ts";
import { Chart } from "./chart.ts";
import { element } from "./dom.ts";
import { Figures } from "./figures.ts";

/** Given by the editor. */
declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

z.config({ jitless: true }); // the page's policy lets no text become code

const host = acquireVsCodeApi();
const texts = JSON.parse(document.body.dataset["texts"] ?? "{}") as PanelTexts; // made by the extension with the page
const post = (message: FromPanel): void => {
  host.postMessage(message);
};

function button(label: string, action: () => void): HTMLButtonElement {
  const made = element("button", { type: "button" }, label);
  made.addEventListener("click", action);
  return made;
}

const pause = button(texts.pause, () => {
  post({ type: "pause", isPaused: pause.getAttribute("aria-pressed") !== "true" });
});
const clear = button(texts.clear, () => {
  post({ type: "clear" });
});
const copy = button(texts.copy, () => {
  post({ type: "copy" });
});
const spoken = element("p", { class: "spoken", role: "status" });
const empty = element("p", { class: "empty" }, texts.empty);
const figures = new Figures(texts);
const chart = new Chart(texts);
const answers = new Answers(texts);
const measured = element("p", { class: "hint" }, texts.measured);
const bar = element("div", { class: "bar", role: "toolbar", "aria-label": texts.title });
bar.append(pause, clear, copy, spoken);
document.body.append(
  element(
    "main",
    {},
    element("h1", {}, texts.title),
    bar,
    empty,
    chart.node,
    figures.node,
    answers.node,
    measured,
  ),
);

let rows = new Map<string, PanelRow>();

function show(state: PanelState): void {
  if (state.isWhole) rows = new Map();
  for (const row of state.rows) rows.set(row.id, row);
  for (const id of rows.keys()) {
    if (rows.size <= shownRows) break;
    rows.delete(id);
  }
  empty.hidden = rows.size > 0;
  answers.show(rows);
  if (state.isWhole) answers.catchUp();
  figures.show(state.summary, state.uses);
  chart.show([...rows.values()]);
}

addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const message = parseToPanel(data);
  switch (message?.type) {
    case "state":
      show(message);
      break;
    case "paused":
      if (message.isPaused) answers.catchUp(); // to be read, perhaps aloud, from whatever place
      pause.setAttribute("aria-pressed", `${message.isPaused}`);
      pause.textContent = message.isPaused ? texts.resume : texts.pause;
      spoken.textContent = message.isPaused ? texts.paused : "";
      break;
    case "copied":
      spoken.textContent = texts.copied;
      break;
    case undefined:
      break;
  }
});

// The editor's find box, which takes the keyboard, looks in what is drawn.
addEventListener("blur", () => {
  answers.catchUp();
});

// The editor tells a new theme by the classes of the body.
new MutationObserver(() => {
  chart.recolour();
}).observe(document.body, { attributeFilter: ["class"] });

post({ type: "ready" });
