import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  linkReady,
  press,
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  statusSays,
  until,
  writeInFolder,
} from "./editorWindow.ts";
import { endServers, startHostedGateway, startModel, useModel } from "./servers.ts";
import { joinGateway, pickedFrom } from "./stubs.ts";

const answer = { tokens: ["fromTheModel()"] };
const above = "const first = 1;\n";

/** Runs the command and returns the page that it opens. */
async function sentPage(): Promise<string> {
  await vscode.commands.executeCommand("slipstream.showSent");
  const { document } = await until("the page is shown", () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.scheme === "slipstream-sent" ? editor : undefined;
  });
  return document.getText();
}

suite("What people see", () => {
  let model: ScriptedUpstream;

  suiteSetup(async () => {
    await quietEditor();
    await setSettings({ "slipstream.speculation": false }); // the last request is the one for the last key
    model = await startModel(answer);
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
    model.script = answer;
  });

  test("the page of what was sent has the body that the model's server got, text by text", async () => {
    await showFile("sent.ts", above);
    await pressAndHear("const second = ");
    const body = model.records.at(-1)?.body;
    assert.equal(body?.["prompt"], `${above}const second = `);
    const page = await until("the last body is told", async () => {
      const text = await sentPage();
      return text.includes("const second = \n----") ? text : undefined;
    });
    assert.ok(page.includes(`To the model's server ${model.url}/v1/completions: `), page);
    assert.ok(page.includes(`\n${above}const second = \n-----`), page);
    assert.match(page, new RegExp(`${Buffer.byteLength(JSON.stringify(body))} bytes`));
    assert.doesNotMatch(page, /Nothing of this left/);
  });

  test("the page is read-only, and another request gives another page", async () => {
    await showFile("again.ts", "");
    await pressAndHear("alpha");
    await sentPage();
    const page = vscode.window.activeTextEditor;
    const text = page?.document.getText();
    await vscode.commands.executeCommand("type", { text: "x" });
    assert.equal(page?.document.getText(), text);
    assert.equal(page?.document.isDirty, false);
    await showFile("other.ts", "");
    await pressAndHear("beta");
    await until("the page is of the other request", async () =>
      (await sentPage()).includes("beta\n---"),
    );
    assert.ok(!(await sentPage()).includes("alpha"));
  });

  test("the page says what is held back, and why", async () => {
    writeInFolder(".gitignore", "ignored.ts\n");
    await showFile("ignored.ts", "const ignored = 1;\n");
    await pressAndHear("q");
    await statusSays(/git ignores/);
    const page = await sentPage();
    assert.match(page, /ignored\.ts: all of it; git ignores the file/);
    assert.match(page, /Nothing of this left the machine/);
    assert.doesNotMatch(page, /To the model's server/);
    writeInFolder(".gitignore", "");
  });

  test("with a hosted gateway the page has what went over the link, with its bytes", async () => {
    const gateway = await startHostedGateway("token-0001", model.url);
    await joinGateway(gateway.url, "token-0001");
    await linkReady();
    await showFile("hosted.ts", above);
    await pressAndHear("x");
    const page = await sentPage();
    assert.match(page, /Over the link to .*: \d+ bytes in frames/);
    assert.ok(page.includes("const first = 1;"), page);
    assert.doesNotMatch(page, /To the model's server/);
    await showFile("hosted.ts", above);
    await gateway.kill();
    await statusSays(/draft only/);
    await setSettings({ "slipstream.gateway.url": undefined });
    await linkReady();
    const later = await sentPage();
    assert.match(later, /Over the link to .*: \d+ bytes in frames/, "it was a gateway's then");
    assert.doesNotMatch(later, /Nothing of this left/);
  });

  test("the page does not say that nothing left where another process has sent it", async () => {
    await showFile("forgotten.ts", "");
    await pressAndHear("q");
    await until("the body is told", async () =>
      (await sentPage()).includes("To the model's server"),
    );
    await vscode.commands.executeCommand("slipstream.reconnect");
    await linkReady();
    const page = await sentPage();
    assert.match(page, /The last request: .*forgotten\.ts/);
    assert.match(page, /cannot be told any more/);
    assert.doesNotMatch(page, /Nothing of this left/);
  });

  test("the status has the error of a model's server, and its end", async () => {
    model.script = { outcome: { kind: "status", status: 500, body: { error: "on fire" } } };
    await showFile("error.ts", "");
    await press("q");
    await statusSays(/warning\) model error/);
    model.script = answer;
    await pressAndHear("w");
    await statusSays(/zap\) /);
  });

  test("the status has the language that is off, and a pause of an hour", async () => {
    await showFile("notes.md", "");
    await vscode.commands.executeCommand("slipstream.toggleLanguage");
    await statusSays(/circle-slash\) off for markdown/);
    await setSettings({ "slipstream.languages": undefined });
    await vscode.commands.executeCommand("slipstream.pauseHour");
    await statusSays(/debug-pause\) paused/);
    await vscode.commands.executeCommand("slipstream.resume");
  });

  test("the tooltip tells what came from cache and what was sent against JSON", async () => {
    await showFile("cached.ts", "");
    await pressAndHear("q");
    await pressAndHear("f");
    await statusSays(/\| shown from cache \| \d+ % \|/);
    await statusSays(/\| sent, as JSON it would be \| [\d.]+ k?B, [\d.]+ k?B \|/);
  });

  test("the menu has what people look for, and does what is picked", async () => {
    await showFile("menu.ts", "");
    const items = await pickedFrom("slipstream.menu", /Pause for 60/);
    const wanted = [
      /Turn off for typescript/,
      /5 minutes/,
      /60 minutes/,
      /latency/,
      /sent/,
      /Why/,
      /Connect/,
      /log/,
      /Report/,
      /Reconnect/,
      /Settings/,
    ];
    assert.equal(items.length, wanted.length);
    for (const [at, pattern] of wanted.entries()) assert.match(items[at] ?? "", pattern);
    await statusSays(/paused/);
    const paused = await pickedFrom("slipstream.menu", /Resume/);
    assert.ok(!paused.some((label) => label.includes("minutes")));
    await statusSays(/zap\) /);
  });
});
