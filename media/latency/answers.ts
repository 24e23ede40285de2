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
  readonly #drawn = new Map<
    string,
    { readonly row: PanelRow; readonly node: HTMLTableRowElement }
  >();
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

  /** Shows these, the oldest first; one that is other than before is another object. */
  show(rows: ReadonlyMap<string, PanelRow>): void {
    this.#seen.draw(() => {
      this.#draw(rows);
    });
  }

  /** Draws what is due, whether or not it can be seen. */
  catchUp(): void {
    this.#seen.catchUp();
  }

  #draw(rows: ReadonlyMap<string, PanelRow>): void {
    for (const [id, { node }] of this.#drawn) {
      if (rows.has(id)) continue;
      node.remove();
      this.#drawn.delete(id);
    }
    for (const [id, row] of rows) {
      const old = this.#drawn.get(id);
      if (old?.row === row) continue;
      const node = this.#rowOf(row);
      if (old) old.node.replaceWith(node);
      else this.#body.prepend(node);
      this.#drawn.set(id, { row, node });
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
