/** From the command to the first ghost text of a model that was found on this machine, key by key. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { llamaServerPages, ollamaPages, vllmPages } from "../helpers/modelServerPages.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { listenOnUsualPort } from "../helpers/usualPort.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { photograph } from "./photograph.ts";
import { waitForGhostText } from "./typist.ts";

const shortcut = "Control+Alt+m";
/** Most of what is said here: at most 4 clicks or keys, under 10 s. */
const mostKeys = 4;
const longestMs = 10_000;

const rows = (page: Page) => page.locator(".quick-input-widget .quick-input-list .monaco-list-row");

void describe("Connect a Model", () => {
  const small = new ScriptedUpstream({ tokens: ["total += number;"] });
  const choice = new ScriptedUpstream({ tokens: ["total += number;"] });
  let window: ModelWindow;

  before(async () => {
    small.countedFor = () => ({ inputTokens: 200, cachedTokens: 0 });
    small.pageFor = llamaServerPages("qwen2.5-coder-1.5b-q8_0.gguf");
    await listenOnUsualPort(small);
    choice.pageFor = ollamaPages({
      "llama3.2:3b": ["completion", "tools"],
      "nomic-embed-text": ["embedding"],
      "qwen2.5-coder:7b": ["completion", "insert"],
    });
    await listenOnUsualPort(choice);
    window = await openModelWindow({
      files: { "new.ts": "" },
      keybindings: [{ key: "ctrl+alt+m", command: "slipstream.connectModel" }],
    });
  });
  after(async () => {
    await window.close();
    await small.close();
    await choice.close();
  });

  void it("takes at most four keys and ten seconds to the first ghost text", async () => {
    const { page } = window;
    let keys = 0;
    const press = async (key: string) => {
      keys++;
      await page.keyboard.press(key);
    };
    let photographedMs = 0;
    const photo = async (name: string) => {
      const from = performance.now();
      await photograph(page, name);
      photographedMs += performance.now() - from;
    };
    const startedAt = performance.now();
    await press(shortcut);
    await rows(page).filter({ hasText: "qwen2.5-coder-1.5b" }).waitFor();
    await photo("connect-list");
    await press("Enter");
    await page
      .getByText(/is connected and answers in \d+ ms/)
      .first()
      .waitFor();
    await photo("connect-done");
    small.script = { tokens: ["fromTheModel()"] };
    await press("q");
    const ghost = await waitForGhostText(page, (text) => text.includes("fromTheModel"));
    const tookMs = performance.now() - startedAt - photographedMs;
    console.log(`${keys} keys, ${(tookMs / 1000).toFixed(1)} s to "${ghost}"`);
    await photograph(page, "connect-ghost");
    assert.ok(keys <= mostKeys, `${keys} keys`);
    assert.ok(tookMs < longestMs, `${Math.round(tookMs)} ms`);
    assert.equal(small.records.at(-1)?.path, "/completion");
  });

  void it("lists the models of each server, those that fill in first, and none that writes no text", async () => {
    const { page } = window;
    await page.keyboard.press(shortcut);
    await rows(page).filter({ hasText: "qwen2.5-coder:7b" }).waitFor();
    const texts = (await rows(page).allInnerTexts()).map((text) => text.replaceAll("\n", " "));
    const at = (name: string) => texts.findIndex((text) => text.includes(name));
    assert.ok(at("qwen2.5-coder-1.5b") === 0, texts.join(" | "));
    assert.ok(at("qwen2.5-coder:7b") < at("llama3.2:3b"), texts.join(" | "));
    assert.equal(at("nomic-embed-text"), -1);
    assert.ok(at("embedded engine alone") > 0);
    await page.keyboard.press("Escape");
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  });

  void it("takes an address and a key that are typed, says at once that a wrong one is wrong, and connects with the right one", async () => {
    const { page } = window;
    const key = "sk-right-key-1234567";
    const wrong = "sk-wrong-key-7654321";
    const guarded = await new ScriptedUpstream({ tokens: ["total += number;"] }).listen();
    guarded.countedFor = () => ({ inputTokens: 200, cachedTokens: 0 });
    guarded.pageFor = vllmPages("big-coder", key);
    const dialog = page.locator(".quick-input-widget");
    const input = dialog.locator("input");
    const enter = async (prompt: string, text: string) => {
      await dialog.filter({ hasText: prompt }).waitFor();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    try {
      await page.keyboard.press(shortcut);
      await rows(page).filter({ hasText: "A server at another address" }).waitFor();
      await page.keyboard.type("another address");
      await rows(page).first().filter({ hasText: "another address" }).waitFor();
      await page.keyboard.press("Enter");
      await enter("The model server's address", guarded.url);
      await dialog.filter({ hasText: "The API key for" }).waitFor();
      assert.equal(await input.getAttribute("type"), "password");
      await enter("The API key for", wrong);
      await dialog.filter({ hasText: "wants a valid key: correct it" }).waitFor();
      assert.equal(await input.getAttribute("type"), "password");
      await photograph(page, "connect-wrong-key");
      await page.keyboard.press("Control+a");
      await enter("wants a valid key", key);
      await rows(page).filter({ hasText: "big-coder" }).waitFor();
      await page.keyboard.press("Enter");
      await page
        .getByText(/big-coder is connected and answers in \d+ ms/)
        .first()
        .waitFor();
      await photograph(page, "connect-with-key");
      guarded.script = { tokens: ["withTheKey()"] };
      await page.locator(".monaco-editor .view-lines").first().click();
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("k");
      await waitForGhostText(page, (text) => text.includes("withTheKey"));
      assert.equal(guarded.records.at(-1)?.headers.authorization, `Bearer ${key}`);
      const shown = await page.locator("body").innerText();
      assert.doesNotMatch(shown, /sk-(right|wrong)/);
    } finally {
      await guarded.close();
    }
  });
});
