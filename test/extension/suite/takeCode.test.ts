/** What becomes of a block of code of an answer. */
import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { takeCode } from "../../../src/extension/chat/takeCode.ts";
import { closeAll, quietEditor, restoreSettings } from "./editorWindow.ts";
import { catchNotices, restoreNotices } from "./stubs.ts";

suite("A block of code", () => {
  suiteSetup(quietEditor);
  suiteTeardown(async () => {
    await closeAll();
    await restoreSettings();
  });

  const opened = async (languageId: string) => {
    await takeCode("open", { text: "echo = 1\n", languageId }, undefined);
    const document = vscode.window.activeTextEditor?.document;
    return { language: document?.languageId, text: document?.getText() };
  };

  test("is opened as a file of the language that its fence means", async () => {
    for (const [fence, language] of [
      ["bash", "shellscript"],
      ["c#", "csharp"],
      ["klingon", "plaintext"],
    ] as const)
      assert.deepEqual(await opened(fence), { language, text: "echo = 1\n" });
  });

  test("that the editor does not open is told of", async () => {
    const { showTextDocument } = vscode.window;
    const notices = catchNotices();
    try {
      const fail = () => Promise.reject(new Error("no editor"));
      Object.assign(vscode.window, { showTextDocument: fail });
      await takeCode("open", { text: "a", languageId: "" }, undefined);
    } finally {
      Object.assign(vscode.window, { showTextDocument });
      restoreNotices();
    }
    assert.match(notices.join(), /could not open the code/);
  });
});
