import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../base/disposable.ts";
import { ChatSession, type SessionChange } from "../../chat/chatSession.ts";
import type { Attachment, Exchange } from "../../chat/conversation.ts";
import { Chips } from "../../chat/chips.ts";
import { ChatHistory } from "../../chat/history.ts";
import { HistoryKeeper } from "../../chat/historyKeeper.ts";
import { chatInstructions } from "../../chat/tasks.ts";
import type { FromView, ShownExchange } from "../../chat/viewMessages.ts";
import { sentenceOf } from "../failureSentences.ts";
import { labelOf } from "./attachmentLabel.ts";
import { pickAttachment, type PickerParts } from "./attachPicker.ts";
import { ChatView } from "./chatView.ts";
import { EditorAttachments } from "./editorAttachments.ts";
import { EditReview } from "./editReview.ts";
import { editSelection } from "./editSelection.ts";
import { exportConversation, pickConversation } from "./keptConversations.ts";
import type { ChatParts } from "./chatParts.ts";
import { takeCode } from "./takeCode.ts";
import { t } from "../l10n.ts";

export { participant } from "./participant.ts";

const historyKey = "slipstream.chats";

/** What is asked about selected code without a word typed. */
export type Task = "explain" | "fix" | "tests";

/** The chat of a window: made when it is first used. Ends with the window. */
export class Chat implements Disposable {
  readonly #parts: ChatParts;
  readonly #store = new DisposableStore();
  readonly #attachments: EditorAttachments;
  readonly #picker: PickerParts;
  readonly #session: ChatSession;
  readonly #history: ChatHistory;
  readonly #keeper: HistoryKeeper;
  readonly #review = this.#store.add(new EditReview());
  /** The webview; registerChat hands it to the editor. */
  readonly view: ChatView;
  readonly #chips = new Chips(randomUUID);

  constructor(parts: ChatParts) {
    this.#parts = parts;
    const { context, clock, link, source } = parts;
    this.#attachments = new EditorAttachments(parts.rules, (message) => {
      void vscode.window.showWarningMessage(message);
    });
    this.#picker = { attachments: this.#attachments, rules: parts.rules, clock };
    this.#history = new ChatHistory({
      read: () => context.workspaceState.get(historyKey),
      write: (value) => void context.workspaceState.update(historyKey, value),
    });
    this.view = this.#store.add(new ChatView(context.extensionUri, clock));
    this.#session = this.#store.add(
      new ChatSession({
        source,
        instructions: chatInstructions,
        maySend: this.#attachments.maySend,
        sentenceOf: (failure) =>
          sentenceOf(failure, t, { isHosted: parts.isHosted(), isChat: true }),
        newId: randomUUID,
      }),
    );
    this.#keeper = this.#store.add(new HistoryKeeper(this.#session, this.#history, clock));
    this.#store.add(this.#session.onChange(this.#changed));
    this.#store.add(this.view.onMessage((message) => void this.#heard(message)));
    this.#store.add(link.onState(this.#tellReadiness));
  }

  /** Shows the view, with the selection attached if there is one. */
  async ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor && !editor.selection.isEmpty) {
      this.#attach(await this.#attachments.selection(editor));
    }
    await focusView();
    this.view.focus();
  }

  /** Asks about the selection, or the whole file where nothing is selected. */
  async askAboutSelection(task: Task): Promise<void> {
    const editor = openEditor();
    if (!editor) return;
    const attachment = await this.#attachments.selection(editor);
    if (!attachment) return;
    const problems = task === "fix" ? await this.#problemsIn(editor) : [];
    await focusView();
    await this.#session.ask(questionOf(task), [attachment, ...problems]);
  }

  async edit(): Promise<void> {
    const editor = openEditor();
    if (!editor) return;
    const { source, isHosted } = this.#parts;
    const [attachments, review] = [this.#attachments, this.#review];
    await editSelection({ source, isHosted, attachments, review, newId: randomUUID }, editor);
  }

  acceptEdit(): Promise<void> {
    return this.#review.accept();
  }

  refuseEdit(): Promise<void> {
    return this.#review.refuse();
  }

  /** Begins a new conversation; the one before is in the history. */
  async begin(): Promise<void> {
    this.#session.open();
    await focusView();
    this.view.focus();
  }

  /** Lets a person go back to a conversation. */
  async showHistory(): Promise<void> {
    const picked = await pickConversation(this.#history, (id) => {
      this.#keeper.forget(id);
    });
    if (!picked) return;
    if (picked.id !== this.#session.conversation.id) this.#session.open(picked);
    await focusView();
    this.view.focus();
  }

  export(): Promise<void> {
    return exportConversation(this.#session.conversation);
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #problemsIn({ document, selection }: vscode.TextEditor): Promise<Attachment[]> {
    const inside = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ range }) => selection.isEmpty || selection.intersection(range));
    const attached = await Promise.all(
      inside.slice(0, 10).map((problem) => this.#attachments.problem(document, problem)),
    );
    return attached.filter((attachment) => attachment !== undefined);
  }

  #attach(attachment: Attachment | undefined): void {
    if (attachment) this.#chips.add(attachment);
    this.#tellChips();
  }

  /** The attachments for a question that is asked now. */
  #takeChips(): Attachment[] {
    const attachments = this.#chips.take();
    this.#tellChips();
    return attachments;
  }

  async #heard(message: FromView): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    switch (message.type) {
      case "ready":
        this.#chips.leaveEdit(); // a page that is new knows of none
        this.#tellAll();
        return;
      case "ask":
        await this.#asked(message.text, message.replaces);
        return;
      case "edit":
        this.#chips.edit(this.#exchange(message.exchangeId)?.attachments ?? []);
        this.#tellChips();
        return;
      case "leaveEdit":
        this.#chips.leaveEdit();
        this.#tellChips();
        return;
      case "stop":
        this.#session.stop();
        return;
      case "askAgain":
        await this.#session.askAgain(message.exchangeId);
        return;
      case "retract":
        this.#session.retract(message.exchangeId);
        return;
      case "attach":
        this.#attach(await pickAttachment(this.#picker, editor));
        this.view.focus();
        return;
      case "detach":
        this.#chips.remove(message.chipId);
        this.#tellChips();
        return;
      case "code":
        await takeCode(message.action, message, editor);
        return;
      case "setUp":
        await this.#parts.setUp();
    }
  }

  async #asked(text: string, replaces: string | undefined): Promise<void> {
    if (text.trim() === "") return;
    const session = this.#session;
    const replaced = this.#exchange(replaces);
    const attachments = this.#takeChips();
    if (replaced) await session.edit(replaced.id, text, attachments);
    else await session.ask(text, attachments);
  }

  #exchange(exchangeId: string | undefined): Exchange | undefined {
    return this.#session.conversation.exchanges.find(({ id }) => id === exchangeId);
  }

  readonly #changed = (change: SessionChange): void => {
    if (change.kind === "text") {
      this.view.addText(change.exchangeId, change.text);
      return;
    }
    if (change.kind === "conversation") this.#tellConversation();
    else this.view.post({ type: "answer", exchange: shown(change.exchange) });
  };

  #tellAll(): void {
    this.#tellReadiness();
    this.#tellConversation();
    this.#tellChips();
  }

  #tellConversation(): void {
    const exchanges = this.#session.conversation.exchanges.map(shown);
    this.view.post({ type: "conversation", exchanges });
  }

  #tellChips(): void {
    const chips = this.#chips.all.map(([id, attachment]) => ({
      id,
      label: labelOf(attachment, t),
    }));
    this.view.post({ type: "chips", chips });
  }

  readonly #tellReadiness = (): void => {
    const { state } = this.#parts.link;
    const model = state.kind === "ready" ? state.welcome.upstream : "";
    const canChat = state.kind === "ready" && state.welcome.session !== "";
    const noModel = state.kind === "ready" ? "no-model" : "connecting";
    this.view.post({ type: "readiness", readiness: canChat ? "ready" : noModel, model });
  };
}

const shown = (exchange: Exchange): ShownExchange => ({
  ...exchange,
  attachments: exchange.attachments.map((attachment) => labelOf(attachment, t)),
});

/** The editor makes this command of every view. */
const focusView = (): Thenable<unknown> => vscode.commands.executeCommand("slipstream.chat.focus");

/** The editor that was used last; people are told where there is none. */
function openEditor(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showWarningMessage(t("Slipstream: open a file and select the code first."));
  }
  return editor;
}

function questionOf(task: Task): string {
  switch (task) {
    case "explain":
      return t("Explain this code.");
    case "fix":
      return t("Find what is wrong with this code, and mend it.");
    case "tests":
      return t("Write tests for this code.");
  }
}
