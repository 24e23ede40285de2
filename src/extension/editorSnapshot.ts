import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import { type Snapshot, snapshotRange } from "../context/snapshot.ts";
import { rootNameOf } from "./rootNames.ts";

/** The key of a document's asks; a notebook cell is a document of its own. */
export const documentKeyOf = (document: vscode.TextDocument): string => document.uri.toString();

/** Reads the text round a cursor. The cost follows that, not the document. */
export function takeSnapshot(
  document: vscode.TextDocument,
  position: vscode.Position,
  isConfined: boolean,
  clock: Clock,
): Snapshot {
  const begunAt = clock.now();
  const offset = document.offsetAt(position);
  const { from, to } = snapshotRange(offset);
  const before = document.getText(new vscode.Range(document.positionAt(from), position));
  const after = document.getText(new vscode.Range(position, document.positionAt(to)));
  return {
    documentKey: documentKeyOf(document),
    path: pathOf(document.uri),
    languageId: document.languageId,
    version: document.version,
    offset,
    before,
    after,
    isConfined,
    hasCrLf: document.eol === vscode.EndOfLine.CRLF,
    readMs: clock.now() - begunAt,
  };
}

/** `folder/path/in/folder` in a workspace; only the file's own name outside, so that no home folder leaks. */
export function pathOf(uri: vscode.Uri): string {
  const { workspace } = vscode;
  const folder = workspace.getWorkspaceFolder(uri);
  if (folder) {
    const name = rootNameOf(folder, workspace.workspaceFolders);
    return `${name}/${workspace.asRelativePath(uri, false)}`;
  }
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
