/// <reference lib="dom" />
/** Chat as a person uses it: the commands, the view, and code that is taken from an answer. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { focusEditor } from "../editor/workbench.ts";
import { ScriptedChat } from "../helpers/scriptedChat.ts";
import {
  type ChatWindow,
  chooseInContextMenu,
  editorText,
  openByName,
  openChatWindow,
  runCommand,
} from "./chatWindow.ts";

const program = "export function area(r: number): number {\n  return r * r;\n}\n";
const blocks = [
  ["ts", "const first = 1;"],
  ["python", "second = 2"],
  ["zig", "const third = 3;"],
] as const;
const answerWithCode = blocks
  .map(([language, code]) => `In ${language}:\n\n\`\`\`${language}\n${code}\n\`\`\`\n\n`)
  .join("");
/** In pieces as a model writes. */
const pieces = (text: string) => text.match(/[^]{1,6}/g) ?? [];

/** Waits until what was copied has come to the clipboard; the page must have the keyboard. */
async function clipboardHas(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.waitForFunction(
    async (wanted) => (await navigator.clipboard.readText()).includes(wanted),
    text,
  );
}

void describe("Chat", () => {
  const model = new ScriptedChat();
  let window: ChatWindow;

  before(async () => {
    await model.listen();
    window = await openChatWindow(
      {
        ".gitignore": "ignored.ts\n",
        "ignored.ts": "const ignored = 1;\n",
        ".env": "KEY=hidden\n",
        "target.txt": "",
        "broken.json": '{\n  "colour": \n}\n',
        "area.ts": program,
      },
      model.url,
    );
  });
  after(async () => {
    await window.close();
    model.close();
  });

  const lastQuestion = () => model.last.messages.at(-1)?.content ?? "";
  const selectAll = async (file: string) => {
    await openByName(window.page, file);
    await window.page.keyboard.press("Control+a");
  };

  void it("answers a question from the palette in streamed text", async () => {
    const { page, view } = window;
    model.script = { pieces: ["It is ", "the **square**", " of `r`."], pieceMs: 30 };
    await runCommand(page, "Ask");
    await view.focused();
    await page.keyboard.type("What is this?");
    await page.keyboard.press("Enter");
    await view.whole("It is the square of r.");
    assert.equal(lastQuestion(), "What is this?");
  });

  void it("asks by its keys with what is selected as a chip, which can be taken off", async () => {
    const { page, view } = window;
    model.script = { pieces: ["Asked by keys."], pieceMs: 0 };
    await selectAll("area.ts");
    await page.keyboard.press("Control+k");
    await page.keyboard.press("a");
    await view.focused();
    await view.locator(".composer .chip", { hasText: "area.ts, lines 1-3" }).waitFor();
    await page.keyboard.press("Shift+Tab"); // from the question to the chip's button
    await page.keyboard.press("Enter");
    await view.locator(".composer .chip").waitFor({ state: "detached" });
    await view.focused();
    await page.keyboard.type("Without it.");
    await page.keyboard.press("Enter");
    await view.whole("Asked by keys.");
    assert.equal(lastQuestion(), "Without it.");
  });

  for (const [title, asked] of [
    ["Explain Selection", "Explain this code."],
    ["Fix Selection", "Find what is wrong with this code, and mend it."],
    ["Write Tests", "Write tests for this code."],
  ] as const) {
    void it(`does “${title}” from the editor's context menu`, async () => {
      const { page, view } = window;
      model.script = { pieces: [`Done: ${title}.`], pieceMs: 0 };
      await selectAll("area.ts");
      await chooseInContextMenu(page, title);
      await view.whole(`Done: ${title}.`);
      assert.match(lastQuestion(), /area\.ts, lines 1-3:\n```typescript\nexport function area/);
      assert.ok(lastQuestion().endsWith(asked));
    });
  }

  void it("shows with an edited question what goes with it, which can be taken off", async () => {
    const { page, view } = window;
    model.script = { pieces: ["Without the code."], pieceMs: 0 };
    const chip = view.locator(".composer .chip", { hasText: "area.ts, lines 1-3" });
    await view.button("Edit Question").last().click();
    await chip.waitFor();
    await view.focused();
    await page.keyboard.press("Escape");
    await chip.waitFor({ state: "detached" });
    await view.button("Edit Question").last().click();
    await chip.getByRole("button").click();
    await chip.waitFor({ state: "detached" });
    await view.ask("Without it?");
    await view.whole("Without the code.");
    assert.equal(lastQuestion(), "Without it?");
  });

  void it("goes on with an edit, and what goes with it, when the view was hidden", async () => {
    const { page, view } = window;
    const explained = view.locator(".question", { hasText: "Explain this code." });
    await view.question.fill("half a quest");
    await explained.getByRole("button", { name: "Edit Question" }).click();
    await view.question.fill("Explain it well.");
    await runCommand(page, "Toggle Primary Side Bar Visibility", "View");
    await view.question.waitFor({ state: "detached" });
    await runCommand(page, "Toggle Primary Side Bar Visibility", "View");
    await view.locator(".composer .chip", { hasText: "area.ts, lines 1-3" }).waitFor();
    await view.locator(".editing").waitFor();
    assert.equal(await view.question.inputValue(), "Explain it well.");
    await view.button("Cancel").click();
    await view.locator(".composer .chip").waitFor({ state: "detached" });
    assert.equal(await view.question.inputValue(), "half a quest");
    await view.question.fill("");
  });

  void it("attaches a line that is selected behind its indentation with that", async () => {
    const { page, view } = window;
    model.script = { pieces: ["One line."], pieceMs: 0 };
    await openByName(page, "area.ts");
    for (const key of ["Control+Home", "ArrowDown", "End", "Shift+Home"])
      await page.keyboard.press(key);
    await chooseInContextMenu(page, "Explain Selection");
    await view.whole("One line.");
    assert.match(lastQuestion(), /area\.ts, line 2:\n```typescript\n {2}return r \* r;\n```/);
  });

  void it("puts a block of code in as deep as what it takes the place of", async () => {
    const { page, view } = window;
    model.script = { pieces: ["```ts\nconst s = r * r;\nreturn s;\n```\nDone."], pieceMs: 0 };
    await openByName(page, "area.ts");
    for (const key of ["Control+Home", "ArrowDown", "Shift+ArrowDown"])
      await page.keyboard.press(key);
    await view.ask("In two lines?");
    await view.whole("Done.");
    await view.answers.last().getByRole("button", { name: "Replace Selection" }).click();
    await editorText(
      page,
      (text) => text === program.replace("  return r * r;", "  const s = r * r;\n  return s;"),
    );
    await page.keyboard.press("Control+z");
    await editorText(page, (text) => text === program);
    await page.keyboard.press("Control+Home");
    await view.answers.last().getByRole("button", { name: "Insert at Cursor" }).click();
    const inserted = "const s = r * r;\nreturn s;\n";
    await editorText(page, (text) => text === `${inserted}${program}`);
    await page.keyboard.press("x"); // the editor has the keyboard
    await editorText(page, (text) => text === `${inserted}x${program}`);
    for (const before of [`${inserted}${program}`, program]) {
      await page.keyboard.press("Control+z");
      await editorText(page, (text) => text === before);
    }
  });

  void it("takes each of three blocks of code from a streamed answer", async () => {
    const { page, view } = window;
    model.script = { pieces: pieces(answerWithCode), pieceMs: 15 };
    await openByName(page, "target.txt");
    await page.keyboard.insertText("old");
    await page.keyboard.press("Control+a");
    await view.ask("Three ways?");
    await view.whole("In zig:");
    const inLast = view.answers.last().locator(".code");
    assert.equal(await inLast.count(), 3);
    for (const [at, [, code]] of blocks.entries())
      assert.equal(await inLast.nth(at).locator("code").textContent(), `${code}\n`);
    assert.ok((await inLast.nth(0).locator(".hljs-keyword").count()) > 0, "it has colours");

    await inLast.nth(0).getByRole("button", { name: "Replace Selection" }).click();
    await editorText(page, (text) => text === "const first = 1;");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await inLast.nth(1).getByRole("button", { name: "Insert at Cursor" }).click();
    await editorText(page, (text) => text === "const first = 1;\nsecond = 2");
    await inLast.nth(2).getByRole("button", { name: "Copy" }).click();
    await focusEditor(page);
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await clipboardHas(page, "const third = 3;");
    await page.keyboard.press("Control+v");
    await editorText(page, (text) => text === "const first = 1;\nsecond = 2\nconst third = 3;");
    await inLast.nth(1).getByRole("button", { name: "Open in New File" }).click();
    await page.locator(".tab.active", { hasText: "Untitled-1" }).waitFor();
    await editorText(page, (text) => text === "second = 2");
    await page.locator(".statusbar-item", { hasText: "Python" }).waitFor();
  });

  void it("stops in the middle: what has come stays, and the model is told", async () => {
    const { page, view } = window;
    model.script = { pieces: Array.from({ length: 500 }, (_, at) => `word${at} `), pieceMs: 20 };
    await view.ask("A long one?");
    await view.answers.last().getByText("word5 ").waitFor();
    await page.keyboard.press("Escape");
    await view.locator(".mark", { hasText: "Stopped" }).waitFor();
    await view.answers.last().getByRole("button", { name: "Ask Again" }).waitFor();
    const sent = model.last.sentPieces;
    assert.equal(model.last.isCutOff, true);
    assert.ok(sent < 200, `${sent} pieces`);
    assert.match(await view.answers.last().locator(".text").innerText(), /word5/);
  });

  void it("asks again, and with an edited question", async () => {
    const { view } = window;
    model.script = { pieces: ["Second try."], pieceMs: 0 };
    const count = await view.answers.count();
    await view.answers.last().getByRole("button", { name: "Ask Again" }).click();
    await view.whole("Second try.");
    assert.equal(lastQuestion(), "A long one?");
    assert.equal(await view.answers.count(), count);
    model.script = { pieces: ["Edited."], pieceMs: 0 };
    await view.button("Edit Question").last().click();
    await view.focused();
    await view.ask("A short one?");
    await view.whole("Edited.");
    assert.equal(lastQuestion(), "A short one?");
    assert.equal(await view.answers.count(), count);
  });

  for (const [file, why] of [
    ["ignored.ts", "git ignores it"],
    [".env", "a file of secrets"],
  ] as const) {
    void it(`sends nothing of ${file}, and says why`, async () => {
      const { page } = window;
      const asked = model.records.length;
      await selectAll(file);
      await runCommand(page, "Explain Selection");
      await runCommand(page, "Show Notifications", "Notifications");
      await page.locator(".notification-list-item", { hasText: why }).waitFor();
      await runCommand(page, "Clear All Notifications", "Notifications");
      assert.equal(model.records.length, asked);
    });
  }

  void it("attaches a file that is chosen", async () => {
    const { page, view } = window;
    model.script = { pieces: ["With a file."], pieceMs: 0 };
    await view.button("Attach code or a problem").click();
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "A File…" }).click();
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "area.ts" }).click();
    await view.locator(".composer .chip", { hasText: "area.ts" }).waitFor();
    await view.ask("And now?");
    await view.whole("With a file.");
    assert.match(lastQuestion(), /area\.ts:\n```typescript\nexport function area/);
  });

  void it("attaches a problem that is chosen, with the line it is in", async () => {
    const { page, view } = window;
    model.script = { pieces: ["With a problem."], pieceMs: 0 };
    await openByName(page, "broken.json");
    await page.locator(".view-overlays .squiggly-error").first().waitFor();
    await view.button("Attach code or a problem").click();
    const problem = page.locator(".quick-input-list .monaco-list-row", { hasText: "Problem:" });
    await problem.first().click();
    await view.locator(".composer .chip", { hasText: "broken.json, line" }).waitFor();
    await view.ask("What is missing?");
    await view.whole("With a problem.");
    assert.match(lastQuestion(), /broken\.json[^]*Value expected\n\n\s*("colour":|\})/);
  });

  void it("goes back to a conversation of this workspace, and exports it", async () => {
    const { page, view } = window;
    const chip = view.locator(".composer .chip", { hasText: "broken.json, line" });
    await view.button("Edit Question").last().click();
    await chip.waitFor();
    await runCommand(page, "New Conversation");
    await view.locator(".empty").waitFor();
    await chip.waitFor({ state: "detached" }); // it is no part of this one
    await runCommand(page, "Conversations");
    // Beside it are those that it was before a question was edited or asked again.
    const rows = page.locator(".quick-input-list .monaco-list-row", { hasText: "What is this?" });
    await rows.first().click();
    await view.whole("With a problem.");
    await runCommand(page, "Export Conversation as Markdown");
    await editorText(page, (text) => text.startsWith("## Question\n\nWhat is this?\n\n## Answer"));
  });

  void it("says why an answer failed and what to do", async () => {
    const { view } = window;
    model.script = { pieces: ["Half"], pieceMs: 0, isBroken: true };
    await view.ask("Does it break?");
    await view.locator(".problem").last().waitFor();
    assert.match(await view.locator(".problem").last().innerText(), /\. [A-Z]/);
    await view.answers.last().getByRole("button", { name: "Ask Again" }).waitFor();
  });
});
