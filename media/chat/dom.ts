/// <reference lib="dom" />

type Child = Node | string;

/** An element with these attributes and children. Texts become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button that says what it does. */
export function button(label: string, action: () => void, className = ""): HTMLButtonElement {
  const made = element("button", { type: "button", class: className }, label);
  made.addEventListener("click", action);
  return made;
}

/** A button with an icon, drawn by the path, that says to the mouse and to a screen reader what it does. */
export function iconButton(label: string, path: string, action: () => void): HTMLButtonElement {
  const made = button("", action);
  made.title = label;
  made.ariaLabel = label;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  made.append(svg);
  return made;
}

/** A text with what stands in it for `{0}`. */
export const filled = (text: string, value: string): string => text.replace("{0}", () => value);
