import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import { llamaServerPages, vllmPages } from "../../helpers/modelServerPages.ts";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import { connect, connection, forgetConnection, said, served } from "./connecting.ts";
import {
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  until,
} from "./editorWindow.ts";
import { useModel } from "./servers.ts";
import { answerInput, answerInputs, cancelProgress, catchMessages } from "./stubs.ts";

const fallbacks = () =>
  vscode.workspace.getConfiguration("slipstream.upstream").get<unknown>("fallbacks");

suite("a model that was connected and is taken back", () => {
  suiteSetup(quietEditor);
  suiteTeardown(restoreSettings);
  teardown(forgetConnection);

  const down = { kind: "status", status: 500, body: { error: "out of memory" } } as const;
  const connected = async ({ port }: ScriptedUpstream) => {
    const messages = catchMessages();
    await connect(port);
    await said(messages);
  };
  /** What a model's server is told when a key is pressed. While the gateway begins anew the engine answers alone. */
  const keySaidTo = async (model: ScriptedUpstream) => {
    await useModel(model.url);
    await showFile(`asked-${model.port}.ts`, "");
    const before = model.records.length;
    await until("the model is asked", async () => {
      await pressAndHear("q");
      return model.records.length > before;
    });
    return model.records.at(-1)?.headers.authorization;
  };

  test("Undo brings back the key that its address had", async () => {
    const key = "sk-right-key-1234567";
    const keyed = await served(vllmPages("big", key));
    answerInputs(key);
    await connected(keyed);
    await connected(await served(llamaServerPages("former.gguf")));
    const former = connection().join();
    const messages = catchMessages("Undo");
    const wrong = "sk-wrong-key-7654321";
    answerInputs(wrong, wrong, "big");
    keyed.script = { outcome: { kind: "status", status: 401, body: { error: "Unauthorized" } } };
    await connect(keyed.port);
    assert.match(await said(messages), /refuses the key/);
    await until("the former one is back", () => connection().join() === former);
    keyed.script = { tokens: ["byHand()"] };
    assert.equal(await keySaidTo(keyed), `Bearer ${key}`);
  });

  test("Cancel leaves no key behind where none was kept", async () => {
    const key = "sk-right-key-1234567";
    const keyed = await served(vllmPages("big", key), { outcome: { kind: "silent" } });
    answerInputs(key);
    cancelProgress(() => until("the model is asked", () => keyed.records[0]));
    await connect(keyed.port);
    assert.deepEqual(connection(), ["none", "", ""]);
    keyed.script = { tokens: ["byHand()"] };
    assert.equal(await keySaidTo(keyed), undefined);
  });

  test("a server that lists its models to anybody is asked with the key that is kept for it", async () => {
    const model = await served(llamaServerPages("coder.gguf"));
    await useModel(model.url);
    await answerInput("slipstream.setUpstreamKey", "sk-of-this-server-1");
    await connected(model);
    assert.equal(model.records.at(-1)?.headers.authorization, "Bearer sk-of-this-server-1");
  });

  test("fallbacks stay as they are written, also where one is wrong", async () => {
    const written = [
      { kind: "mistral", url: "https://api.mistral.ai", model: "codestral-latest", note: "mine" },
      { kind: "ollama", model: "it has no address" },
    ];
    await connected(await served(llamaServerPages("former.gguf")));
    catchMessages();
    await setSettings({ "slipstream.upstream.fallbacks": written });
    const former = connection().join();
    const messages = catchMessages("Undo");
    const model = await served(llamaServerPages("other.gguf"));
    await connect(model.port);
    await until("it is connected", () => messages.find((each) => each.includes("is connected")));
    await until("the former one is back", () => connection().join() === former);
    await until("its fallbacks are back", () => JSON.stringify(fallbacks()) !== "[]");
    assert.deepEqual(fallbacks(), written);
  });

  test("Connect Another leaves the former one where no other one is picked", async () => {
    await connected(await served(llamaServerPages("former.gguf")));
    const former = connection().join();
    const broken = await served(llamaServerPages("broken.gguf"), { outcome: down });
    const messages = catchMessages("Connect Another");
    await connect(broken.port);
    assert.match(await said(messages), /has an error of its own/);
    await until("the former one is back", () => connection().join() === former);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  });
});
