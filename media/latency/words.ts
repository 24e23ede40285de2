import type { PanelRow, PanelTexts } from "../../src/latency/panelMessages.ts";
import type { PartName } from "../../src/latency/split.ts";

const none = "–";

/** A time as people read it. */
export const ms = (value: number | undefined): string => {
  if (value === undefined) return none;
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
};

/** A size as people read it. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  return value < 1_000_000 ? `${(value / 1_000).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

export const count = (value: number | undefined): string =>
  value === undefined ? none : value.toLocaleString(document.documentElement.lang);

export const share = (value: number | undefined): string =>
  value === undefined ? none : `${Math.round(100 * value)} %`;

/** An amount of the person's currency, small ones too. */
export const amount = (value: number): string => value.toFixed(value < 1 ? 4 : 2);

/** A text with what stands in it for `{0}`. */
export const filled = (text: string, value: string): string => text.replace("{0}", () => value);

/** Where a row's text came from. */
export function sourceWords({ source, isLate }: PanelRow, texts: PanelTexts): string {
  const name = {
    "typed through": texts.typedThrough,
    cache: texts.cache,
    draft: texts.draft,
    remote: texts.remote,
    none: texts.none,
  }[source];
  return isLate ? filled(texts.late, name) : name;
}

/** What the parts of an answer's time are called. */
export const partWords = (texts: PanelTexts): Readonly<Record<PartName, string>> => ({
  wait: texts.partWait,
  context: texts.partContext,
  link: texts.partLink,
  gateway: texts.partGateway,
  model: texts.partModel,
  rest: texts.partRest,
  tidy: texts.partTidy,
  returned: texts.partReturned,
});
