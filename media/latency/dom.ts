/// <reference lib="dom" />

/** An element with these attributes and children. Texts become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A table with a caption, the names of its columns, and an empty body. */
export function table(
  caption: string,
  columns: readonly string[],
  className = "",
): { readonly node: HTMLTableElement; readonly body: HTMLTableSectionElement } {
  const heads = columns.map((name) => element("th", { scope: "col" }, name));
  const body = element("tbody");
  const head = element("thead", {}, element("tr", {}, ...heads));
  const node = element("table", { class: className }, element("caption", {}, caption), head, body);
  return { node, body };
}

/** A row whose first cell names it. */
export function tableRow(cells: readonly (Node | string)[]): HTMLTableRowElement {
  const [name = "", ...rest] = cells;
  const data = rest.map((cell) => element("td", {}, cell));
  return element("tr", {}, element("th", { scope: "row" }, name), ...data);
}

/** Gives each element its text; one that has it already is left alone, so that it is not laid out again. */
export function setTexts(nodes: readonly HTMLElement[], texts: readonly string[]): void {
  for (const [at, node] of nodes.entries()) {
    const text = texts[at] ?? "";
    if (node.textContent !== text) node.textContent = text;
  }
}
