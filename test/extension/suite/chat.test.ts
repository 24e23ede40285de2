/** Chat as other extensions and the completions beside it meet it. */
import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { ScriptedChat } from "../../helpers/scriptedChat.ts";
import {
  closeAll,
  linkReady,
  press,
  quietEditor,
  reportsOf,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  until,
} from "./editorWindow.ts";
import { endServers, startServer, useModel } from "./servers.ts";

const modelMs = 20;
/** Keys of one round; rounds with a chat and without one take turns. */
const roundKeys = 15;
const rounds = 4;
/** A person's pace. */
const keyMs = 120;

suite("Chat", () => {
  const model = new ScriptedChat();
  suiteSetup(async () => {
    await quietEditor();
    await startServer(model);
    await useModel(model.url);
    const view = await slipstream();
    await until("the model is there", () => {
      const state = view.link();
      return state.kind === "ready" && state.welcome.session !== "";
    });
  });
  suiteTeardown(async () => {
    await closeAll();
    await restoreSettings();
    await endServers();
  });

  test("the gateway's model is offered to the editor's own chat, and answers in pieces", async () => {
    model.script = { pieces: ["It ", "is ", "two."], pieceMs: 30 };
    const found = await until("the model is offered", async () => {
      const models = await vscode.lm.selectChatModels({ vendor: "slipstream" });
      return models[0];
    });
    const question = [
      vscode.LanguageModelChatMessage.User("One?"),
      vscode.LanguageModelChatMessage.Assistant("One."),
      vscode.LanguageModelChatMessage.User("And two?"),
    ];
    const { text } = await found.sendRequest(question, {});
    let answer = "";
    for await (const piece of text) answer += piece;
    assert.equal(answer, "It is two.");
    const asked = model.last.messages.filter(({ role }) => role !== "system");
    assert.deepEqual(asked, [
      { role: "user", content: "One?" },
      { role: "assistant", content: "One." },
      { role: "user", content: "And two?" },
    ]);
    assert.ok((await found.countTokens("some words to count")) > 0);
  });

  test("a cancelled request of another extension stops the model", async () => {
    model.script = { pieces: Array.from({ length: 500 }, () => "word "), pieceMs: 20 };
    const [found] = await vscode.lm.selectChatModels({ vendor: "slipstream" });
    const source = new vscode.CancellationTokenSource();
    const answer = await found?.sendRequest(
      [vscode.LanguageModelChatMessage.User("Long?")],
      {},
      source.token,
    );
    void answer?.text[Symbol.asyncIterator]().next();
    await until("it is asked", () => model.last.sentPieces > 3);
    source.cancel();
    await until("the model is told", () => model.last.isCutOff);
  });

  test("completions come as fast while a long answer streams", async () => {
    model.completion = { text: "Never(what, is, typed);", afterMs: modelMs };
    model.script = {
      pieces: Array.from({ length: 20_000 }, (_, at) => `word ${at} of a long answer. `),
      pieceMs: 10,
    };
    await setSettings({
      "slipstream.engine.suggestions": "quiet",
      "slipstream.speculation": false,
    });
    await linkReady();
    const alone: number[] = [];
    const beside: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(...(await typedRound(`alone${round}.ts`)));
      await showFile("asked.ts", "const asked = 1;\n");
      await vscode.commands.executeCommand("slipstream.newChat");
      void vscode.commands.executeCommand("slipstream.explainSelection");
      const asked = model.records.length;
      await until("an answer streams", () => (model.records[asked]?.sentPieces ?? 0) > 10);
      const before = model.last.sentPieces;
      beside.push(...(await typedRound(`beside${round}.ts`)));
      assert.ok(
        !model.last.isComplete && model.last.sentPieces > before,
        "it streamed all the time",
      );
      await vscode.commands.executeCommand("slipstream.newChat");
      await until("the model is told", () => model.last.isCutOff);
    }
    const [without, withChat] = [medianOf(alone), medianOf(beside)];
    console.log(
      `first text of a completion, p50: ${without.toFixed(2)} ms without a chat (${alone.length}), ` +
        `${withChat.toFixed(2)} ms beside one (${beside.length})`,
    );
    assert.ok(alone.length > 40 && beside.length > 40);
  }).timeout(180_000);
});

/** Types at a person's pace what no answer fits; the times from the key to the model's first text. */
async function typedRound(path: string): Promise<number[]> {
  await showFile(path, "// a file\n");
  for (let key = 0; key < roundKeys; key++) {
    await press("abcdefghij".charAt(key % 10));
    await new Promise((resolve) => setTimeout(resolve, keyMs));
  }
  const reports = await reportsOf(path);
  return reports.flatMap(({ result }) => result.timings.firstPieceMs ?? []);
}

const medianOf = (samples: readonly number[]): number =>
  samples.toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? NaN;
