/** Chat as a person uses it: the commands, the view, and code that is taken from an answer. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ScriptedChat } from "../helpers/scriptedChat.ts";
import { type ChatWindow, openChatWindow, runCommand } from "./chatWindow.ts";

const program = "export function area(r: number): number {\n  return r * r;\n}\n";

void describe("Chat", () => {
  const model = new ScriptedChat();
  let window: ChatWindow;

  before(async () => {
    await model.listen();
    window = await openChatWindow({ "area.ts": program }, model.url);
  });
  after(async () => {
    await window.close();
    model.close();
  });

  void it("answers a question from the palette in streamed text", async () => {
    const { page, view } = window;
    model.script = { pieces: ["It is ", "the **square**", " of `r`."], pieceMs: 30 };
    await runCommand(page, "Ask");
    await view.question.waitFor();
    await page.keyboard.type("What is this?");
    await page.keyboard.press("Enter");
    await view.whole();
    assert.match(await view.answers.last().innerText(), /It is the square of r\./);
    assert.equal(model.last.messages.at(-1)?.content, "What is this?");
    await page.screenshot({ path: "/tmp/chat1.png" });
  });
});
