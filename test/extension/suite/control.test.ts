import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  linkReady,
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
  statusSays,
} from "./editorWindow.ts";
import { endServers, startModel, useModel } from "./servers.ts";

const words = "const first = 1;\nconst second = 2;\n";
const slow = { firstTextMs: 20_000, tokens: ["fromTheModel()"] };

suite("Control", () => {
  let model: ScriptedUpstream;

  suiteSetup(async () => {
    await quietEditor();
    model = await startModel({ tokens: ["fromTheModel()"] });
    await useModel(model.url);
    await linkReady();
  });
  suiteTeardown(async () => {
    await restoreSettings();
    await endServers();
  });
  teardown(async () => {
    await vscode.commands.executeCommand("slipstream.resume");
    await closeAll();
    model.records.splice(0);
    model.script = { tokens: ["fromTheModel()"] };
  });

  const refusedWith = async (reason: RegExp) => {
    const view = await slipstream();
    const refused = view.refusals().length;
    await press("ab");
    await until("a refusal", () => view.refusals().length > refused);
    assert.match(view.refusals().at(-1) ?? "", reason);
    await statusSays(reason);
  };
  /** Types into a file whose document no draft fits, and waits until the model is asked. */
  const askSlowModel = async (path: string) => {
    model.script = slow;
    const editor = await showFile(path, "");
    await press("q");
    await model.until(() => model.records.length > 0);
    return editor;
  };
  const allClosed = () => model.until(() => model.records.every((record) => record.closedAt));

  test("a language is turned off and on again by the command", async () => {
    const editor = await showFile("notes.md", "# Notes\n");
    await vscode.commands.executeCommand("slipstream.toggleLanguage");
    await refusedWith(/off for markdown/);
    assert.deepEqual(model.records, []);
    await vscode.commands.executeCommand("slipstream.toggleLanguage");
    await pressAndHear("c");
    assert.equal(editor.document.languageId, "markdown");
    await setSettings({ "slipstream.languages": undefined });
  });

  test("a star turns off what is not named", async () => {
    await setSettings({ "slipstream.languages": { "*": false, typescript: true } });
    await showFile("star.md", "");
    await refusedWith(/off for markdown/);
    await showFile("star.ts", "");
    await pressAndHear("c");
    await setSettings({ "slipstream.languages": undefined });
  });

  test("slipstream.enabled turns everything off, without a reload", async () => {
    await setSettings({ "slipstream.enabled": false });
    await showFile("off.ts", words);
    await refusedWith(/turned off \(slipstream\.enabled\)/);
    await setSettings({ "slipstream.enabled": undefined });
    await pressAndHear("c");
  });

  test("a pause stops what is asked and all that follows, until it is resumed", async () => {
    await askSlowModel("paused.ts");
    await vscode.commands.executeCommand("slipstream.pause");
    await allClosed();
    await statusSays(/debug-pause\) paused/);
    model.records.splice(0);
    await refusedWith(/paused/);
    assert.deepEqual(model.records, []);
    await vscode.commands.executeCommand("slipstream.resume");
    model.script = { tokens: ["fromTheModel()"] };
    const { result } = await pressAndHear("c");
    assert.equal(result.suggestion?.origin, "remote");
  });

  test("the cursor that leaves closes the request at the model", async () => {
    const editor = await askSlowModel("left.ts");
    moveTo(editor, new vscode.Position(0, 0));
    await allClosed();
    const report = (await reportsOf("left.ts")).at(-1);
    assert.equal(report?.result.reason, "the cursor left");
  });

  test("the editor that lets go of its question closes the request at the model", async () => {
    await askSlowModel("hidden.ts");
    // The editor has asked, so the ask is its own; it is the editor that ends it.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await vscode.commands.executeCommand("editor.action.inlineSuggest.snooze", 1);
    await allClosed();
    await vscode.commands.executeCommand("editor.action.inlineSuggest.cancelSnooze");
    await until("a report", async () => (await reportsOf("hidden.ts")).length > 0);
    const report = (await reportsOf("hidden.ts")).at(-1);
    assert.equal(report?.result.reason, "the editor let it go");
  });

  test("keys that run ahead of a slow model leave three requests open, and all are closed in the end", async () => {
    const editor = await askSlowModel("typed.ts");
    await press("wert");
    const open = () => model.records.filter(({ closedAt }) => closedAt === undefined).length;
    await model.until(() => model.records.length === 5 && open() === 3);
    const reasons = (await reportsOf("typed.ts")).map(({ result }) => result.reason);
    assert.deepEqual(reasons, Array(4).fill("typed on"));
    moveTo(editor, new vscode.Position(0, 0));
    await allClosed();
    assert.equal(model.records.length, 5);
  });

  test("a closed document closes its request", async () => {
    await askSlowModel("closed.ts");
    await closeAll();
    await allClosed();
  });

  test("another editor closes the request of the one before", async () => {
    await askSlowModel("first.ts");
    await showFile("second.ts", "");
    await allClosed();
  });

  test("a text that changed while the answer was on its way gets nothing stale", async () => {
    model.script = { firstTextMs: 300, tokens: ["fromTheModel()"] };
    const editor = await showFile("stale.ts", "\n\n");
    await press("q");
    await model.until(() => model.records.length > 0);
    const change = new vscode.WorkspaceEdit();
    change.insert(editor.document.uri, new vscode.Position(0, 0), "// above");
    await vscode.workspace.applyEdit(change);
    await model.until(() => model.records.some(({ isComplete }) => isComplete) || allGone());
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    const text = editor.document.getText();
    assert.ok(text === "// above\n\nq" || text === "// above\n\nqfromTheModel()", text);
    const first = (await reportsOf("stale.ts"))[0];
    assert.equal(first?.result.suggestion, undefined, JSON.stringify(first));
  });
  const allGone = () => model.records.every(({ closedAt }) => closedAt !== undefined);

  test("another model's address takes effect without a reload, the old one is left", async () => {
    const other = await startModel({ tokens: ["fromTheOther()"] });
    await showFile("changed.ts", "");
    await pressAndHear("q");
    await setSettings({ "slipstream.upstream.url": other.url });
    await linkReady();
    const { result } = await pressAndHear("w");
    assert.equal(result.suggestion?.text, "fromTheOther()");
    await model.until(() => model.openConnections === 0);
    await setSettings({ "slipstream.upstream.url": model.url });
    await linkReady();
    const { result: back } = await pressAndHear("e");
    assert.equal(back.suggestion?.text, "fromTheModel()");
  });

  test("reconnect gives a new child and a new link", async () => {
    const view = await slipstream();
    const { pid } = await view.gateway();
    await vscode.commands.executeCommand("slipstream.reconnect");
    await until("another child runs", async () => (await view.gateway()).pid !== pid);
    await linkReady();
    await showFile("again.ts", "");
    assert.equal((await pressAndHear("q")).result.suggestion?.origin, "remote");
  });

  test("the key is sent to the model and is in no log", async () => {
    const { answerInput } = await import("./stubs.ts");
    const view = await slipstream();
    const { pid } = await view.gateway();
    await answerInput("slipstream.setUpstreamKey", " sk-secret-0001 \n");
    await until("another child runs", async () => (await view.gateway()).pid !== pid);
    await linkReady();
    await showFile("keyed.ts", "");
    await pressAndHear("q");
    assert.equal(model.records.at(-1)?.headers.authorization, "Bearer sk-secret-0001");
    assert.ok(!JSON.stringify([view.logLines(), view.status()]).includes("sk-secret"));
    await answerInput("slipstream.setUpstreamKey", "");
    await linkReady();
  });
});
