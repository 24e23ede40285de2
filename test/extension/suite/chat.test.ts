/** Chat as other extensions and the completions beside it meet it. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { ScriptedChat } from "../../helpers/scriptedChat.ts";
import {
  closeAll,
  inFolder,
  linkReady,
  press,
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
import { endServers, startServer, useModel } from "./servers.ts";
import { catchNotices, restoreNotices } from "./stubs.ts";

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

  test("another extension's messages without text are no turns", async () => {
    model.script = { pieces: ["Two."], pieceMs: 0 };
    const [found] = await vscode.lm.selectChatModels({ vendor: "slipstream" });
    const answer = await found?.sendRequest(
      [
        vscode.LanguageModelChatMessage.User("One?"),
        vscode.LanguageModelChatMessage.Assistant(""),
        vscode.LanguageModelChatMessage.User("And two?"),
      ],
      {},
    );
    await answer?.text[Symbol.asyncIterator]().next();
    const asked = model.last.messages.filter(({ role }) => role !== "system");
    assert.deepEqual(asked, [{ role: "user", content: "One?\n\nAnd two?" }]);
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

  test("text of a file that a rule forbids is not sent, whatever address shows it", async () => {
    model.script = { pieces: ["Seen."], pieceMs: 0 };
    writeInFolder("private/.slipstreamignore", "*\n");
    writeInFolder("private/plan.ts", "const plan = 1;\n");
    writeInFolder("plain.ts", "const plain = 1;\n");
    const provider = vscode.workspace.registerFileSystemProvider("kept", new KeptStates());
    const notices = catchNotices();
    try {
      const askedAbout = async (path: string) => {
        const uri = vscode.Uri.file(inFolder(path)).with({
          scheme: "kept",
          query: "// an older state",
        });
        await show(uri);
        await vscode.commands.executeCommand("slipstream.explainSelection");
      };
      const asked = model.records.length;
      await askedAbout("private/plan.ts");
      await until("a person is told", () => notices.length > 0);
      assert.match(notices[0] ?? "", /plan\.ts is not sent: it is a file of secrets/);
      await askedAbout("plain.ts");
      await until("the model is asked", () => model.records.length > asked);
      assert.equal(model.records.length, asked + 1);
      assert.match(model.last.messages.at(-1)?.content ?? "", /plain\.ts:[^]*an older state/);
    } finally {
      restoreNotices();
      provider.dispose();
      rmSync(inFolder("private"), { recursive: true });
    }
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

/** What an address shows here stands in its query, as with the states of files that git's extension shows. */
class KeptStates implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  stat({ query }: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: query.length };
  }

  readFile({ query }: vscode.Uri): Uint8Array {
    return Buffer.from(query);
  }

  watch = () => new vscode.Disposable(() => undefined);
  readDirectory = () => [];
  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;
}

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions();
}

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
