import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import { llamaServerPages, ollamaPages, vllmPages } from "../../helpers/modelServerPages.ts";
import { connect, connection, forgetConnection, said, served } from "./connecting.ts";
import {
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  until,
} from "./editorWindow.ts";
import { freePort, useModel } from "./servers.ts";
import { answerInputs, cancelProgress, catchMessages } from "./stubs.ts";

const completeBy = () =>
  vscode.workspace.getConfiguration("slipstream.upstream").get<string>("completeBy");

suite("Connect a Model", () => {
  suiteSetup(quietEditor);
  suiteTeardown(restoreSettings);
  teardown(forgetConnection);

  test("a server that is found is set, tried and completes the next key", async () => {
    const messages = catchMessages();
    const model = await served(llamaServerPages("coder.gguf"));
    await showFile("connected.ts", "");
    await connect(await freePort(), model.port);
    assert.match(await said(messages), /coder\.gguf is connected and answers in \d+ ms/);
    assert.deepEqual(connection(), ["llama.cpp", model.url, "coder.gguf"]);
    assert.deepEqual(
      model.records.map(({ path }) => path),
      ["/infill", "/infill"],
    );
    model.script = { tokens: ["fromTheModel()"] };
    const { result } = await pressAndHear("q");
    assert.equal(result.suggestion?.origin, "remote");
  });

  test("a key meets the address alone that it was given for, however the model is set", async () => {
    const messages = catchMessages();
    const key = "sk-right-key-1234567";
    const keyed = await served(vllmPages("big", key));
    answerInputs(key);
    await connect(keyed.port);
    await said(messages);
    const open = await served(ollamaPages({ "coder:1b": ["completion", "insert"] }));
    await connect(open.port);
    assert.deepEqual(connection(), ["ollama", open.url, "coder:1b"]);
    const byHand = await served(() => undefined, { tokens: ["byHand()"] });
    await useModel(byHand.url);
    await showFile("by-hand.ts", "");
    assert.equal((await pressAndHear("q")).result.suggestion?.text, "byHand()");
    for (const { headers } of [...open.records, ...byHand.records])
      assert.equal(headers.authorization, undefined);
    await useModel(keyed.url);
    await showFile("keyed-again.ts", "");
    await pressAndHear("q");
    assert.equal(keyed.records.at(-1)?.headers.authorization, `Bearer ${key}`);
  });

  test("a model that cannot fill in is said to be none, and Undo brings the former one back", async () => {
    const former = await served(llamaServerPages("former.gguf"));
    const first = catchMessages();
    await connect(former.port);
    await said(first);
    const messages = catchMessages("Undo");
    const error = { message: "registry.ollama.ai/library/chatty does not support insert" };
    const outcome = { kind: "status", status: 400, body: { error } } as const;
    const model = await served(ollamaPages({ chatty: ["completion"] }), { outcome });
    await connect(model.port);
    assert.match(await said(messages), /chatty cannot fill in code at a cursor: take a model/);
    const back = ["llama.cpp", former.url, "former.gguf"].join();
    await until("the former one is back", () => connection().join() === back);
  });

  test("Cancel while a model is tried brings the former one back", async () => {
    const former = await served(llamaServerPages("former.gguf"));
    const first = catchMessages();
    await connect(former.port);
    await said(first);
    const messages = catchMessages();
    const slow = await served(llamaServerPages("slow.gguf"), { outcome: { kind: "silent" } });
    cancelProgress(() => until("the model is asked", () => slow.records[0]));
    await connect(slow.port);
    assert.deepEqual(connection(), ["llama.cpp", former.url, "former.gguf"]);
    assert.deepEqual(messages, []);
  });

  test("a model that only chats is asked in words where the person says so", async () => {
    const messages = catchMessages("Ask in Words");
    const model = await served(ollamaPages({ chatty: ["completion"] }), {
      tokens: ["Sure! Here is the rest of it."],
    });
    await connect(model.port);
    await until("it is tried in words", () => messages[1]);
    assert.match(messages[0] ?? "", /chatty answers, but not with what belongs between/);
    assert.equal(completeBy(), "instruct");
    assert.equal(model.records.at(-1)?.path, "/api/chat");
    model.script = { tokens: ["total += number;"] };
    const another = catchMessages();
    const other = await served(llamaServerPages("coder.gguf"));
    await connect(other.port);
    await said(another);
    assert.equal(completeBy(), "auto", "the next one is asked as it is best asked");
  });

  test("what is tried is the model alone, and the fallbacks stand in again behind it", async () => {
    const messages = catchMessages();
    const fallback = await served(llamaServerPages("fallback.gguf"));
    const first = await served(llamaServerPages("first.gguf"));
    await connect(first.port);
    await said(messages);
    const fallbacks = [{ kind: "llama.cpp", url: fallback.url, model: "" }];
    await setSettings({ "slipstream.upstream.fallbacks": fallbacks });
    const warnings = catchMessages();
    const down = { kind: "status", status: 500, body: { error: "out of memory" } } as const;
    const broken = await served(llamaServerPages("broken.gguf"), { outcome: down });
    await connect(broken.port);
    assert.match(await said(warnings), /has an error of its own/);
    assert.deepEqual(fallback.records, []);
    await showFile("stands-in.ts", "");
    assert.equal((await pressAndHear("q")).result.suggestion?.origin, "remote");
    assert.equal(fallback.records.length, 1);
  });

  test("a model that does not read what stands behind the cursor is told", async () => {
    const messages = catchMessages();
    const tokens = ["total += number;\n  }\n  return total;\n}\n"];
    const model = await served(ollamaPages({ chatty: ["completion"] }), { tokens });
    await connect(model.port);
    assert.match(await said(messages), /chatty answers, but not with what belongs between/);
  });

  test("a wrong key is said to be one", async () => {
    const messages = catchMessages();
    const key = "sk-right-key-1234567";
    const outcome = { kind: "status", status: 401, body: { error: "Unauthorized" } } as const;
    const model = await served(vllmPages("big", key), { outcome });
    answerInputs("sk-wrong-key-7654321", "sk-wrong-key-7654321", "big"); // "all the same"
    await connect(model.port);
    const message = await said(messages);
    assert.match(message, /refuses the key: set the one that belongs to this address\./);
    assert.doesNotMatch(message, /sk-/);
    assert.equal(model.records.at(-1)?.headers.authorization, "Bearer sk-wrong-key-7654321");
    const { logLines } = await slipstream();
    assert.ok(!logLines().some((line) => line.includes("sk-wrong-key")));
  });

  test("a key that is right is kept in the secret storage and reads the list of models", async () => {
    const messages = catchMessages();
    const key = "sk-right-key-1234567";
    const model = await served(vllmPages("big", key));
    answerInputs(key);
    await connect(model.port);
    assert.match(await said(messages), /big is connected/);
    assert.equal(model.records.at(-1)?.headers.authorization, `Bearer ${key}`);
    const all = JSON.stringify(vscode.workspace.getConfiguration("slipstream"));
    assert.ok(!all.includes(key));
  });

  test("a server that needs a model's name is connected with one alone", async () => {
    const messages = catchMessages();
    const model = await served(ollamaPages({}));
    answerInputs(model.url, "", "", " coder:1b ");
    await connect();
    await said(messages);
    assert.deepEqual(connection(), ["ollama", model.url, "coder:1b"]);
  });

  test("an address where nothing listens is said to be one", async () => {
    const messages = catchMessages();
    const port = await freePort();
    answerInputs(`http://127.0.0.1:${port}`, "", "some-model");
    await connect();
    assert.match(await said(messages), new RegExp(`Nothing answers at 127\\.0\\.0\\.1:${port}`));
  });

  test("with a team's gateway the model is the gateway's, and nothing changes", async () => {
    const messages = catchMessages();
    const port = await freePort();
    await setSettings({ "slipstream.gateway.url": `ws://127.0.0.1:${port}` });
    await vscode.commands.executeCommand("slipstream.connectModel", []);
    assert.match(await said(messages), /Your team's gateway has the model/);
    assert.deepEqual(connection(), ["none", "", ""]);
    await setSettings({ "slipstream.gateway.url": undefined });
  });
});
