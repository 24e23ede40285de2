import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import {
  closeAll,
  inFolder,
  linkReady,
  moveTo,
  press,
  quietEditor,
  reportsOf,
  restoreSettings,
  show,
  showFile,
  until,
  writeInFolder,
} from "./editorWindow.ts";

/** A file is learned about a second after it was written; a busy machine takes longer. */
const learnedMs = 10_000;

suite("Indexing", () => {
  let attempts = 0;

  suiteSetup(async () => {
    await quietEditor();
    await linkReady();
  });
  suiteTeardown(async () => {
    rmSync(inFolder("indexing"), { recursive: true, force: true });
    rmSync(inFolder(".git"), { recursive: true, force: true });
    await restoreSettings();
  });
  teardown(closeAll);

  /** Types a word's begin again and again, and waits until the engine goes on so, or with nothing. */
  const isOffered = async (typed: string, expected: string | undefined) => {
    const editor = await showFile("indexing/asking.ts", "");
    await until(
      `${typed} is followed by ${String(expected)}`,
      async () => {
        // The window remembers what was answered behind the same lines.
        attempts += 1;
        const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
        await editor.edit((edit) => {
          edit.replace(all, `// attempt ${attempts}\n`);
        });
        moveTo(editor, new vscode.Position(1, 0));
        const told = (await reportsOf("asking.ts")).length;
        await press(typed);
        const { version } = editor.document;
        const report = await until("an answer", async () =>
          (await reportsOf("asking.ts"))
            .slice(told)
            .findLast(({ state }) => state.version === version),
        );
        const text = report.result.suggestion?.text;
        return expected === undefined ? text === undefined : text?.startsWith(expected);
      },
      learnedMs,
    );
  };

  test("a file that is written to disk is learned, and forgotten when it is deleted", async () => {
    writeInFolder("indexing/written.ts", "walrusParade(drums, trumpets);\n");
    await isOffered("walrusPar", "ade");
    rmSync(inFolder("indexing/written.ts"));
    await isOffered("walrusPar", undefined);
  });

  test("a file that is saved in the editor is learned as it is now", async () => {
    const editor = await showFile("indexing/saved.ts", "ostrichFarm(feathers);\n");
    await isOffered("ostrichFa", "rm");
    await show(inFolder("indexing/saved.ts"));
    moveTo(editor, new vscode.Position(0, 0));
    const { document } = editor;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), "gazelleRace(runners);\n");
    await vscode.workspace.applyEdit(edit);
    assert.ok(await document.save());
    await isOffered("gazelleRa", "ce");
  });

  test("a folder that is renamed, and a checked out branch, are followed", async () => {
    writeInFolder("indexing/one/a.ts", "pelicanBay(fishes);\n");
    await isOffered("pelicanB", "ay");
    renameSync(inFolder("indexing/one"), inFolder("indexing/two"));
    writeFileSync(inFolder("indexing/two/a.ts"), "badgerHill(tunnels);\n");
    writeInFolder(".git/HEAD", "ref: refs/heads/other\n");
    await isOffered("badgerHi", "ll");
    await isOffered("pelicanB", undefined);
  });

  test("a rule that comes to forbid a file makes it forgotten, with the link as it is", async () => {
    writeInFolder("indexing/ruled/a.ts", "marmotCave(stones);\n");
    await isOffered("marmotCa", "ve");
    writeInFolder("indexing/ruled/.slipstreamignore", "*.ts\n");
    await isOffered("marmotCa", undefined);
  });
});
