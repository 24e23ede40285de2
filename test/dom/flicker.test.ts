/**
 * Ghost text that is typed through does not flicker: every frame shows the whole line, typed and still to be
 * typed, as the editor itself shows it with a provider that answers at once.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { openEditorWindow, scratchFolder, type EditorWindow } from "../editor/workbench.ts";
import { pack } from "../package.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import { changesIn, recorded, recordFrames, whileTyping } from "./frames.ts";
import { type ModelWindow, openModelWindow, quiet } from "./modelWindow.ts";
import { begunLine } from "./knowingModel.ts";
import { openFile, waitForGhostText } from "./typist.ts";

const seed = Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7);
const modelMs = 50;
/** Brackets and quotes that the editor closes by itself are among them. */
const lines = [
  'report("circle", areaOfCircle(radius));',
  "const total = first + second + third;",
  "while (waiting.length > limit) waiting.shift();",
];
/** Twice: what came behind the last line then is offered whole behind it now. */
const typedBefore = `${lines.join("\n")}\n`.repeat(2);
const shown = 2;
const untyped = 3;

/** What a window showed while the lines were typed. */
interface Seen {
  readonly frames: number;
  /** Frames in which ghost text was missing or was not the rest of the line. */
  readonly broken: number;
}

const isWhole = (seen: string, line: string): boolean => seen === line;
/** What streams in has the line's begin on the screen first. */
const isBegin = (seen: string, line: string): boolean => line.startsWith(seen);

/** Types the lines with the same gaps in every window, and counts from their ghost text on. */
async function typeThrough(page: Page, name: string, isSound = isWhole): Promise<Seen> {
  const random = seededRandom(seed);
  let frames = 0;
  let broken = 0;
  const type = async (text: string) => {
    for (const key of text) {
      await page.keyboard.press(key);
      await page.waitForTimeout(60 + 60 * random());
    }
  };
  for (const line of lines) {
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await type(line.slice(0, shown));
    await waitForGhostText(
      page,
      (ghost) => ghost !== "" && isSound(line.slice(0, shown) + ghost, line),
    );
    await recordFrames(page);
    await type(line.slice(shown, -untyped));
    const all = whileTyping(await recorded(page));
    const bad = all.filter(({ whole, ghost }) => ghost === "" || !isSound(whole, line));
    if (bad.length > 0) console.log(`${name}: ${bad.length} of ${all.length}\n${changesIn(bad)}`);
    frames += all.length;
    broken += bad.length;
    await type(line.slice(-untyped));
  }
  console.log(`${name}: ${broken} of ${frames} broken frames`);
  return { frames, broken };
}

/** A key that is pressed before the extension is active brings nothing: types one until it does. */
async function firstGhostText(page: Page): Promise<void> {
  await page.keyboard.press("Control+End");
  const ghost = page.locator(".view-lines .ghost-text-decoration").first();
  for (let tries = 0; tries < 60; tries++) {
    await page.keyboard.press("w");
    const isThere = await ghost.waitFor({ timeout: 1_000 }).then(
      () => true,
      () => false,
    );
    await page.keyboard.press("Backspace");
    if (isThere) return;
  }
  throw new Error("there is no ghost text");
}

void describe(`Ghost text that is typed through (seed ${seed})`, () => {
  const model = new ScriptedUpstream({ firstTextMs: modelMs });
  let plain: EditorWindow;
  let ours: ModelWindow;
  let floor: Seen;

  before(async () => {
    model.tokensFor = (body) => [restOf(body)];
    await model.listen();
    const folder = scratchFolder();
    const file = join(folder, "typed.ts");
    writeFileSync(file, typedBefore);
    const packagePath = join(folder, "fixed.vsix");
    const cwd = join(import.meta.dirname, "fixedText");
    await pack(cwd, packagePath);
    plain = await openEditorWindow({ vsix: [packagePath], folder, open: [file], settings: quiet });
    await firstGhostText(plain.page);
    floor = await typeThrough(plain.page, "a provider that answers at once");
    await plain.close();
    const files = { "new.ts": "export {};\n", "typed.ts": typedBefore };
    ours = await openModelWindow({ files, settings: { "slipstream.speculation": true } });
  });
  after(async () => {
    await ours.close();
    await model.close();
  });

  void it("is whole in every frame of a draft in which the editor's own would be", async () => {
    const { frames, broken } = await typeThrough(ours.page, "draft");
    assert.ok(frames > 100, `${frames} frames`);
    assert.ok(broken <= floor.broken + 1, `${broken}, the editor itself ${floor.broken}`);
  });

  void it("is whole in every frame of a model's text in which the editor's own would be", async () => {
    const { page } = ours;
    ours.useModel(model.url);
    await openFile(page, "new.ts");
    const { frames, broken } = await typeThrough(page, `a model that takes ${modelMs} ms`);
    assert.ok(model.records.length > 0);
    assert.ok(frames > 100, `${frames} frames`);
    assert.ok(broken <= floor.broken + 1, `${broken}, the editor itself ${floor.broken}`);
  });

  void it("grows while it is typed, when it comes in pieces, and is never gone or wrong", async () => {
    const { page } = ours;
    model.script = { firstTextMs: modelMs, tokenMs: 40 };
    model.tokensFor = (body) => restOf(body).match(/.{1,3}/g) ?? [];
    const { frames, broken } = await typeThrough(page, "a model that streams", isBegin);
    assert.ok(frames > 100, `${frames} frames`);
    assert.ok(broken <= floor.broken + 1, `${broken}, the editor itself ${floor.broken}`);
  });
});

/** The model says the rest of the line whose begin it is given, and nothing at its end. */
function restOf(body: Readonly<Record<string, unknown>>): string {
  const begun = begunLine(body);
  if (begun.trim() === "") return "";
  return lines.find((each) => each.startsWith(begun))?.slice(begun.length) ?? "";
}
