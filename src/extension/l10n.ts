import * as vscode from "vscode";
import type { Translate } from "./translate.ts";

/** The editor's own language. The texts are in l10n/, one file for each language. */
export const t: Translate = (text, ...values) => vscode.l10n.t(text, ...values);
