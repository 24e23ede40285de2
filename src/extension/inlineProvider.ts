import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import type { Ask } from "../completion/ask.ts";
import type { AskAhead } from "../completion/askAhead.ts";
import type { Completer } from "../completion/completer.ts";
import { extendSelected } from "../completion/selectedItem.ts";
import type { Suggestion } from "../completion/suggestion.ts";
import type { DocumentState } from "../context/snapshot.ts";
import type { AdmissionDesk } from "./admission.ts";
import type { DocumentFeed } from "./documentFeed.ts";
import { acceptedCommand } from "./commands.ts";
import { documentKeyOf, takeSnapshot } from "./editorSnapshot.ts";
import type { GhostText } from "./ghostText.ts";

/** What the provider is made of. */
export interface InlineProviderParts {
  readonly completer: Completer;
  readonly askAhead: AskAhead;
  readonly admission: AdmissionDesk;
  readonly feed: DocumentFeed;
  readonly clock: Clock;
  readonly ghostText: GhostText;
  /** Told why nothing was shown although the editor asked: not admitted, or another list item selected. */
  readonly onRefused: (reason: string) => void;
}

/**
 * The editor asks here, about 42 ms after a key; by then the ask is under way (changeWatcher.ts) and is only
 * waited for. One item is returned, or several to a person who asks for them; never one for a text or cursor
 * that is no longer there.
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
    const { askAhead, completer, ghostText, onRefused } = this.#parts;
    askAhead.editorAsked();
    if (!isAtOneCursor(document)) {
      onRefused("several cursors, or a selection");
      return [];
    }
    const state = {
      documentKey: documentKeyOf(document),
      version: document.version,
      offset: document.offsetAt(position),
    };
    const isInvoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const isExplicit = isInvoked && !ghostText.isAsking;
    const ask = await this.#askFor(document, position, state, isExplicit);
    if (!ask || token.isCancellationRequested || document.version !== state.version) return [];
    const abort = new AbortController();
    const cancel = token.onCancellationRequested(() => {
      abort.abort("the editor let it go");
    });
    try {
      const isThere = () => document.version === state.version;
      const item = (each: Suggestion) =>
        itemOf(each, document, position, context.selectedCompletionInfo);
      const { suggestion } = await ask.wait(
        abort.signal,
        (each) => isThere() && item(each) !== undefined,
      );
      if (!suggestion || abort.signal.aborted || !isThere()) return [];
      const others = isExplicit ? completer.alternatives(ask) : [];
      const items = [suggestion, ...others].flatMap((each) => item(each) ?? []);
      if (items.length === 0)
        onRefused("the suggest list has an item selected that it does not go on from");
      return items;
    } finally {
      cancel.dispose();
    }
  }

  async #askFor(
    document: vscode.TextDocument,
    position: vscode.Position,
    state: DocumentState,
    isExplicit: boolean,
  ): Promise<Ask | undefined> {
    const { admission, completer, clock, feed, onRefused } = this.#parts;
    const startedAt = clock.now();
    const admitted = admission.known(document) ?? (await admission.admit(document));
    if (!admitted.isAdmitted) {
      onRefused(admitted.reason);
      return undefined;
    }
    if (document.version !== state.version) return undefined;
    const running = isExplicit ? undefined : completer.find(state);
    if (running) return running;
    feed.follow(document, admitted.isConfined);
    const snapshot = takeSnapshot(document, position, admitted.isConfined, clock);
    return completer.ask(snapshot, startedAt, isExplicit);
  }
}

/** Not among several cursors, where the editor asks for the first of them, nor where typing replaces a selection. */
function isAtOneCursor(document: vscode.TextDocument): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document) return true;
  return editor.selections.length === 1 && editor.selection.isEmpty;
}

/** The suggestion as the editor's item; none when it does not go on from the selected list item. */
function itemOf(
  suggestion: Suggestion,
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem | undefined {
  const end = position.translate(0, suggestion.replaceAfterChars);
  const command = {
    command: acceptedCommand,
    title: "Accepted",
    arguments: [documentKeyOf(document)],
  };
  if (!selected) {
    const range = new vscode.Range(position, end);
    return new vscode.InlineCompletionItem(suggestion.text, range, command);
  }
  const { start } = selected.range;
  const typed = document.getText(new vscode.Range(start, position));
  const text = extendSelected(suggestion.text, { text: selected.text, typed });
  if (text === undefined) return undefined;
  return new vscode.InlineCompletionItem(text, new vscode.Range(start, end), command);
}
