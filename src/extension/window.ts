import type * as vscode from "vscode";
import { compose } from "./compose.ts";
import type { TestView } from "./testView.ts";

/**
 * extension: the only folder that knows VS Code. It turns the editor's events into plain values, puts
 * everything together (compose.ts, where to start reading) and shows what comes back. In test mode
 * `activate` returns a view of what goes on, since the Output panel cannot be read from a test.
 */
export function activate(context: vscode.ExtensionContext): TestView | undefined {
  const composition = compose(context);
  context.subscriptions.push(composition);
  return composition.testView;
}
