/** Edit Selection as a person uses it: proposed beside the document, accepted, refused, or too late. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ScriptedChat } from "../helpers/scriptedChat.ts";
import {
  type ChatWindow,
  editorText,
  openByName,
  openChatWindow,
  runCommand,
} from "./chatWindow.ts";
import { saveAs } from "./typist.ts";

const program = "function area(r) {\n  return r * r;\n}\n\nfunction other() {}\n";
const edited = program.replace("r * r", "Math.PI * r ** 2");

void describe("Edit Selection", () => {
  const model = new ScriptedChat();
  let window: ChatWindow;

  before(async () => {
    await model.listen();
    model.script = { pieces: ["```js\n", "return Math.PI", " * r ** 2;\n", "```"], pieceMs: 20 };
    window = await openChatWindow({ "area.js": program }, model.url);
  });
  after(async () => {
    await window.close();
    model.close();
  });

  const isShown = (text: string) =>
    editorText(window.page, (shown) => shown.trimEnd() === text.trimEnd());
  const comparison = () => window.page.locator(".monaco-diff-editor");
  /** Has the second line edited. */
  const wish = async (words: string) => {
    const { page } = window;
    await openByName(page, "area.js");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+Home");
    await runCommand(page, "Edit Selection");
    await page.getByText("What is to change in the selected lines?").waitFor();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
  };
  /** Types at the end of the second line. */
  const changeLine = async () => {
    const { keyboard } = window.page;
    for (const key of ["Control+Home", "ArrowDown", "End"]) await keyboard.press(key);
    await keyboard.type(" // mine");
  };
  /** Has the second line edited, and waits for the comparison. */
  const propose = async () => {
    const { page } = window;
    await wish("a real circle");
    await page.locator(".tab.active", { hasText: "proposed edit" }).waitFor();
    const proposed = comparison().locator(".modified .view-lines");
    await proposed.getByText("Math.PI").first().waitFor();
  };

  void it("that is accepted changes the document, and one undo takes it back", async () => {
    const { page } = window;
    await propose();
    assert.match(model.last.messages.at(-1)?.content ?? "", /Wanted: a real circle$/);
    await comparison().locator(".modified .view-lines").click();
    await page.keyboard.press("Control+Enter");
    await comparison().waitFor({ state: "detached" });
    await isShown(edited);
    await saveAs(page, join(window.folder, "area.js"), edited);
    await page.keyboard.press("Control+z");
    await isShown(program);
    await saveAs(page, join(window.folder, "area.js"), program);
  });

  void it("that is refused leaves the document as it is", async () => {
    const { page } = window;
    await propose();
    await page.getByRole("button", { name: "Refuse Proposed Edit" }).click();
    await comparison().waitFor({ state: "detached" });
    await openByName(page, "area.js");
    await isShown(program);
  });

  void it("follows what is changed elsewhere meanwhile", async () => {
    const { page } = window;
    await propose();
    await openByName(page, "area.js");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("const above = 1;");
    await page.keyboard.press("Enter");
    await runCommand(page, "Accept Proposed Edit");
    await page.locator(".tab", { hasText: "proposed edit" }).waitFor({ state: "detached" });
    await isShown(`const above = 1;\n${edited}`);
    for (let times = 0; times < 6; times++) await page.keyboard.press("Control+z");
    await isShown(program);
  });

  void it("is not made where the same lines were changed meanwhile, and says so", async () => {
    const { page } = window;
    await propose();
    await openByName(page, "area.js");
    await changeLine();
    await runCommand(page, "Accept Proposed Edit");
    await comparison().waitFor({ state: "detached" });
    await runCommand(page, "Show Notifications", "Notifications");
    await page.locator(".notification-list-item", { hasText: "changed meanwhile" }).waitFor();
    await openByName(page, "area.js");
    await isShown(program.replace("r * r;", "r * r; // mine"));
  });

  void it("shows no comparison where the lines are changed while the model answers", async () => {
    const { page } = window;
    const { script } = model;
    model.script = { pieces: ["```js\n", "return 1;\n", "```"], pieceMs: 3_000 };
    await runCommand(page, "Clear All Notifications", "Notifications");
    await wish("one");
    await runCommand(page, "Show Notifications", "Notifications");
    await page.locator(".notification-list-item", { hasText: "editing the selection" }).waitFor();
    await openByName(page, "area.js");
    await changeLine();
    await runCommand(page, "Show Notifications", "Notifications");
    await page.locator(".notification-list-item", { hasText: "changed meanwhile" }).waitFor();
    assert.equal(await comparison().count(), 0);
    model.script = script;
  });

  void it("takes nothing from an answer without code", async () => {
    const { page } = window;
    model.script = { pieces: ["I cannot do that."], pieceMs: 0 };
    await runCommand(page, "Clear All Notifications", "Notifications");
    await openByName(page, "area.js");
    await runCommand(page, "Edit Selection");
    await page.getByText("What is to change in the selected lines?").waitFor();
    await page.keyboard.type("anything");
    await page.keyboard.press("Enter");
    await runCommand(page, "Show Notifications", "Notifications");
    await page
      .locator(".notification-list-item", { hasText: "It said: I cannot do that." })
      .waitFor();
    assert.equal(await comparison().count(), 0);
  });
});
