/** Tab means many things. Ghost text takes it only where it is on the screen and nothing else is meant. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { ghostText } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { knowing } from "./knowingModel.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { openFile, saveAs, typeLikeAPerson, waitForGhostText } from "./typist.ts";

const random = seededRandom(Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7));
/** What the model says below a line, and behind the begin of one. */
const below: Readonly<Record<string, string>> = { "// indented": "    inner();\n" };
const line = "for (const rows of tables.all()) count(rows);";
/** A person looks, and goes on. */
const lookMs = 400;

void describe("The Tab key", () => {
  const model = new ScriptedUpstream({});
  let window: ModelWindow;
  let file: string;

  before(async () => {
    model.tokensFor = knowing([line], below);
    await model.listen();
    window = await openModelWindow({
      files: { "page.html": "", "work.ts": "" },
      modelUrl: model.url,
      settings: {
        "editor.detectIndentation": false,
        "editor.tabSize": 4,
        "[html]": { "editor.quickSuggestions": { other: "on" } },
      },
      keybindings: [
        {
          key: "ctrl+alt+n",
          command: "editor.action.insertSnippet",
          args: { snippet: "for (const ${1:item} of ${2:list}) {}" },
        },
      ],
    });
    file = join(window.folder, "work.ts");
  });
  after(async () => {
    await window.close();
    await model.close();
  });
  afterEach(async () => {
    await press("Escape");
    await press("Escape");
    await press("Control+a");
    await press("Delete");
    await saves("");
  });

  const type = (text: string) => typeLikeAPerson(window.page, text, random);
  const press = (key: string) => window.page.keyboard.press(key);
  const look = () => window.page.waitForTimeout(lookMs);
  const shows = (text: string) => waitForGhostText(window.page, (ghost) => ghost === text);
  const saves = (text: string) => saveAs(window.page, file, text);

  void it("indents at the start of a line where no ghost text is shown", async () => {
    await type("// nothing\n");
    await look();
    await press("Tab");
    await saves("// nothing\n    ");
  });

  void it("that is meant to indent indents, and the ghost text goes on behind the indentation", async () => {
    await type("// indented\n");
    await shows("    inner();");
    await press("Tab");
    await shows("inner();");
    await saves("// indented\n    ");
    await press("Tab");
    await shows("");
    await saves("// indented\n    inner();");
  });

  void it("goes to a snippet's next placeholder, although the model knows how the line goes on", async () => {
    await press("Control+Alt+n");
    await type("row");
    await look();
    await press("Tab");
    await type("all");
    await saves("for (const row of all) {}");
  });

  void it("expands an Emmet abbreviation", async () => {
    file = join(window.folder, "page.html");
    await openFile(window.page, file);
    await type("div.box>p");
    await window.page
      .locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "div.box>p" })
      .waitFor();
    assert.equal(await ghostText(window.page), "");
    await press("Tab");
    await window.page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
    await saves('<div class="box">\n    <p></p>\n</div>');
  });
});
