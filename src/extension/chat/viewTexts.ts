import { l10n } from "vscode";
import type { ViewTexts } from "../../chat/viewMessages.ts";

/** What the view shows, in the editor's language. */
export const viewTexts = (): ViewTexts => ({
  placeholder: l10n.t("Ask about your code"),
  send: l10n.t("Send"),
  stop: l10n.t("Stop"),
  attach: l10n.t("Attach code or a problem"),
  remove: l10n.t("Remove {0}", "{0}"),
  you: l10n.t("You"),
  answer: l10n.t("Answer"),
  copy: l10n.t("Copy"),
  insert: l10n.t("Insert at Cursor"),
  replace: l10n.t("Replace Selection"),
  open: l10n.t("Open in New File"),
  askAgain: l10n.t("Ask Again"),
  askAfresh: l10n.t("Ask Afresh"),
  badAnswer: l10n.t("Bad Answer"),
  edit: l10n.t("Edit Question"),
  editing: l10n.t("You are editing a question. What came after it stays in Conversations."),
  cancelEdit: l10n.t("Cancel"),
  cached: l10n.t("From the cache"),
  shortened: l10n.t("Shortened context: the oldest turns were left out"),
  cut: l10n.t(
    "Not whole: the model reached the longest answer it gives, or its server held the rest back",
  ),
  withheld: l10n.t("Without attached code that may not be sent any more"),
  retracted: l10n.t("Retracted: not told to the model again"),
  stopped: l10n.t("Stopped"),
  answering: l10n.t("The answer is coming"),
  answered: l10n.t("The answer is complete"),
  failed: l10n.t("The answer failed"),
  code: l10n.t("Code"),
  codeIn: l10n.t("Code in {0}", "{0}"),
  empty: l10n.t("Ask about your code, or select some and choose Slipstream in its context menu."),
  connecting: l10n.t("Connecting to the gateway"),
  noModel: l10n.t(
    "No model that can chat is connected. Completions go on without one; for chat, set up a model.",
  ),
  setUp: l10n.t("Set Up a Model"),
  conversation: l10n.t("Conversation"),
});
