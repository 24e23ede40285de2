import type * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type { Verdict } from "../privacy/ignoreRules.ts";
import { documentLimits } from "../wire/limits.ts";
import type { FileRules } from "./fileRules.ts";
import { timeOfDay } from "./l10n.ts";
import type { Pause } from "./pause.ts";
import { pausedUntil } from "./reasons.ts";
import { isLanguageOn, type Settings } from "./settings.ts";

/** Whether a document is completed in, or the reason it is not. */
export type Admission =
  | { readonly isAdmitted: true; readonly isConfined: boolean }
  | { readonly isAdmitted: false; readonly reason: string };

const schemes = new Set([
  "file",
  "untitled",
  "vscode-notebook-cell",
  "vscode-remote",
  "vscode-vfs",
]);

/** Says for each document whether completions are on: settings, pause, language, and what its file is. */
export class AdmissionDesk implements Disposable {
  readonly #settings: () => Settings;
  readonly #rules: FileRules;
  readonly #pause: Pause;
  readonly #changes = new Emitter<undefined>();
  readonly #store = new DisposableStore();

  constructor(settings: () => Settings, rules: FileRules, pause: Pause) {
    this.#settings = settings;
    this.#rules = rules;
    this.#pause = pause;
    for (const { onChange } of [rules, pause]) {
      this.#store.add(
        onChange(() => {
          this.#changes.fire(undefined);
        }),
      );
    }
  }

  /** Fires when a pause begins or ends, and when the rules for files have changed. */
  readonly onChange = this.#changes.on;

  /** The answer if the file's verdict is known by now. */
  known(document: vscode.TextDocument): Admission | undefined {
    const reason = this.#reasonAgainst(document);
    if (reason !== undefined) return { isAdmitted: false, reason };
    const verdict = this.#rules.known(document.uri);
    return verdict && admissionOf(verdict);
  }

  async admit(document: vscode.TextDocument): Promise<Admission> {
    return this.known(document) ?? admissionOf(await this.#rules.verdict(document.uri));
  }

  dispose(): void {
    this.#store.dispose();
    this.#changes.dispose();
  }

  #reasonAgainst(document: vscode.TextDocument): string | undefined {
    const settings = this.#settings();
    if (!settings.enabled) return "turned off (slipstream.enabled)";
    const { untilMs } = this.#pause;
    if (untilMs !== undefined) return pausedUntil(timeOfDay(untilMs));
    if (!schemes.has(document.uri.scheme)) return "not a file";
    if (!isLanguageOn(settings, document.languageId)) return `off for ${document.languageId}`;
    const end = document.lineAt(document.lineCount - 1).range.end;
    if (document.offsetAt(end) > documentLimits.maxChars) return "the file is too large";
    return undefined;
  }
}

function admissionOf(verdict: Verdict): Admission {
  if (verdict === "never") {
    const reason = "never completed in: a file of secrets, or named in .slipstreamignore";
    return { isAdmitted: false, reason };
  }
  return { isAdmitted: true, isConfined: verdict === "git-ignored" };
}

/** What the status bar says of a file that git ignores. */
export const confinedReason = "git ignores this file: completed from its own text, nothing is sent";
