/** What @slipstream is told in the editor's own chat, of which the editor of the tests has none. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { systemClock } from "../../../src/base/clock.ts";
import type { ChatSource } from "../../../src/chat/source.ts";
import { participant } from "../../../src/extension/chat/participant.ts";
import { FileRules } from "../../../src/extension/fileRules.ts";
import { parseChatQuestion } from "../../../src/wire/chat.ts";
import { fakeEnd, textPiece } from "../../helpers/fakeSource.ts";
import { inFolder, writeInFolder } from "./editorWindow.ts";

suite("@slipstream", () => {
  const rules = new FileRules(systemClock);
  const questions: string[] = [];
  const source: ChatSource = async function* (question) {
    questions.push(question);
    yield textPiece("Fine.");
    await Promise.resolve();
    yield fakeEnd;
  };
  const ask = participant({ source, rules, isHosted: () => false });

  suiteSetup(() => {
    writeInFolder("asked/.slipstreamignore", "secret.ts\n");
    writeInFolder("asked/secret.ts", "const key = 1;\n");
    writeInFolder("asked/a.ts", "one();\n  two();\nthree();\n");
  });
  suiteTeardown(() => {
    rules.dispose();
    rmSync(inFolder("asked"), { recursive: true });
  });

  const at = (path: string) => vscode.Uri.file(inFolder(path));
  /** Asks, and returns what was said, what the model was told and what the editor keeps. */
  const asked = async (prompt: string, values: unknown[], history: unknown[] = []) => {
    let said = "";
    const references = values.map((value) => ({ id: "a reference", value }));
    const result = await ask(
      { prompt, references } as unknown as vscode.ChatRequest,
      { history } as vscode.ChatContext,
      { markdown: (text: string) => (said += text) } as unknown as vscode.ChatResponseStream,
      new vscode.CancellationTokenSource().token,
    );
    const question = questions.pop();
    const turns = question === undefined ? [] : parseChatQuestion(question).turns;
    return { said, told: turns.map(({ text }) => text), result };
  };

  test("is given the files and the parts of files that go with a question", async () => {
    const part = new vscode.Location(at("asked/a.ts"), new vscode.Range(1, 2, 1, 8));
    const { said, told } = await asked("Why?", [at("asked/a.ts"), part]);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /asked\/a\.ts:\n```typescript\none\(\);\n {2}two[^]*Why\?$/);
    assert.match(told[0] ?? "", /asked\/a\.ts, line 2:\n```typescript\n {2}two\(\);\n```/);
    assert.equal(said, "Fine.");
  });

  test("says what it is not given: what may not be sent, and what is no text of a file", async () => {
    const { said, told } = await asked("Why?", [at("asked/secret.ts"), at("asked"), "some text"]);
    assert.deepEqual(told, ["Why?"]);
    assert.match(
      said,
      /^> Not given [^\n]*`[^`]*asked\/secret\.ts`, `[^`]*asked`, `a reference`\n\nFine\.$/,
    );
  });

  test("is told the turns before with what went with them, but not our own words", async () => {
    const first = await asked("Why?", [at("asked/secret.ts")]);
    const history = [
      turn(vscode.ChatRequestTurn, { prompt: "Why?", references: [{ value: at("asked/a.ts") }] }),
      turn(vscode.ChatResponseTurn, {
        response: [new vscode.ChatResponseMarkdownPart(first.said)],
        result: first.result,
      }),
    ];
    const { told } = await asked("And now?", [], history);
    assert.match(told[0] ?? "", /asked\/a\.ts:[^]*Why\?$/);
    assert.deepEqual(told.slice(1), ["Fine.", "And now?"]);
  });

  test("says that the oldest turns were left out", async () => {
    const long = turn(vscode.ChatRequestTurn, { prompt: "x".repeat(600_000), references: [] });
    const { said, told } = await asked("And now?", [], [long]);
    assert.deepEqual(told, ["And now?"]);
    assert.match(said, /^> Shortened context[^\n]*\n\nFine\.$/);
  });

  test("says that there is nothing to answer", async () => {
    const { told, result } = await asked("", []);
    assert.deepEqual(told, []);
    assert.match(JSON.stringify(result), /no text to answer/);
  });
});

/** The editor alone makes these. */
function turn<T extends object>({ prototype }: { readonly prototype: T }, values: object): T {
  return Object.assign(Object.create(prototype) as T, values);
}
