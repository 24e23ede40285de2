/** Text that comes while nobody types: it grows in place, and takes the place of a draft, without a blank frame. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { changesIn, type Frame, recorded, recordFrames } from "./frames.ts";
import { begunLine } from "./knowingModel.ts";
import { type ModelWindow, openModelWindow } from "./modelWindow.ts";
import { openFile, waitForGhostText } from "./typist.ts";

const call = "const a = first(second, third, fourth, fifth);";
const piecesBehind = (begun: string) => call.slice(begun.length).split(/(?=[(,)])/);
const pieces = piecesBehind("const a = ");
const draft = "measure(draft, of, the, engine);";
const late = "measure(model, text, that, is, late);";

/** The frames from the first with ghost text on. */
const fromFirstGhost = (frames: readonly Frame[]): readonly Frame[] =>
  frames.slice(frames.findIndex(({ ghost }) => ghost !== ""));

void describe("While nobody types", () => {
  const model = new ScriptedUpstream({ firstTextMs: 50, tokenMs: 1 });
  let window: ModelWindow;

  before(async () => {
    await model.listen();
    window = await openModelWindow({
      // So often that the engine is sure enough, for who wants it eager.
      files: { "late.ts": `export {};\n${`${draft}\n`.repeat(30)}`, "stream.ts": "export {};\n" },
      modelUrl: model.url,
      settings: { "slipstream.engine.suggestions": "eager" },
    });
  });
  after(async () => {
    await window.close();
    await model.close();
  });

  /** Types the begin of a new line, its last part at once, and returns the frames until it has been shown with each of these. */
  const framesUntil = async (
    head: string,
    last: string,
    ghosts: readonly string[],
    onShown: (ghost: string) => void = () => undefined,
  ): Promise<readonly Frame[]> => {
    const { page } = window;
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText(head);
    await recordFrames(page);
    await page.keyboard.insertText(last);
    for (const expected of ghosts) {
      await waitForGhostText(page, (ghost) => ghost === expected);
      onShown(expected);
    }
    return fromFirstGhost((await recorded(page)).frames);
  };

  void it("a model's text that comes in pieces grows in place", async () => {
    // Also its rest is asked for, where the editor came for it so late that the first question was given up.
    model.tokensFor = (body) => {
      const begun = begunLine(body);
      const isIn = begun.startsWith("const a = ") && call.startsWith(begun);
      return isIn ? piecesBehind(begun) : [];
    };
    // However long a window that has just opened takes to draw: each piece waits for the one before to be seen.
    const seen = new Map(pieces.map((piece) => [piece, Promise.withResolvers<undefined>()]));
    model.before = (piece) => seen.get(piece)?.promise;
    const ghosts = pieces.map((_, at) => pieces.slice(0, at + 1).join(""));
    const frames = await framesUntil("\nconst a =", " ", ghosts, (ghost) => {
      seen.get(pieces[ghosts.indexOf(ghost) + 1] ?? "")?.resolve(undefined);
    });
    const steps = changesIn(frames);
    console.log(`${frames.length} frames from the first text to the whole\n${steps}`);
    let longest = 0;
    for (const { ghost, whole: line } of frames) {
      assert.notEqual(ghost, "", `a blank frame\n${steps}`);
      assert.ok(call.startsWith(line), `not its begin\n${steps}`);
      assert.ok(line.length >= longest, `shorter than before\n${steps}`);
      longest = line.length;
    }
    assert.equal(steps.split("\n").length, pieces.length, steps);
  });

  void it("a model's text takes the place of an untouched draft without a blank frame", async () => {
    model.script = { firstTextMs: 200 };
    model.tokensFor = (body) => {
      const begun = begunLine(body);
      return begun !== "" && late.startsWith(begun) ? [`${late.slice(begun.length)}\n`] : [];
    };
    await openFile(window.page, "late.ts");
    const frames = await framesUntil("", "\nmeasure", [late.slice("measure".length)]);
    const steps = changesIn(frames);
    const blank = frames.filter(({ ghost }) => ghost === "").length;
    console.log(
      `${frames.length} frames from the draft to the model's text, ${blank} blank\n${steps}`,
    );
    assert.equal(frames[0]?.whole, draft, steps);
    for (const { whole } of frames) assert.ok(whole === draft || whole === late, steps);
  });
});
