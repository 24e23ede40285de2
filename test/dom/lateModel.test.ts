/** A model that answers later than a person wants to wait: the draft first, the model's text in its place. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openEditorWindow, scratchFolder, type EditorWindow } from "../editor/workbench.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { testedVsix } from "../package.ts";
import { waitForGhostText, waitForStatus } from "./typist.ts";

void describe("A model that takes 1.5 s", () => {
  let window: EditorWindow;
  let model: ScriptedUpstreamProcess;

  before(async () => {
    model = await ScriptedUpstreamProcess.start({
      firstTextMs: 1_500,
      tokenMs: 0,
      tokens: ["Model(", "answer", ");\n"],
    });
    const folder = scratchFolder();
    const file = join(folder, "late.txt");
    writeFileSync(file, "begin();\nmeasure(draft);\n\n");
    window = await openEditorWindow({
      vsix: [await testedVsix()],
      folder,
      open: [file],
      settings: {
        "slipstream.upstream.kind": "llama.cpp",
        "slipstream.upstream.url": model.url,
        "editor.quickSuggestions": false,
        "editor.wordBasedSuggestions": "off",
      },
    });
    await waitForStatus(window.page, (status) => status.includes("zap"));
    await window.page.keyboard.press("Control+End");
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  void it("leaves the draft on the screen until its own text takes that place", async () => {
    const { page } = window;
    await page.keyboard.type("measure");
    await waitForGhostText(page, (ghost) => ghost === "(draft);");
    await waitForGhostText(page, (ghost) => ghost === "Model(answer);");
  });
});
