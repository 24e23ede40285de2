/** What a person does with ghost text: accept it whole, by word and by line, refuse it, undo, mistype, and mean another key. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { ghostText } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { changesIn, recorded, recordFrames } from "./frames.ts";
import { knowing } from "./knowingModel.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { saveAs, typeLikeAPerson, waitForGhostText } from "./typist.ts";

const random = seededRandom(Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7));
const head = "export {};\n";
const block = "if (ready) {\n  begin();\n  end();\n}";
/** What the model knows: the rest of a line that it is given the begin of, and a block below a line. */
const knownLines = {
  whole: 'const whole = width(2) * height("tall");',
  words: 'const words = width(2) * height("tall");',
  refused: 'const refused = width(2) * height("tall");',
  undone: 'const undone = width(2) * height("tall");',
  mistyped: 'const mistyped = width(2) * height("tall");',
  silent: 'const silent = width(2) * height("tall");',
  other: "let other = 1;",
};
const knownBlocks: Readonly<Record<string, string>> = { "// begin": block };
/** So much of a line is typed before its ghost text is waited for. */
const begunChars = 8;
/** A person looks, and goes on. */
const lookMs = 400;

void describe("Ghost text of a model", () => {
  const model = new ScriptedUpstream({});
  let window: ModelWindow;
  let file: string;

  before(async () => {
    model.tokensFor = knowing(Object.values(knownLines), knownBlocks);
    await model.listen();
    window = await openModelWindow({
      files: { "work.ts": head },
      modelUrl: model.url,
      keybindings: [
        { key: "ctrl+alt+l", command: "editor.action.inlineSuggest.acceptNextLine" },
        { key: "ctrl+alt+c", command: "editor.action.insertCursorAbove" },
      ],
    });
    file = join(window.folder, "work.ts");
  });
  after(async () => {
    await window.close();
    await model.close();
  });
  /** Takes away what stands behind the head. */
  afterEach(async () => {
    const { page } = window;
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(head);
    await saveAs(page, file, head);
  });

  const type = (text: string) => typeLikeAPerson(window.page, text, random);
  const press = (key: string) => window.page.keyboard.press(key);
  const look = () => window.page.waitForTimeout(lookMs);
  const shows = (text: string) => waitForGhostText(window.page, (ghost) => ghost === text);
  /** Types the begin of a line that the model knows, and sees the rest. */
  const begin = async (line: string) => {
    await type(line.slice(0, begunChars));
    await shows(line.slice(begunChars));
  };
  /** Ctrl+Right: the ghost text is the rest of the line then, and shorter. */
  const acceptWord = async (line: string) => {
    const before = await ghostText(window.page);
    await press("Control+ArrowRight");
    await waitForGhostText(window.page, (ghost) => {
      return ghost !== "" && ghost.length < before.length && line.endsWith(ghost);
    });
  };
  const saves = (text: string) => saveAs(window.page, file, head + text);
  /** The frames while something is done and is then seen to be done; none of them may be without ghost text. */
  const without = async (act: () => Promise<unknown>) => {
    await recordFrames(window.page);
    await act();
    const { frames } = await recorded(window.page);
    const blank = frames.filter(({ ghost }) => ghost === "");
    assert.equal(blank.length, 0, `${blank.length} blank frames\n${changesIn(frames)}`);
  };

  void it("is inserted whole with Tab, and saved to the byte", async () => {
    const line = knownLines.whole;
    await begin(line);
    await press("Tab");
    await shows("");
    await saves(line);
  });

  void it("keeps its rest when a word is accepted, without a blank frame and without a request", async () => {
    const line = knownLines.words;
    await begin(line);
    const asked = model.records.length;
    await without(async () => {
      await acceptWord(line);
      await acceptWord(line);
      await look();
    });
    assert.equal(model.records.length, asked);
    await press("Tab");
    await shows("");
    await saves(line);
  });

  void it("keeps its rest when a line is accepted, without a request", async () => {
    await type("// begin\n");
    await shows(block);
    const asked = model.records.length;
    await press("Control+Alt+l");
    await waitForGhostText(window.page, (ghost) => ghost.trimStart().startsWith("begin();"));
    await look();
    assert.match(await ghostText(window.page), /^\s*begin\(\);\n {2}end\(\);\n}$/);
    assert.equal(model.records.length, asked);
    await press("Tab");
    await shows("");
    await saves(`// begin\n${block}`);
  });

  void it("does not return after Escape: not there, not typed along, not gone back to", async () => {
    const line = knownLines.refused;
    await begin(line);
    const asked = model.records.length;
    await press("Escape");
    await shows("");
    await recordFrames(window.page);
    await look();
    await press(line.charAt(begunChars));
    await look();
    await press("Backspace");
    await look();
    await press("Backspace");
    await look();
    await press(line.charAt(begunChars - 1));
    await look();
    const { frames } = await recorded(window.page);
    assert.ok(frames.length > 20, `${frames.length} frames`);
    assert.deepEqual(
      frames.filter(({ ghost }) => ghost !== ""),
      [],
    );
    assert.equal(model.records.length, asked);
    await type("\n");
    await begin(knownLines.other);
  });

  void it("is gone after undo, and what was taken out is not offered again at once", async () => {
    const line = knownLines.undone;
    await begin(line);
    await press("Tab");
    await shows("");
    await press("Control+z");
    await saves(line.slice(0, begunChars));
    await recordFrames(window.page);
    await look();
    await press(line.charAt(begunChars));
    await look();
    const { frames } = await recorded(window.page);
    assert.deepEqual(
      frames.filter(({ ghost }) => ghost !== ""),
      [],
    );
    await saves(line.slice(0, begunChars + 1));
  });

  void it("is back when a typing error was taken back", async () => {
    const line = knownLines.mistyped;
    await begin(line);
    const asked = model.records.length;
    await press("x");
    await shows("");
    await press("Backspace");
    await shows(line.slice(begunChars));
    assert.ok(model.records.length <= asked + 1, "the error itself may have been asked about");
  });

  void it("is not there for several cursors or a selection, and the model is not asked", async () => {
    await type("first\nsecond\n");
    await press("Control+Alt+c");
    await window.page.locator(".cursors-layer .cursor").nth(1).waitFor();
    await look();
    const asked = model.records.length;
    await recordFrames(window.page);
    await type(knownLines.silent.slice(0, begunChars));
    await look();
    await press("Escape");
    await press("Shift+Home");
    await window.page.locator(".selected-text").first().waitFor();
    await look();
    const { frames } = await recorded(window.page);
    assert.deepEqual(
      frames.filter(({ ghost }) => ghost !== ""),
      [],
    );
    assert.equal(model.records.length, asked);
  });
});
