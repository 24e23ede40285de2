import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import {
  accept,
  closeAll,
  inFolder,
  linkReady,
  moveTo,
  press,
  pressAndHear,
  quietEditor,
  reportsOf,
  restoreSettings,
  setSettings,
  show,
  showFile,
  slipstream,
  until,
  writeInFolder,
} from "./editorWindow.ts";
import { endServers, startModel, useModel } from "./servers.ts";

const words = "const first = 1;\nconst second = 2;\n";

suite("Documents of every kind", () => {
  suiteSetup(async () => {
    await quietEditor();
    await linkReady();
  });
  suiteTeardown(restoreSettings);
  teardown(async () => {
    await closeAll();
    await setSettings({ "slipstream.upstream.kind": undefined });
    await endServers();
  });

  test("an untitled document is completed in", async () => {
    const document = await vscode.workspace.openTextDocument({
      language: "typescript",
      content: words,
    });
    const editor = await show(document);
    const { result, path } = await pressAndHear("const s");
    assert.equal(path, "Untitled-1");
    const offered = result.suggestion?.text ?? "";
    assert.match(offered, /^econd/);
    assert.equal(await accept(editor), `${words}const s${offered}`);
  });

  /** Opens a notebook with the keyboard in its last cell, which is a code cell. */
  const editLastCell = async (document: vscode.NotebookDocument) => {
    const editor = await vscode.window.showNotebookDocument(document);
    const last = document.cellCount - 1;
    editor.selection = new vscode.NotebookRange(last, last + 1);
    const { document: cell } = document.cellAt(last);
    await until("the cell has the keyboard", async () => {
      await vscode.commands.executeCommand("notebook.cell.edit");
      return vscode.window.activeTextEditor?.document === cell;
    });
    const cellEditor = vscode.window.activeTextEditor;
    assert.ok(cellEditor);
    moveTo(cellEditor, cell.lineAt(cell.lineCount - 1).range.end);
    return cellEditor;
  };
  const source = "total_of_sales = 12\nprint(total_of_sales)\n";
  const notebook = JSON.stringify({
    cells: [
      { cell_type: "markdown", metadata: {}, source: "# Sales" },
      { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source },
    ],
    metadata: { language_info: { name: "python" } },
    nbformat: 4,
    nbformat_minor: 5,
  });

  test("a notebook's cell is completed in", async () => {
    const uri = vscode.Uri.file(writeInFolder("sales.ipynb", notebook));
    const cell = await editLastCell(await vscode.workspace.openNotebookDocument(uri));
    const { result } = await pressAndHear("total_of");
    assert.match(result.suggestion?.text ?? "", /^_sales/);
    assert.match(await accept(cell), /total_of_sales/);
  });

  test("a notebook named in .slipstreamignore is not", async () => {
    const view = await slipstream();
    writeInFolder("quiet/.slipstreamignore", "*.ipynb\n");
    const uri = vscode.Uri.file(writeInFolder("quiet/sales.ipynb", notebook));
    await editLastCell(await vscode.workspace.openNotebookDocument(uri));
    const refused = view.refusals().length;
    const asked = (await reportsOf("sales.ipynb")).length;
    await press("tot");
    await until("a refusal or an answer", async () => {
      if (view.refusals().length > refused) return true;
      if ((await reportsOf("sales.ipynb")).length > asked) return true;
      // A cell that has just been given the keyboard is not always asked about by itself.
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
      return false;
    });
    assert.match(view.refusals().at(-1) ?? "", /never completed in/);
    assert.equal((await reportsOf("sales.ipynb")).length, asked);
  });

  test("lines are inserted with the ends of the document's own, and saved exactly", async () => {
    const model = await startModel({ tokens: ["return one;\n    // done\n\n"] });
    await useModel(model.url);
    await linkReady();
    const before = "const one = 1;\r\n\r\nfunction get() {";
    const editor = await showFile("windows.ts", `${before}\r\n`);
    moveTo(editor, new vscode.Position(2, 16));
    await press("\n");
    const { result } = await pressAndHear("\n");
    assert.equal(result.suggestion?.origin, "remote");
    const text = await accept(editor);
    assert.doesNotMatch(text.replaceAll("\r\n", ""), /[\r\n]/);
    assert.match(text, /\/\/ done/);
    await editor.document.save();
    assert.equal(readFileSync(inFolder("windows.ts"), "utf8"), text);
  });

  test("characters of two units stand before and behind the cursor", async () => {
    const line = 'const 𝒳 = "👩‍👩‍👧 family 🚀";\n';
    const editor = await showFile("astral.ts", `${line}/* 🚀🚀 */\n\n/* 🚀 */`);
    moveTo(editor, new vscode.Position(2, 0));
    const { result } = await pressAndHear("const 𝒳 = ".replace("𝒳", ""));
    assert.equal(result.failure, undefined);
    await vscode.commands.executeCommand("type", { text: "𝒳" });
    await show(editor.document);
    await pressAndHear("\n");
    const { result: second } = await pressAndHear("con");
    assert.equal(second.failure, undefined);
  });

  test("the border of the window may lie within a character of two units", async () => {
    const rockets = "🚀".repeat(102_000); // 204,000 units without a line break
    for (const shift of ["", "x"]) {
      await showFile(`rockets${shift}.txt`, `${shift}${rockets}`);
      const { result } = await pressAndHear("y");
      assert.equal(result.failure, undefined);
    }
  });

  test("an empty document is answered with nothing, without trouble", async () => {
    const view = await slipstream();
    await showFile("empty.ts", "");
    const { result } = await pressAndHear("q");
    assert.equal(result.suggestion, undefined);
    assert.equal(result.failure, undefined);
    assert.equal(view.status()?.isWarning, false);
  });

  for (const [megabytes, limitMs] of [
    [1.2, 300],
    [5, 300],
  ] as const) {
    test(`a document of ${megabytes} MB is completed in round the cursor, in time`, async function () {
      this.timeout(60_000);
      const line = (at: number) => `export const value${at} = compute(${at}, "row ${at % 97}");\n`;
      let text = "";
      for (let at = 0; text.length < megabytes * 1_000_000; at++) text += line(at);
      const document = await vscode.workspace.openTextDocument({ content: text });
      const editor = await show(document);
      const middle = Math.floor(editor.document.lineCount / 2);
      moveTo(editor, new vscode.Position(middle, 0));
      await pressAndHear("\n");
      moveTo(editor, new vscode.Position(middle, 0));
      const { result } = await pressAndHear("exp");
      assert.match(result.suggestion?.text ?? "", /^ort const/);
      const times = (await reportsOf(document.uri.path)).slice(-3);
      const readyMs = times.map((report) => report.result.timings.readyMs).sort((a, b) => a - b);
      assert.ok((readyMs[1] ?? Infinity) < limitMs, `${readyMs.join(", ")} ms`);
    });
  }

  test("one line of 300 kB is no trouble", async () => {
    const editor = await showFile("line.txt", "let a=1;".repeat(37_500));
    moveTo(editor, new vscode.Position(0, 150_000));
    const { result } = await pressAndHear("le");
    assert.equal(result.failure, undefined);
  });

  test("a document of a scheme that is no file's is left alone, and says so", async () => {
    const view = await slipstream();
    const provider = vscode.workspace.registerTextDocumentContentProvider("reading", {
      provideTextDocumentContent: () => words,
    });
    await show(vscode.Uri.parse("reading:book.ts"));
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await until("the status says so", () => view.status()?.tooltip.includes("not a file"));
    assert.deepEqual(await reportsOf("book.ts"), []);
    provider.dispose();
  });

  test("a file made read-only in the window is no trouble", async () => {
    const editor = await showFile("locked.ts", words);
    await vscode.commands.executeCommand("workbench.action.files.setActiveEditorReadonlyInSession");
    await vscode.commands.executeCommand("type", { text: "c" });
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    assert.equal(editor.document.getText(), words);
    await vscode.commands.executeCommand(
      "workbench.action.files.setActiveEditorWriteableInSession",
    );
    await pressAndHear("const f");
  });
});
