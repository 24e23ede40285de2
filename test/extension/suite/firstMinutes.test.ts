/** What stands round the completions: a first try, pauses, what a folder may not set, and the report on a problem. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import { showReasons } from "../../../src/extension/commands.ts";
import {
  closeAll,
  failureOf,
  linkReady,
  press,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  statusSays,
  until,
  writeInFolder,
} from "./editorWindow.ts";
import { endServers, startModel, useModel } from "./servers.ts";
import { answerInput, catchMessages, catchNotices, restoreNotices } from "./stubs.ts";

const run = (command: string) => vscode.commands.executeCommand(`slipstream.${command}`);

suite("The first minutes", () => {
  suiteSetup(async () => {
    await quietEditor();
    await linkReady();
  });
  suiteTeardown(restoreSettings);
  teardown(async () => {
    restoreNotices();
    await run("resume");
    await closeAll();
    await endServers();
  });

  test("a completion is tried with one command, from the embedded engine", async () => {
    const view = await slipstream();
    const told = view.reports().length;
    await run("tryCompletion");
    const report = await until("a suggestion", () =>
      view
        .reports()
        .slice(told)
        .find(({ result }) => result.suggestion),
    );
    assert.equal(report.result.suggestion?.origin, "draft");
    assert.match(report.result.suggestion.text, /^adius < 0\) throw/);
  });

  const samples = () =>
    vscode.workspace.textDocuments.filter(({ isUntitled, isClosed }) => isUntitled && !isClosed);

  test("a completion that is tried again leaves one document, not one more", async () => {
    await run("tryCompletion");
    await showFile("between.ts", "");
    await run("tryCompletion");
    assert.equal(samples().length, 1);
    assert.equal(vscode.window.activeTextEditor?.document, samples()[0]);
    await press("x");
    await run("tryCompletion");
    assert.equal(samples().length, 2, "what a person has written into stays as it is");
  });

  const inTheWay: readonly (readonly [string, () => Thenable<unknown>, string, RegExp])[] = [
    ["a pause", () => run("pause"), "Resume", /paused until \d/],
    [
      "slipstream.enabled",
      () => setSettings({ "slipstream.enabled": false }),
      "Turn On",
      /turned off/,
    ],
    [
      "the language that is off",
      () => setSettings({ "slipstream.languages": { "*": false } }),
      "Turn On",
      /off for typescript/,
    ],
  ];
  for (const [what, turnOff, button, message] of inTheWay) {
    test(`a completion is not tried in vain: ${what} is told with what mends it`, async () => {
      await turnOff();
      const messages = catchMessages(button);
      const view = await slipstream();
      const told = view.reports().length;
      await run("tryCompletion");
      assert.equal(messages.length, 1, messages.join("\n"));
      assert.match(messages[0] ?? "", message);
      await until("a suggestion", () =>
        view
          .reports()
          .slice(told)
          .some(({ result }) => result.suggestion),
      );
      await setSettings({ "slipstream.enabled": undefined, "slipstream.languages": undefined });
    });
  }

  test("a completion is not tried where the editor shows none, or the message is closed", async () => {
    await setSettings({ "editor.inlineSuggest.enabled": false });
    const messages = catchMessages();
    await run("tryCompletion");
    await setSettings({ "editor.inlineSuggest.enabled": undefined });
    await run("pause");
    await run("tryCompletion");
    assert.match(messages.join("\n"), /editor\.inlineSuggest\.enabled.*\n.*paused until/);
    assert.deepEqual(samples(), []);
  });

  test("where there is no reason yet people are told so, with what gives one", async () => {
    const messages = catchMessages();
    await showReasons({ reasons: [], shownCount: 0, acceptedCount: 0 });
    assert.match(messages[0] ?? "", /no reason yet/);
  });

  test("a language is not turned off without a word where no file is open", async () => {
    const messages = catchMessages();
    await run("toggleLanguage");
    assert.match(messages[0] ?? "", /open a file/);
  });

  test("a pause of an hour stops completions as one of five minutes does", async () => {
    await showFile("hour.ts", "const first = 1;\n");
    await run("pauseHour");
    await statusSays(/debug-pause\) paused until \d+:\d\d/);
    await statusSays(/No completions here: paused until \d+:\d\d/);
    const view = await slipstream();
    const refused = view.refusals().length;
    await press("con");
    await until("a refusal", () => view.refusals().length > refused);
    assert.match(view.refusals().at(-1) ?? "", /^paused until \d+:\d\d/);
  });

  test("a folder cannot set addresses, keys or what is run, trusted or not", async () => {
    const values = {
      "slipstream.upstream.kind": "gguf",
      "slipstream.upstream.url": "http://127.0.0.1:9",
      "slipstream.upstream.model": "/tmp/evil.gguf",
      "slipstream.upstream.nodeLlamaCppFolder": "/tmp/evil",
      "slipstream.gateway.url": "ws://127.0.0.1:9",
    };
    const speculation = () => vscode.workspace.getConfiguration("slipstream").get("speculation");
    const path = writeInFolder(
      ".vscode/settings.json",
      JSON.stringify({ ...values, "slipstream.speculation": false }),
    );
    try {
      await until("the folder's settings are read", () => speculation() === false);
      const section = vscode.workspace.getConfiguration();
      for (const [name, value] of Object.entries(values)) {
        assert.notEqual(section.get(name), value, name);
      }
      await linkReady(); // to the window's own gateway, which has no model
      const state = (await slipstream()).link();
      assert.equal(state.kind === "ready" && state.welcome.upstream, "");
    } finally {
      rmSync(dirname(path), { recursive: true });
      await until("they are gone", () => speculation() === true);
    }
  });

  test("a report on a problem has the failures, and neither text nor keys", async () => {
    catchNotices();
    const canary = "canaryOfTheSource";
    const outcome = {
      kind: "status",
      status: 400,
      body: { error: { message: `cannot parse ${canary} with sk-canary-of-the-key` } },
    } as const;
    const model = await startModel({ outcome });
    await useModel(`${model.url}/v1?token=canaryOfTheAddress`);
    await answerInput("slipstream.setUpstreamKey", "sk-canary-of-the-key");
    await linkReady();
    await showFile("canaryfile.ts", `const ${canary} = 1;\n`);
    await press("zzz");
    await failureOf("canaryfile.ts", "upstream-refused");
    await run("reportProblem");
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, "markdown");
    assert.ok(document.isUntitled);
    const report = document.getText();
    assert.match(report, /- upstream-refused: .*refused the request \(400\)/);
    assert.match(report, /- slipstream\.upstream\.url: "http:\/\/127\.0\.0\.1:\d+\/v1"/);
    assert.match(report, /- API key of http:\/\/127\.0\.0\.1:\d+: set/);
    assert.match(report, new RegExp(`: ${vscode.version.replaceAll(".", "\\.")}$`, "m"));
    assert.doesNotMatch(report, /canary/i);
    await answerInput("slipstream.setUpstreamKey", "");
    await setSettings({
      "slipstream.upstream.kind": undefined,
      "slipstream.upstream.url": undefined,
    });
  });
});
