import * as vscode from "vscode";
import { type Clock } from "../base/clock.ts";
import { type Ask } from "../completion/ask.ts";
import { type AskAhead } from "../completion/askAhead.ts";
import { type Completer } from "../completion/completer.ts";
import { extendSelected } from "../completion/selectedItem.ts";
import { type Suggestion } from "../completion/suggestion.ts";
import { type AdmissionDesk } from "./admission.ts";
import { type DocumentFeed } from "./documentFeed.ts";
import { documentKeyOf, takeSnapshot } from "./editorSnapshot.ts";

/** What the provider is made of. */
export interface InlineProviderParts {
  readonly completer: Completer;
  readonly askAhead: AskAhead;
  readonly admission: AdmissionDesk;
  readonly feed: DocumentFeed;
  readonly clock: Clock;
  /** Told why nothing was shown although the editor asked: not admitted, or another list item selected. */
  readonly onRefused: (reason: string) => void;
}

/**
 * The editor asks here, about 42 ms after a key; by then the ask is under way (changeWatcher.ts) and is only
 * waited for. One item at most is returned; never one for a text or cursor that is no longer there.
 */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
  readonly #parts: InlineProviderParts;

  constructor(parts: InlineProviderParts) {
    this.#parts = parts;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    this.#parts.askAhead.editorAsked();
    const { version } = document;
    const ask = await this.#askFor(document, position);
    if (!ask || token.isCancellationRequested || document.version !== version) return [];
    const abort = new AbortController();
    const cancel = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      const { suggestion } = await ask.wait(abort.signal);
      if (!suggestion || abort.signal.aborted || document.version !== version) return [];
      const item = itemOf(suggestion, document, position, context.selectedCompletionInfo);
      if (!item)
        this.#parts.onRefused("the suggest list has an item selected that it does not go on from");
      return item ? [item] : [];
    } finally {
      cancel.dispose();
    }
  }

  async #askFor(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<Ask | undefined> {
    const { admission, completer, clock, feed, onRefused } = this.#parts;
    const startedAt = clock.now();
    const { version } = document;
    const state = {
      documentKey: documentKeyOf(document),
      version,
      offset: document.offsetAt(position),
    };
    const admitted = admission.known(document) ?? (await admission.admit(document));
    if (!admitted.isAdmitted) {
      onRefused(admitted.reason);
      return undefined;
    }
    if (document.version !== version) return undefined;
    const running = completer.find(state);
    if (running) return running;
    feed.follow(document, admitted.isConfined);
    return completer.ask(takeSnapshot(document, position, admitted.isConfined), startedAt);
  }
}

/** The suggestion as the editor's item; none when it does not go on from the selected list item. */
function itemOf(
  suggestion: Suggestion,
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem | undefined {
  const end = position.translate(0, suggestion.replaceAfterChars);
  if (!selected) {
    return new vscode.InlineCompletionItem(suggestion.text, new vscode.Range(position, end));
  }
  const { start } = selected.range;
  const typed = document.getText(new vscode.Range(start, position));
  const text = extendSelected(suggestion.text, { text: selected.text, typed });
  if (text === undefined) return undefined;
  return new vscode.InlineCompletionItem(text, new vscode.Range(start, end));
}
