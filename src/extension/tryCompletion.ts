import * as vscode from "vscode";

/** The embedded engine knows from the first function how the second goes on. */
const sample = `export function areaOfCircle(radius: number): number {
  if (radius < 0) throw new RangeError("a shape has no negative side");
  return Math.PI * radius * radius;
}

export function volumeOfBall(radius: number): number {
  if (r`;

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
