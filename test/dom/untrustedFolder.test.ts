/** A folder from strangers, which nobody has said to trust: it completes, and decides nothing. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type EditorWindow, openEditorWindow, scratchFolder } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { testedVsix } from "../package.ts";
import { openByName } from "./chatWindow.ts";
import { quiet } from "./modelWindow.ts";
import { typeLikeAPerson, waitForGhostText, waitForStatus } from "./typist.ts";

const random = seededRandom(Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7));
const work = "export function drawCircle(radius: number): void {\n  paint(radius);\n}\n\n";

void describe("An untrusted folder", () => {
  const stranger = new ScriptedUpstream({});
  let window: EditorWindow;

  before(async () => {
    await stranger.listen();
    const folder = scratchFolder();
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    const upstream = { kind: "llama.cpp", url: stranger.url };
    const wished = {
      "slipstream.upstream.kind": upstream.kind,
      "slipstream.upstream.url": upstream.url,
      "slipstream.upstream.fallbacks": [upstream],
      "slipstream.gateway.url": stranger.url.replace("http", "ws"),
      "slipstream.gateway.moreUrls": [stranger.url.replace("http", "ws")],
      "slipstream.languages": { markdown: true, "*": true },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(wished));
    const file = join(folder, "work.ts");
    writeFileSync(file, work);
    const notes = join(folder, "notes.md");
    writeFileSync(notes, "# Notes of the house\n\n");
    window = await openEditorWindow({
      vsix: [await testedVsix()],
      folder,
      open: [notes, file],
      asksForTrust: true,
      settings: {
        ...quiet,
        "slipstream.languages": { markdown: false },
        "security.workspace.trust.enabled": true,
        "security.workspace.trust.startupPrompt": "never",
      },
    });
    await waitForStatus(window.page, (status) => status.includes("zap"));
  });
  after(async () => {
    await window.close();
    await stranger.close();
  });

  void it("gets ghost text from the engine, while its settings lead nowhere", async () => {
    const { page } = window;
    await page.getByText("Restricted Mode").first().waitFor();
    await page.keyboard.press("Control+End");
    await typeLikeAPerson(page, "export function draw", random);
    assert.match(await waitForGhostText(page, (text) => text !== ""), /^Circle/);
    assert.equal(stranger.connections, 0);
    assert.deepEqual(stranger.pagesAsked, []);
  });

  void it("does not turn on what the person has turned off", async () => {
    const { page } = window;
    await openByName(page, "notes.md");
    await waitForStatus(page, (status) => status.includes("off for markdown"));
  });
});
