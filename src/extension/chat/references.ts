import * as vscode from "vscode";
import type { Attachment } from "../../chat/conversation.ts";
import { pathOf } from "../editorSnapshot.ts";
import type { EditorAttachments } from "./editorAttachments.ts";

/** What a person has added to a question of the editor's own chat. */
export interface Referenced {
  readonly attachments: readonly Attachment[];
  /** What the rest is called: it may not be sent, or is no text of a file. */
  readonly leftOut: readonly string[];
}

/** Reads the files and parts of files among the references, as far as the rules let them be sent. */
export async function readReferences(
  references: readonly vscode.ChatPromptReference[],
  attachments: EditorAttachments,
): Promise<Referenced> {
  const read = await Promise.all(
    references.map(async ({ id, value }) => {
      const [uri, range] = placeIn(value);
      const attachment = uri && (await attached(uri, range, attachments));
      return attachment ?? (uri ? pathOf(uri) : id);
    }),
  );
  return {
    attachments: read.filter((each) => typeof each !== "string"),
    leftOut: read.filter((each) => typeof each === "string"),
  };
}

function placeIn(value: unknown): [uri?: vscode.Uri, range?: vscode.Range] {
  if (value instanceof vscode.Uri) return [value];
  return value instanceof vscode.Location ? [value.uri, value.range] : [];
}

async function attached(
  uri: vscode.Uri,
  range: vscode.Range | undefined,
  attachments: EditorAttachments,
): Promise<Attachment | undefined> {
  if (!(await attachments.mayBeSent(uri))) return undefined;
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    return await (range ? attachments.part(document, range) : attachments.file(document));
  } catch {
    return undefined; // a folder, an image, a file that is gone
  }
}
