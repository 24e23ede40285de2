import * as vscode from "vscode";
import type { AdmissionDesk } from "../admission.ts";
import { pathOf } from "../editorSnapshot.ts";
import { t } from "../l10n.ts";
import { reasonIn } from "../reasons.ts";

const { l10n } = vscode;

/** What is not sent, and why: of the documents that are shown, and of everything else. A sentence each. */
export function heldBack(admission: AdmissionDesk, isHosted: boolean): readonly string[] {
  const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
  const ofShown = [...documents]
    .filter(({ uri }) => uri.scheme === "file" || uri.scheme === "untitled")
    .flatMap((document) => {
      const admitted = admission.known(document);
      const path = pathOf(document.uri);
      if (admitted?.isAdmitted === false)
        return [l10n.t("{0}: all of it; {1}.", path, reasonIn(t, admitted.reason))];
      if (admitted?.isConfined === true)
        return [
          l10n.t(
            "{0}: all of it; git ignores the file, so only the engine on this machine sees it.",
            path,
          ),
        ];
      return [];
    });
  return [
    ...ofShown,
    l10n.t(
      "Files of secrets (such as .env and keys), and what .slipstreamignore names: never completed in, never learned, never sent.",
    ),
    l10n.t("Files that git ignores: never sent to another machine."),
    isHosted
      ? l10n.t(
          "The project's index: it stays in the process on this machine. Of other files a completion sends nothing but what is shown above.",
        )
      : l10n.t(
          "The rest of the document and all other files: for a completion the model is given what is shown above and nothing else.",
        ),
    l10n.t(
      "A question of the chat takes along what you have attached to it; all that it takes is shown with it there.",
    ),
    l10n.t(
      "A secret that stands in an open document between other text is not looked for: it is sent with the text round it.",
    ),
  ];
}
