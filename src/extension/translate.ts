/**
 * Says a text in the language of the editor: the English text is the key, `{0}` its first argument. `vscode.l10n.t` in
 * the window; what knows no editor is handed it, so that each text stands where it is used.
 */
export type Translate = (text: string, ...values: readonly (string | number)[]) => string;

/** The English of a text, for the log and wherever others are to read it. */
export const english: Translate = (text, ...values) =>
  text.replace(/\{(\d+)\}/g, (placeholder, at: string) =>
    String(values[Number(at)] ?? placeholder),
  );
