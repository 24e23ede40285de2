/// <reference lib="dom" />
import { type PanelRow, type PanelTexts, shownRows } from "../../src/latency/panelMessages.ts";
import { partNames } from "../../src/latency/split.ts";
import { element, table, tableRow } from "./dom.ts";
import { Seen } from "./seen.ts";
import { bytes, count, filled, ms, partWords, sourceWords } from "./words.ts";

/**
 * The table of the last answers, the newest first. Only what is new or other than before is drawn, and none of it before
 * somebody looks: each row shifts all others.
 */
export class Answers {
  readonly node: HTMLElement;
  readonly #texts: PanelTexts;
  readonly #body: HTMLTableSectionElement;
  readonly #drawn = new Map<string, HTMLTableRowElement>();
  /** The oldest first. */
  readonly #due = new Map<string, PanelRow>();
  readonly #seen: Seen;

  constructor(texts: PanelTexts) {
    this.#texts = texts;
    const words = partWords(texts);
    const { node, body } = table(filled(texts.last, `${shownRows}`), [
      texts.time,
      texts.file,
      texts.source,
      texts.total,
      ...partNames.map((part) => words[part]),
      texts.roundTrip,
      texts.bytes,
      texts.tokens,
      texts.reason,
    ]);
    this.#body = body;
    // It may be wider than the panel: the keyboard must reach what is outside.
    const label = filled(texts.last, `${shownRows}`);
    this.node = element(
      "section",
      { class: "wide answers", tabindex: "0", role: "region", "aria-label": label },
      node,
    );
    this.#seen = new Seen(this.node);
  }

  /** The oldest first; each either new, or in the place of the one with its id. */
  add(rows: readonly PanelRow[]): void {
    for (const row of rows) this.#due.set(row.id, row);
    // Of those that are not drawn yet no more than can be shown: the others may all be news of drawn ones.
    for (const id of this.#due.keys()) {
      if (this.#due.size <= 2 * shownRows) break;
      if (!this.#drawn.has(id)) this.#due.delete(id);
    }
    this.#seen.draw(() => {
      this.#drawDue();
    });
  }

  /** Draws what is due, whether or not it can be seen. */
  catchUp(): void {
    this.#seen.catchUp();
  }

  clear(): void {
    this.#due.clear();
    this.#drawn.clear();
    this.#body.replaceChildren();
  }

  #drawDue(): void {
    for (const row of this.#due.values()) {
      const made = this.#rowOf(row);
      const old = this.#drawn.get(row.id);
      if (old) old.replaceWith(made);
      else this.#body.prepend(made);
      this.#drawn.set(row.id, made);
    }
    this.#due.clear();
    for (const [id, drawn] of this.#drawn) {
      if (this.#drawn.size <= shownRows) break;
      drawn.remove();
      this.#drawn.delete(id);
    }
  }

  #rowOf(row: PanelRow): HTMLTableRowElement {
    const { atWallMs, path, split, totalMs, roundTripMs, inputTokens, outputTokens } = row;
    const time = new Date(atWallMs).toLocaleTimeString(document.documentElement.lang);
    const tokens =
      inputTokens === undefined ? "–" : `${count(inputTokens)} / ${count(outputTokens)}`;
    return tableRow([
      time,
      path,
      sourceWords(row, this.#texts),
      ms(totalMs),
      ...partNames.map((part) => ms(split[part])),
      ms(roundTripMs),
      `${bytes(row.upBytes)} / ${bytes(row.downBytes)}`,
      tokens,
      row.reason,
    ]);
  }
}
