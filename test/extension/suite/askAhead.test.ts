import assert from "node:assert/strict";
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import {
  closeAll,
  moveTo,
  press,
  pressAndHear,
  quietEditor,
  reportsOf,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  until,
  writeInFolder,
} from "./editorWindow.ts";

const notAsking = "the editor is not asking (turned off or snoozed)";
const words = "const first = 1;\nconst second = 2;\n";

suite("Asking ahead of the editor", () => {
  suiteSetup(async () => {
    await quietEditor();
  });
  suiteTeardown(restoreSettings);
  setup(closeAll);
  teardown(async () => {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.cancelSnooze");
    await closeAll();
  });

  /** Shows a file in which the editor has asked once, and from now on does not. */
  const showSnoozed = async (path: string) => {
    const editor = await showFile(path, words);
    await pressAndHear("c");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.snooze", 1);
    return { editor, asked: (await reportsOf(path)).length };
  };
  const asksOf = async (path: string) => (await reportsOf(path)).length;
  const edit = (document: vscode.TextDocument, position: vscode.Position, text: string) => {
    const change = new vscode.WorkspaceEdit();
    change.insert(document.uri, position, text);
    return vscode.workspace.applyEdit(change);
  };
  const endOf = (document: vscode.TextDocument) =>
    document.lineAt(document.lineCount - 1).range.end;
  /** Types a key in another file: its ask proves that all events before it have been dealt with. */
  const settle = async () => {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.cancelSnooze");
    await showFile("settle.ts", "");
    await pressAndHear("c");
  };

  test("a key is asked for before the editor asks", async () => {
    const { editor, asked } = await showSnoozed("ahead.ts");
    await press("o");
    await until("an ask", async () => (await asksOf("ahead.ts")) > asked);
    const report = (await reportsOf("ahead.ts")).at(-1);
    assert.equal(report?.state.version, editor.document.version);
    assert.match(report.result.suggestion?.text ?? "", /^nst/);
  });

  test("an edit in a document that is not in the active editor is not asked for", async () => {
    const path = writeInFolder("background.ts", words);
    const background = await vscode.workspace.openTextDocument(path);
    const { asked } = await showSnoozed("foreground.ts");
    await edit(background, endOf(background), "const f");
    await settle();
    assert.deepEqual(await reportsOf("background.ts"), []);
    assert.equal(await asksOf("foreground.ts"), asked);
  });

  test("a letter that something puts in elsewhere than at the cursor is not asked for", async () => {
    const { editor, asked } = await showSnoozed("elsewhere.ts");
    await edit(editor.document, new vscode.Position(0, 5), "x");
    await settle();
    assert.equal(await asksOf("elsewhere.ts"), asked);
  });

  test("undo and redo are not asked for", async () => {
    const { editor, asked } = await showSnoozed("undone.ts");
    const { version } = editor.document;
    await vscode.commands.executeCommand("undo");
    await vscode.commands.executeCommand("redo");
    assert.equal(editor.document.version, version + 2);
    await settle();
    assert.equal(await asksOf("undone.ts"), asked);
  });

  test("several cursors are not asked for", async () => {
    const { editor, asked } = await showSnoozed("cursors.ts");
    editor.selections = [0, 1].map((line) => new vscode.Selection(line, 5, line, 5));
    await until("there are two cursors", () => editor.selections.length === 2);
    await press("f");
    assert.match(editor.document.getText(), /^constf first = 1;\nconstf/);
    await settle();
    assert.equal(await asksOf("cursors.ts"), asked);
  });

  test("with editor.inlineSuggest.enabled off nothing is asked for", async () => {
    await setSettings({ "editor.inlineSuggest.enabled": false });
    await showFile("silent.ts", words);
    await press("const f");
    await setSettings({ "editor.inlineSuggest.enabled": undefined });
    await settle();
    assert.deepEqual(await reportsOf("silent.ts"), []);
  });

  test("a cursor that moves after a deletion to the right begins no ask", async () => {
    const { editor } = await showSnoozed("moved.ts");
    moveTo(editor, new vscode.Position(1, 0));
    await until("the cursor is there", () => editor.selection.active.line === 1);
    // It changes the text and leaves the cursor where it is: there is no selection event of its own.
    await vscode.commands.executeCommand("deleteRight");
    const asked = await asksOf("moved.ts");
    await new Promise((resolve) => setTimeout(resolve, 150)); // a person's pause is what it is about
    moveTo(editor, endOf(editor.document));
    await settle();
    assert.equal(await asksOf("moved.ts"), asked);
  });

  test("it stops after three asks nobody picked up, says why, and goes on when asked", async () => {
    const view = await slipstream();
    await showSnoozed("snoozed.ts");
    for (const key of "ons") {
      const asked = await asksOf("snoozed.ts");
      await press(key);
      await until("an ask ahead", async () => (await asksOf("snoozed.ts")) > asked);
      // The next key has to come after the time in which this ask could have been picked up.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await until("the status says so", () => view.status()?.tooltip.includes(notAsking));
    const asked = await asksOf("snoozed.ts");
    await press("t");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await asksOf("snoozed.ts"), asked);

    await vscode.commands.executeCommand("editor.action.inlineSuggest.cancelSnooze");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await until("the status no longer says so", () => {
      return view.status()?.tooltip.includes(notAsking) === false;
    });
    await vscode.commands.executeCommand("editor.action.inlineSuggest.snooze", 1);
    const askedSince = await asksOf("snoozed.ts");
    await press("f");
    await until("an ask ahead", async () => (await asksOf("snoozed.ts")) > askedSince);
  });
});
