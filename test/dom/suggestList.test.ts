/** Ghost text beside the editor's own suggest list, with the settings people have: IntelliSense on. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { openEditorWindow, scratchFolder, type EditorWindow } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { testedVsix } from "../package.ts";
import { typeLikeAPerson, waitForGhostText, waitForStatus } from "./typist.ts";

const random = seededRandom(Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7));
const head = `interface Shape {
  areaOfCircle(radius: number): number;
  areaOfSquare(side: number): number;
}
declare const shape: Shape;
export const one = shape.areaOfCircle(2, "metres");
export const two = shape.areaOfCircle(2, "metres");
`;

void describe("Beside the suggest list", () => {
  const folder = scratchFolder();
  const file = join(folder, "shapes.ts");
  let window: EditorWindow;

  before(async () => {
    writeFileSync(file, head);
    window = await openEditorWindow({
      vsix: [await testedVsix()],
      folder,
      open: [file],
      settings: { "files.autoSave": "off" },
    });
    await waitForStatus(window.page, (status) => status.includes("zap"));
    await window.page.keyboard.press("Control+End");
    await warmUp();
  });
  after(() => window.close());
  afterEach(() => emptyLastLine());

  const list = () => window.page.locator(".suggest-widget.visible");
  const focusedRow = () => list().locator(".monaco-list-row.focused .label-name");
  /** Takes away what stands behind the head. */
  const emptyLastLine = async () => {
    const { page } = window;
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Shift+K");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await savedLike(/2, "metres"\);\n$/);
  };
  /** The TypeScript server takes its time with the first list. */
  const warmUp = async () => {
    await window.page.keyboard.type("shape.");
    await focusedRow().filter({ hasText: "areaOf" }).waitFor({ timeout: 60_000 });
    await emptyLastLine();
  };
  /** Waits for the list with this item selected. */
  const selected = async (label: string) => {
    await focusedRow().filter({ hasText: label }).waitFor();
  };
  /** Saves until the file on disk is like this. */
  const savedLike = async (pattern: RegExp): Promise<void> => {
    const deadlineAt = performance.now() + 10_000;
    await window.page.keyboard.press("Control+s");
    while (!pattern.test(readFileSync(file, "utf8")) && performance.now() < deadlineAt) {
      await window.page.waitForTimeout(20);
    }
    assert.match(readFileSync(file, "utf8"), pattern);
  };

  void it("the ghost text goes on from the selected item, and two Tabs insert both once", async () => {
    const { page } = window;
    await typeLikeAPerson(page, "export const three = shape.areaOfC", random);
    await selected("areaOfCircle");
    const ghost = await waitForGhostText(page, (text) => text !== "");
    assert.ok(`areaOfC${ghost}`.startsWith("areaOfCircle"), ghost);
    await page.keyboard.press("Tab");
    await list().waitFor({ state: "hidden" });
    await waitForGhostText(page, (text) => text.startsWith("("));
    await page.keyboard.press("Tab");
    await waitForGhostText(page, (text) => !text.startsWith("("));
    await savedLike(/three = shape\.areaOfCircle\((?!\()/);
  });

  void it("no ghost text contradicts an item that is chosen with the arrows", async () => {
    const { page } = window;
    await typeLikeAPerson(page, "export const four = shape.areaOf", random);
    await selected("areaOf");
    for (let times = 0; times < 3; times++) {
      await page.keyboard.press("ArrowDown");
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
      const label = await focusedRow().innerText();
      await waitForGhostText(page, (ghost) => {
        return ghost === "" || `areaOf${ghost}`.startsWith(label) || label.startsWith(ghost);
      });
    }
    const label = await focusedRow().innerText();
    await page.keyboard.press("Tab");
    await list().waitFor({ state: "hidden" });
    await savedLike(new RegExp(`const four = shape\\.${label}$`));
  });

  void it("without the list the ghost text alone is inserted with one Tab", async () => {
    const { page } = window;
    await typeLikeAPerson(page, "export const five = shape.areaOfC", random);
    await selected("areaOfCircle");
    await page.keyboard.press("Escape");
    await list().waitFor({ state: "hidden" });
    await waitForGhostText(page, (text) => text.startsWith("ircle("));
    await page.keyboard.press("Tab");
    await waitForGhostText(page, (text) => !text.startsWith("ircle("));
    await savedLike(/five = shape\.areaOfCircle\((?!\()/);
  });
});
