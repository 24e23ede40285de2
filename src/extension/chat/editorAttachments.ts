import * as vscode from "vscode";
import { maxAttachmentChars } from "../../chat/attachedText.ts";
import type { Attachment } from "../../chat/conversation.ts";
import { pathOf } from "../editorSnapshot.ts";
import type { FileRules } from "../fileRules.ts";
import { t } from "../l10n.ts";
import { selectedLines, withIndentation } from "./selectedLines.ts";

/** Makes attachments of what the editor has, as far as the rules of privacy let it leave this machine. */
export class EditorAttachments {
  readonly #rules: FileRules;
  readonly #tell: (message: string) => void;

  /** `tell` hears why something must stay. */
  constructor(rules: FileRules, tell: (message: string) => void) {
    this.#rules = rules;
    this.#tell = tell;
  }

  /** Whether an attachment may be sent now. */
  readonly maySend = ({ uri }: Attachment): Promise<boolean> =>
    this.mayBeSent(vscode.Uri.parse(uri));

  async mayBeSent(uri: vscode.Uri): Promise<boolean> {
    return (await this.#rules.verdict(uri)) === "open";
  }

  /** The selection, or the whole file where nothing is selected. Undefined when it must stay, which people are told. */
  async selection(editor: vscode.TextEditor): Promise<Attachment | undefined> {
    const { document, selection } = editor;
    return selection.isEmpty ? this.file(document) : this.part(document, selection);
  }

  async part(document: vscode.TextDocument, range: vscode.Range): Promise<Attachment | undefined> {
    return this.#attachment("selection", document, withIndentation(document, range));
  }

  async file(document: vscode.TextDocument): Promise<Attachment | undefined> {
    return this.#attachment("file", document, wholeOf(document));
  }

  async problem(
    document: vscode.TextDocument,
    { message, range, source }: vscode.Diagnostic,
  ): Promise<Attachment | undefined> {
    const lines = new vscode.Range(range.start.line, 0, range.end.line, Number.MAX_SAFE_INTEGER);
    const code = document.getText(document.validateRange(lines));
    const text = `${source === undefined ? "" : `${source}: `}${message}\n\n${code}`;
    return this.#attachment("problem", document, range, text);
  }

  /** Whether text of this document may be sent; people are told why not. */
  async isAllowed(document: vscode.TextDocument): Promise<boolean> {
    const verdict = await this.#rules.verdict(document.uri);
    if (verdict === "open") return true;
    const path = pathOf(document.uri);
    this.#tell(
      verdict === "never"
        ? t(
            "Slipstream: {0} is not sent: it is a file of secrets, or named in .slipstreamignore.",
            path,
          )
        : t("Slipstream: {0} is not sent: git ignores it.", path),
    );
    return false;
  }

  async #attachment(
    kind: Attachment["kind"],
    document: vscode.TextDocument,
    range: vscode.Range,
    given?: string,
  ): Promise<Attachment | undefined> {
    const text = given ?? document.getText(range);
    const path = pathOf(document.uri);
    if (!(await this.isAllowed(document))) return undefined;
    if (text.length > maxAttachmentChars) {
      this.#tell(
        t(
          "Slipstream: {0} is too large to attach: the most is {1} characters. Select a part of it.",
          path,
          maxAttachmentChars,
        ),
      );
      return undefined;
    }
    return {
      kind,
      uri: document.uri.toString(),
      path,
      languageId: document.languageId,
      firstLine: range.start.line + 1,
      lastLine: selectedLines(document, range).end.line + 1,
      text,
    };
  }
}

/** A document from its start to its end. */
function wholeOf(document: vscode.TextDocument): vscode.Range {
  const { range } = document.lineAt(document.lineCount - 1);
  return new vscode.Range(new vscode.Position(0, 0), range.end);
}
