import * as vscode from "vscode";

/** The embedded engine knows from the first function how the second goes on. */
const sample = `export function areaOfCircle(radius: number): number {
  return Math.PI * radius * radius;
}

export function areaOfC`;

/** Opens a small document with the cursor where a suggestion comes, and has the editor ask for it. */
export async function tryCompletion(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: "typescript",
    content: sample,
  });
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const end = document.positionAt(sample.length);
  editor.selection = new vscode.Selection(end, end);
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}
