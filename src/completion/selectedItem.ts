/** An item the editor's own suggest list has selected: what it would put in place of what. */
export interface SelectedItem {
  readonly text: string;
  /** The document's text from where the item begins up to the cursor. */
  readonly typed: string;
}

/**
 * Ghost text beside an open suggest list: the editor shows it only when it goes on from the selected item.
 * Returns the whole text to put from the item's beginning on, or undefined when it does not.
 */
export function extendSelected(text: string, selected: SelectedItem): string | undefined {
  const whole = selected.typed + text;
  return whole.startsWith(selected.text) && whole.length > selected.text.length ? whole : undefined;
}
