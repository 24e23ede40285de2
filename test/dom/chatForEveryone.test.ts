/** Chat by the keyboard alone, in each theme, with a lost link, and without a model. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { startHostedGateway, teamToken } from "../helpers/hostedGateway.ts";
import { ScriptedChat } from "../helpers/scriptedChat.ts";
import { TcpRelay } from "../helpers/tcpRelay.ts";
import { seriousFindings } from "./accessibility.ts";
import {
  type ChatWindow,
  editorText,
  openByName,
  openChatWindow,
  runCommand,
  write,
} from "./chatWindow.ts";
import { photograph } from "./photograph.ts";
import { waitForStatus } from "./typist.ts";

const program = "export function area(r: number): number {\n  return r * r;\n}\n";
const answer = `The function gives the **square** of \`r\`, not the area of a circle:

1. It lacks the factor π.
2. Its name promises more.

\`\`\`ts
// The area of a circle of this radius.
export function area(radius: number): number {
  return Math.PI * radius ** 2;
}
\`\`\`

See [the formula](https://example.com/circle).
`;
/** By the name of the picture: what the editor calls the theme in its list, and within. */
const themes = [
  ["light", "Light Modern", "Light Modern"],
  ["dark", "Dark Modern", "Dark Modern"],
  ["high-contrast", "Dark High Contrast", "Default High Contrast"],
  ["high-contrast-light", "Light High Contrast", "Default High Contrast Light"],
] as const;

/** The frame of the view's own page. */
async function viewFrame(page: Page) {
  const outer = await page.locator("iframe.webview").elementHandle();
  const inner = await (await outer.contentFrame())?.waitForSelector("iframe#active-frame");
  const frame = await inner?.contentFrame();
  assert.ok(frame);
  return frame;
}

/** Presses Tab until the focus is on a button that says this; where the focus went for a failure. */
async function tabTo(window: ChatWindow, name: string): Promise<void> {
  const frame = await viewFrame(window.page);
  const passed: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    const label = await frame.evaluate(() => {
      const focused = document.activeElement;
      return focused?.ariaLabel ?? focused?.textContent ?? "";
    });
    passed.push(label.slice(0, 20));
    if (label === name) return;
    await window.page.keyboard.press("Shift+Tab");
  }
  assert.fail(`no ${name} among ${passed.join(" | ")}`);
}

void describe("Chat for everyone", () => {
  const model = new ScriptedChat();
  let window: ChatWindow;

  before(async () => {
    await model.listen();
    model.script = { pieces: answer.match(/[^]{1,8}/g) ?? [], pieceMs: 5 };
    window = await openChatWindow({ "empty.ts": "", "area.ts": program }, model.url);
  });
  after(async () => {
    await window.close();
    model.close();
  });

  void it("is asked, read and taken from by the keyboard alone", async () => {
    const { page, view } = window;
    await openByName(page, "area.ts");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+k");
    await page.keyboard.press("a");
    await view.focused();
    await page.keyboard.type("What is wrong?");
    await page.keyboard.press("Enter");
    await view.whole("the formula");
    await tabTo(window, "Copy");
    await page.keyboard.press("Enter");
    await openByName(page, "empty.ts");
    await page.keyboard.press("Control+v");
    await editorText(page, (text) => text.endsWith("return Math.PI * radius ** 2;\n}"));
    await page.keyboard.press("Control+k");
    await page.keyboard.press("a");
    await view.focused();
    await tabTo(window, "Edit Question");
    await page.keyboard.press("Enter");
    await view.focused();
    await page.keyboard.press("Escape");
    await view.locator(".editing").waitFor({ state: "hidden" });
    await tabTo(window, "Ask Again");
    await page.keyboard.press("Enter");
    while (model.records.length < 2) await page.waitForTimeout(20);
    await view.whole("the formula");
    assert.equal(model.records.length, 2);
  });

  for (const [name, theme, id] of themes) {
    void it(`has no serious finding of axe in ${theme}`, async () => {
      const { page, view } = window;
      await runCommand(page, "Color Theme", "Preferences");
      const field = ".quick-input-widget .quick-input-box input";
      await write(page.locator(`${field}[placeholder*="Color Theme"]`), theme);
      await page
        .locator(".quick-input-list .monaco-list-row.focused", { hasText: theme })
        .waitFor();
      await page.keyboard.press("Enter");
      await view.locator(`body[data-vscode-theme-id="${id}"]`).waitFor();
      await photograph(page, `chat-${name}`);
      const frame = await viewFrame(page);
      await frame.evaluate(() => {
        // The page lets the side bar's colour through, which axe cannot see.
        document.body.style.background = "var(--vscode-sideBar-background)";
      });
      assert.deepEqual(await seriousFindings(frame), []);
    });
  }
});

void describe("Chat over a link that is cut", () => {
  const model = new ScriptedChat();
  const releases: (() => unknown)[] = [];
  let relay: TcpRelay;
  let window: ChatWindow;

  before(async () => {
    await model.listen();
    const gateway = await startHostedGateway(model.url, (action) => releases.push(action));
    relay = new TcpRelay(Number(new URL(gateway.http).port));
    const port = await relay.listen();
    const machineSettings = { "slipstream.gateway.url": `ws://127.0.0.1:${port}` };
    window = await openChatWindow({ "area.ts": program }, undefined, { machineSettings });
  });
  after(async () => {
    await window.close();
    relay.dispose();
    for (const release of releases.reverse()) await release();
    model.close();
  });

  void it("goes on where it was, and its text is complete", async () => {
    const { page, view } = window;
    await waitForStatus(page, () => true); // the extension is there
    await runCommand(page, "Set Gateway Token");
    await page.locator(".quick-input-widget input[type=password]").waitFor();
    await page.keyboard.type(teamToken);
    await page.keyboard.press("Enter");
    await waitForStatus(page, (status) => status.includes("zap"));
    const words = Array.from({ length: 300 }, (_, at) => `word${at} `);
    model.script = { pieces: words, pieceMs: 20 };
    await runCommand(page, "Ask");
    await view.focused();
    await page.keyboard.type("A long one?");
    await page.keyboard.press("Enter");
    await view.answers.last().getByText("word50 ").waitFor();
    relay.cut();
    await view.whole("word299");
    const text = await view.answers.last().locator(".text").innerText();
    assert.equal(text.trim(), words.join("").trim());
    assert.equal(model.records.length, 1);
  });
});

void describe("Chat without a model", () => {
  void it("says so, and leads to where one is set up", async () => {
    const window = await openChatWindow({ "area.ts": program }, undefined);
    try {
      const { page, view } = window;
      await runCommand(page, "Ask");
      await view.locator(".notice", { hasText: "No model that can chat" }).waitFor();
      await view.button("Set Up a Model").click();
      await page.locator(".quick-input-widget", { hasText: "Connect a Model" }).waitFor();
    } finally {
      await window.close();
    }
  });
});
