/// <reference lib="dom" />
/** The latency panel as a person sees it: opened by its command, filled by typing, worked by keys alone. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame, FrameLocator, Page } from "playwright-core";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { runCommand } from "./chatWindow.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { photograph } from "./photograph.ts";
import { backToFile, waitForGhostText, waitForStatus } from "./typist.ts";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Default High Contrast",
} as const;

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const panelOf = (page: Page): FrameLocator =>
  page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");

void describe("The latency panel", () => {
  const model = new ScriptedUpstream({});
  let window: ModelWindow;
  let panel: FrameLocator;

  before(async () => {
    await model.listen();
    model.script = { firstTextMs: 30, tokenMs: 0, tokens: ["answer(", "one);\n"] };
    const files = { "typed.txt": "begin();\n" };
    window = await openModelWindow({ files, modelUrl: model.url });
    panel = panelOf(window.page);
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  /** What cannot be seen is not drawn. */
  const lookAt = (part: string) =>
    panel.locator(part).evaluate((node) => {
      node.scrollIntoView({ block: "center" });
    });
  const rows = () => panel.locator(".answers tbody tr");
  const rowCountIs = async (isExpected: (count: number) => boolean) => {
    for (let tries = 0; ; tries++) {
      const count = await rows().count();
      if (isExpected(count)) return count;
      assert.ok(tries < 300, `${count} rows`);
      await window.page.waitForTimeout(100);
    }
  };
  const typeAnswer = async () => {
    const { page } = window;
    await backToFile(window.page);
    await page.keyboard.press("Enter");
    await page.keyboard.type("q");
    await waitForGhostText(page, (ghost) => ghost === "answer(one);");
    await page.keyboard.type("ans");
    await waitForGhostText(page, (ghost) => ghost === "wer(one);");
  };
  const pageFrame = async (): Promise<Frame> => {
    const handle = await window.page
      .frameLocator("iframe.webview")
      .locator("iframe#active-frame")
      .elementHandle();
    const frame = await handle.contentFrame();
    assert.ok(frame);
    return frame;
  };

  void it("opens by its command, without a row before anything was asked", async () => {
    await runCommand(window.page, "Show Latency");
    await panel.getByRole("heading", { name: "Slipstream: Latency" }).waitFor();
    await panel.getByRole("button", { name: "Pause" }).waitFor();
    await lookAt(".answers");
  });

  void it("shows each answer after typing: its source, its split, and the figures", async () => {
    await typeAnswer();
    const asked = rows().filter({ hasText: "typed.txt" }).filter({ hasText: "Model" }).first();
    await asked.waitFor();
    const cells = await asked.locator("td").allTextContents();
    // file, source, total, then the parts: wait, context, link, gateway, model, rest, tidy, returned
    const [, , total, ...split] = cells;
    const msOf = (cell = "") => (cell.endsWith(" ms") ? Number(cell.slice(0, -3)) : 0);
    const sum = split.slice(0, 8).reduce((all, cell) => all + msOf(cell), 0);
    assert.ok(Math.abs(sum - msOf(total)) <= 4, `${total} is not the sum of ${split.join(", ")}`);
    assert.ok(msOf(split[4]) >= 25, `the model's 30 ms are told: ${split.join(", ")}`);
    await rows().filter({ hasText: "Typed through" }).first().waitFor();
    await panel.locator("dl div", { hasText: "Requests" }).locator("dd").first().waitFor();
    await panel.getByRole("heading", { name: "Counts since the window opened" }).waitFor();
    const spreads = panel.getByRole("table", { name: /by source, of the last 200 answers/ });
    const figures = await spreads.locator("tbody tr").allTextContents();
    const named = await spreads.locator("tbody th").allTextContents();
    assert.deepEqual(named.slice(-2), ["Model", "Model, behind a draft"]);
    const counted = await spreads.locator("tbody td:nth-of-type(1)").allTextContents();
    const [all = 0, ...parts] = counted.slice(0, 5).map(Number);
    assert.ok(all > 0);
    assert.equal(
      parts.reduce((sum, each) => sum + each, 0),
      all,
      "the sources add up",
    );
    assert.ok(
      figures.every((row) => row.endsWith("–")),
      "no p99 of a few",
    );
  });

  void it("has its last figure in the status bar, which a screen reader hears as a plain sentence", async () => {
    const item = window.page.locator(".statusbar-item[id*=slipstream]");
    await item.locator("[aria-label^='Slipstream status: last answer in ']").first().waitFor();
    const labels = await item
      .locator("[aria-label]")
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-label") ?? ""));
    for (const label of labels) assert.doesNotMatch(label, /\||\*\*/);
  });

  void it("draws the chart when it is looked at", async () => {
    await lookAt(".plot");
    const colours = () =>
      panel.locator(".plot canvas").evaluate((canvas: HTMLCanvasElement) => {
        const { data } =
          canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
        return new Set(new Uint32Array(data?.buffer ?? new ArrayBuffer(0))).size;
      });
    for (let tries = 0; (await colours()) <= 3; tries++) {
      assert.ok(tries < 100, "the chart has bars");
      await window.page.waitForTimeout(100);
    }
  });

  const views = [
    ["it is looked at", () => lookAt(".answers")],
    [
      "the keyboard leaves the page, as for the editor's find box",
      async () => {
        const frame = await pageFrame();
        await frame.evaluate(() => dispatchEvent(new FocusEvent("blur")));
      },
    ],
  ] as const;
  for (const [when, view] of views) {
    void it(`draws a row that came while the table was out of sight when ${when}`, async () => {
      const { page } = window;
      await page.setViewportSize({ width: 1280, height: 420 });
      await lookAt("h1");
      const before = await rows().count();
      const asks = panel.locator("dl div", { hasText: "Asked, mostly ahead" }).locator("dd");
      const asked = await asks.textContent();
      await typeAnswer();
      for (let tries = 0; (await asks.textContent()) === asked; tries++) {
        assert.ok(tries < 100, `${asked} asks`);
        await page.waitForTimeout(100);
      }
      assert.equal(await rows().count(), before);
      await view();
      await rowCountIs((count) => count > before);
      await page.setViewportSize({ width: 1280, height: 800 });
      await lookAt(".answers");
    });
  }

  void it("says why nothing was shown", async () => {
    const { page } = window;
    model.script = { firstTextMs: 30, tokenMs: 0, tokens: [] };
    await backToFile(window.page);
    await page.keyboard.press("Enter");
    await page.keyboard.type("z");
    await rows().filter({ hasText: "nothing to suggest here" }).first().waitFor();
    model.script = { firstTextMs: 30, tokenMs: 0, tokens: ["answer(", "one);\n"] };
  });

  void it("says what a day cost as soon as prices are set", async () => {
    await panel.locator(".hint", { hasText: "Set slipstream.prices" }).waitFor();
    mkdirSync(join(window.folder, ".vscode"), { recursive: true });
    const prices = { "*": { input: 1, output: 1 } };
    const settings = JSON.stringify({ "slipstream.prices": prices });
    writeFileSync(join(window.folder, ".vscode", "settings.json"), settings);
    await panel.locator(".hint", { hasText: "is estimated" }).waitFor();
  });

  void it("pauses and goes on, copies and clears, by keys alone", async () => {
    const { page } = window;
    await panel.getByRole("button", { name: "Pause" }).focus();
    await page.keyboard.press("Enter");
    await panel.locator(".bar button[aria-pressed=true]", { hasText: "Resume" }).waitFor();
    const before = await rowCountIs((count) => count > 0);
    await typeAnswer();
    assert.equal(await rows().count(), before, "a paused panel stays as it is");
    await panel.getByRole("button", { name: "Resume" }).focus();
    await page.keyboard.press(" ");
    await lookAt(".answers");
    await rowCountIs((count) => count > before);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // Copy as JSON
    await panel.locator(".spoken", { hasText: "Copied" }).waitFor();
    await backToFile(window.page);
    await page.keyboard.press("Control+n");
    await page.locator(".tab.active", { hasText: "Untitled" }).waitFor();
    await page.keyboard.press("Control+v");
    await page.locator(".view-line", { hasText: /[{}]/ }).first().waitFor(); // it is pasted
    await page.keyboard.press("Control+Home");
    await page.locator(".view-line", { hasText: '"summary"' }).first().waitFor();
    await panel.getByRole("button", { name: "Copy as JSON" }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter"); // Clear
    await rowCountIs((count) => count === 0);
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press("Tab"); // copy, the models, the table
    const focused = await (await pageFrame()).evaluate(() => document.activeElement?.className);
    assert.match(focused ?? "", /answers/, "the table can be reached and scrolled by keys");
  });

  for (const [name, theme] of Object.entries(themes)) {
    void it(`has no serious finding of axe in ${name}`, async () => {
      await typeAnswer();
      mkdirSync(join(window.folder, ".vscode"), { recursive: true });
      const settings = JSON.stringify({ "workbench.colorTheme": theme });
      writeFileSync(join(window.folder, ".vscode", "settings.json"), settings);
      const isOn = {
        dark: "vscode-dark",
        light: "vscode-light",
        "high-contrast": "vscode-high-contrast",
      }[name];
      await panel.locator(`body.${isOn ?? ""}`).waitFor();
      await rowCountIs((count) => count > 0);
      const frame = await pageFrame();
      await frame.evaluate(axeSource);
      const findings = await frame.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: Finding[] }> };
        };
        return (await axe.run()).violations;
      });
      const serious = findings.filter(
        ({ impact }) => impact === "serious" || impact === "critical",
      );
      const told = serious.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
      );
      assert.deepEqual(told, []);
      await lookAt("h1");
      await photograph(window.page, `latency-${name}`);
    });
  }

  void it("knows what a day's model was used for after clearing, and in the next window", async () => {
    const { page } = window;
    const day = panel.getByRole("region", { name: "Models by day" }).locator("tbody tr");
    const answersOfDay = async () => Number((await day.locator("td").nth(1).textContent()) ?? NaN);
    await panel.getByRole("button", { name: "Clear" }).click();
    await rowCountIs((count) => count === 0);
    const cleared = await answersOfDay();
    assert.ok(cleared > 0, `${cleared} answers`);
    await typeAnswer();
    await rowCountIs((count) => count > 0);
    await page.reload();
    await waitForStatus(page, (status) => status.includes("zap"));
    await runCommand(page, "Show Latency");
    // The host of the window before writes when it ends, which may be a little later than this one looks.
    for (let tries = 0; !((await day.count()) > 0 && (await answersOfDay()) > cleared); tries++) {
      assert.ok(tries < 10, `${await day.count()} models, still ${cleared} answers`);
      await page.waitForTimeout(1_000);
      await runCommand(page, "Close Editor", "View");
      await runCommand(page, "Show Latency");
      await panel.getByRole("button", { name: "Pause" }).waitFor();
    }
    assert.equal(await rows().count(), 0, "the answers are another window's");
    await photograph(page, "latency-next-window");
  });
});
