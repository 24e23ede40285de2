/** A draft and a model that says something else: early it takes the draft's place, late it is the next suggestion. */
import { after, before, describe, it } from "node:test";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { begunLine } from "./knowingModel.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { drawn, openFile, waitForGhostText } from "./typist.ts";

const tokens = ["Model(", "answer", ");\n"];

void describe("Beside a draft that says something else", () => {
  const model = new ScriptedUpstream({});
  let window: ModelWindow;

  before(async () => {
    await model.listen();
    const text = `begin();\n${"measure(draft);\n".repeat(30)}\n`; // so often that the engine is sure
    const files = { "early.txt": text, "late.txt": text };
    window = await openModelWindow({ files, modelUrl: model.url });
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  void it("a model that takes 1.5 s leaves the draft, and has its own text shown as the next", async () => {
    const { page } = window;
    model.script = { firstTextMs: 1_500, tokenMs: 0, tokens };
    await page.keyboard.type("measure");
    await waitForGhostText(page, (ghost) => ghost === "(draft);");
    const isAbout = ({ body }: (typeof model.records)[number]) => body["prompt"] === "measure";
    await model.until(() => model.records.some((each) => isAbout(each) && each.isComplete));
    await drawn(page, 30); // what the server has said is in the window by then: the editor asks for others once
    await waitForGhostText(page, (ghost) => ghost === "(draft);");
    await page.keyboard.press("Alt+]");
    await waitForGhostText(page, (ghost) => ghost === "Model(answer);");
    await page.keyboard.press("Alt+[");
    await waitForGhostText(page, (ghost) => ghost === "(draft);");
  });

  void it("a model that takes 200 ms has its text shown in the draft's place", async () => {
    const { page } = window;
    await openFile(page, "early.txt");
    model.script = { firstTextMs: 200, tokenMs: 0, tokens };
    await page.keyboard.insertText("measure"); // at once: no draft has been typed into
    await waitForGhostText(page, (ghost) => ghost === "(draft);");
    await waitForGhostText(page, (ghost) => ghost === "Model(answer);");
  });

  void it("a model that is chosen while another is waited for says its text without a key", async () => {
    const { page } = window;
    model.script = { firstTextMs: 120_000 };
    const other = new ScriptedUpstream({ tokens });
    await other.listen();
    try {
      await page.keyboard.insertText("\nunheard");
      await model.until(() => model.records.some(({ body }) => begunLine(body) === "unheard"));
      window.useModel(other.url);
      await waitForGhostText(page, (ghost) => ghost === "Model(answer);");
    } finally {
      await other.close();
    }
  });
});
