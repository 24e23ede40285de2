/** The least a provider can do to be typed through: at once the rest of a line that stands above. */
const vscode = require("vscode");

exports.activate = (context) => {
  const provider = {
    provideInlineCompletionItems: (document, position) => {
      const { text, range } = document.lineAt(position.line);
      const typed = text.slice(0, position.character);
      const above = document.getText(new vscode.Range(0, 0, position.line, 0)).split("\n");
      const line = typed.trim() && above.find((each) => each.startsWith(typed) && each !== typed);
      if (!line) return [];
      const rest = line.slice(typed.length);
      return [new vscode.InlineCompletionItem(rest, new vscode.Range(position, range.end))];
    },
  };
  context.subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider),
  );
};
