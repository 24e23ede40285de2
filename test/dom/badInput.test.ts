/** What a person sees of a model server that refuses the key: one message, one warning, and drafts all the same. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  focusEditor,
  openEditorWindow,
  scratchFolder,
  type EditorWindow,
} from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { testedVsix } from "../package.ts";
import { slipstreamStatus, typeLikeAPerson, waitForGhostText, waitForStatus } from "./typist.ts";

const random = seededRandom(Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7));
const words = "const first = 1;\nconst second = 2;\n";

void describe("A model server that refuses the key", () => {
  const folder = scratchFolder();
  const file = join(folder, "words.ts");
  const model = new ScriptedUpstream({
    outcome: { kind: "status", status: 401, body: { error: { message: "no such key" } } },
  });
  let window: EditorWindow;

  before(async () => {
    writeFileSync(file, words);
    await model.listen();
    window = await openEditorWindow({
      vsix: [await testedVsix()],
      folder,
      open: [file],
      settings: { "editor.quickSuggestions": false, "editor.suggestOnTriggerCharacters": false },
      machineSettings: {
        "slipstream.upstream.kind": "openai-compatible",
        "slipstream.upstream.url": model.url,
      },
    });
    await waitForStatus(window.page, (status) => status.includes("zap"));
    await window.page.keyboard.press("Control+End");
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  /** The messages in the notification centre: a driven window shows them only there. */
  const messages = () => window.page.locator(".notifications-center .notification-list-item");
  const focusText = async () => {
    await focusEditor(window.page);
    await window.page.keyboard.press("Control+End");
  };
  const showMessages = async () => {
    const { page } = window;
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input[type='text']").waitFor();
    await page.keyboard.insertText("Notifications: Show Notifications");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Show Notif" }).waitFor();
    await page.keyboard.press("Enter");
    await messages().first().waitFor();
  };

  void it("is told in one message with a button, however many keys are pressed", async () => {
    const { page } = window;
    await typeLikeAPerson(page, "const second = 2;\nconst s", random);
    await waitForGhostText(page, (ghost) => ghost.startsWith("econd"));
    assert.ok(model.records.length > 5);
    await showMessages();
    const told = await messages().allInnerTexts();
    assert.equal(told.length, 1, told.join("\n\n"));
    assert.match(told[0] ?? "", /Slipstream: .*refused the key \(401\)/);
    assert.equal(await messages().getByRole("button", { name: "Set API Key" }).count(), 1);
  });

  void it("turns the status item into a warning whose tooltip says what to do", async () => {
    const { page } = window;
    await waitForStatus(page, (status) => status.startsWith("warning"));
    const item = slipstreamStatus(page);
    assert.match((await item.getAttribute("class")) ?? "", /warning-kind/);
    await item.hover();
    const tooltip = page.locator(".monaco-hover").filter({ hasText: "Slipstream" });
    await tooltip.waitFor();
    const text = await tooltip.innerText();
    assert.match(text, /refused the key \(401\).*Run “Slipstream: Set Upstream API Key”/s);
    await page.mouse.move(0, 0); // the tooltip would lie over the messages
    await tooltip.waitFor({ state: "hidden" });
  });

  void it("asks for the key when the button is pressed, and is told again if it is wrong too", async () => {
    const { page } = window;
    await messages().getByRole("button", { name: "Set API Key" }).click();
    const box = page.locator(".quick-input-widget input[type='password']");
    await box.waitFor();
    await page.keyboard.type("another-wrong-key");
    await page.keyboard.press("Enter");
    await waitForStatus(page, (status) => status.startsWith("zap"));
    await focusText();
    await typeLikeAPerson(page, "e", random);
    await showMessages();
    assert.equal(model.records.at(-1)?.headers.authorization, "Bearer another-wrong-key");
    assert.equal(await messages().count(), 1);
    assert.ok(!(await messages().innerText()).includes("another-wrong-key"));
  });

  void it("is over when the server takes the key", async () => {
    const { page } = window;
    model.script = { tokens: ["one = 3;"] };
    await focusText();
    await typeLikeAPerson(page, "z", random); // the draft on the screen does not go on so
    await waitForGhostText(page, (ghost) => ghost.startsWith("one = 3;"));
    await waitForStatus(page, (status) => status.startsWith("zap"));
  });
});
