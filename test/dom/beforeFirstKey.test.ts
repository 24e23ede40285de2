/** What is done before the first key, so that its answer need not wait for it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { openFile, waitForGhostText } from "./typist.ts";

const text = (name: string) => `// ${name}\n${"export const each = 1;\n".repeat(40)}`;

void describe("Before the first key", { timeout: 120_000 }, () => {
  const model = new ScriptedUpstream({ tokens: ["Model(answer);\n"] });
  let window: ModelWindow;

  /** Whether the model was made to read this, and to say nothing. */
  const hasRead = (name: string) =>
    model.records.some(({ body }) => {
      const { n_predict: maxTokens, input_prefix: prefix, prompt } = body;
      return maxTokens === 0 && `${String(prefix)}${String(prompt)}`.includes(`// ${name}\n`);
    });

  before(async () => {
    await model.listen();
    window = await openModelWindow({
      files: { "second.txt": text("second"), "first.txt": text("first") },
      modelUrl: model.url,
      settings: { "slipstream.speculation": true },
    });
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  void it("the model has read the file in front, and a connection to it waits for the key", async () => {
    await model.until(() => hasRead("first"));
    await model.until(() => model.records.every(({ isComplete }) => isComplete));
    assert.ok(model.openConnections + model.spareConnections > 0);
    const readOnly = model.records.length;
    await window.page.keyboard.type("first");
    await waitForGhostText(window.page, (ghost) => ghost.startsWith("Model("));
    assert.ok(model.records.length > readOnly);
  });

  void it("the model reads a file that is opened, before anything is typed in it", async () => {
    assert.equal(hasRead("second"), false);
    await openFile(window.page, "second.txt");
    await model.until(() => hasRead("second"));
  });
});
