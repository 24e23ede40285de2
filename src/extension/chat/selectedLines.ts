import * as vscode from "vscode";

/** All of the lines that a selection touches, without the last one's end. */
export function selectedLines(
  document: vscode.TextDocument,
  { start, end, isEmpty }: vscode.Range,
): vscode.Range {
  // Who selects whole lines mostly has the cursor at the start of the next one.
  const isAtNext = !isEmpty && end.character === 0 && end.line > start.line;
  const last = document.lineAt(isAtNext ? end.line - 1 : end.line);
  return new vscode.Range(new vscode.Position(start.line, 0), last.range.end);
}

/** A selection with the indentation before it: without that its first line would stand out of step with the others. */
export function withIndentation(
  document: vscode.TextDocument,
  { start, end }: vscode.Range,
): vscode.Range {
  const line = document.lineAt(start);
  const isBehindIndentation = start.character <= line.firstNonWhitespaceCharacterIndex;
  return new vscode.Range(isBehindIndentation ? line.range.start : start, end);
}
