import * as vscode from "vscode";
import { type Conversation, titleOf } from "../../chat/conversation.ts";
import { exportMarkdown } from "../../chat/exportMarkdown.ts";
import type { ChatHistory } from "../../chat/history.ts";
import { t } from "../l10n.ts";

interface Item extends vscode.QuickPickItem {
  readonly conversation: Conversation;
}

/** Lets a person choose a conversation of this workspace, or delete some; undefined where none was chosen. */
export function pickConversation(
  history: ChatHistory,
  forget: (conversationId: string) => void,
): Promise<Conversation | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = t("Conversations");
  pick.placeholder = t("Go on with a conversation");
  const trash = {
    iconPath: new vscode.ThemeIcon("trash"),
    tooltip: t("Delete Conversation"),
  };
  const fill = () => {
    pick.items = history.conversations.map((conversation) => ({
      label: titleOf(conversation),
      description: t("Questions: {0}", conversation.exchanges.length),
      buttons: [trash],
      conversation,
    }));
  };
  fill();
  const { promise, resolve } = Promise.withResolvers<Conversation | undefined>();
  pick.onDidTriggerItemButton(({ item }) => {
    forget(item.conversation.id);
    fill();
  });
  pick.onDidAccept(() => {
    resolve(pick.selectedItems[0]?.conversation);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
    pick.dispose();
  });
  pick.show();
  return promise;
}

/** Opens a conversation as a Markdown document that can be saved anywhere. */
export async function exportConversation(conversation: Conversation): Promise<void> {
  if (conversation.exchanges.length === 0) {
    void vscode.window.showInformationMessage(t("Slipstream: this conversation is empty."));
    return;
  }
  const headings = { question: t("Question"), answer: t("Answer") };
  const content = exportMarkdown(conversation, headings);
  const document = await vscode.workspace.openTextDocument({ content, language: "markdown" });
  await vscode.window.showTextDocument(document);
}
