import * as vscode from "vscode";
import type { Translate } from "./translate.ts";

/** The editor's own language. The texts are in l10n/, one file for each language. */
export const t: Translate = (text, ...values) => vscode.l10n.t(text, ...values);

/** A time of day as the editor's language writes it. */
export const timeOfDay = (wallMs: number): string =>
  new Date(wallMs).toLocaleTimeString(vscode.env.language, { hour: "numeric", minute: "2-digit" });
