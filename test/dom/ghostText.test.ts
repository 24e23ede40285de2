/** The main job in a real editor: type, see ghost text, accept it, save; and lose the gateway meanwhile. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openEditorWindow, scratchFolder, type EditorWindow } from "../editor/workbench.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { testedVsix } from "../package.ts";
import {
  openFile,
  saveAs,
  slipstreamStatus,
  typeLikeAPerson,
  waitForGhostText,
  waitForStatus,
} from "./typist.ts";

const seed = Number(process.env["SLIPSTREAM_TEST_SEED"] ?? 7);
const random = seededRandom(seed);

/** Twice, so that what came behind the first is what may come behind the second. */
const squareTs = `export function areaOfSquare(side: number): number {
  return side * side;
}

`;
const shapesTs = `${squareTs}export function areaOfCircle(radius: number): number {
  if (radius < 0) {
    throw new RangeError("a shape has no negative side");
  }
  console.log("circle", radius);
  return Math.PI * radius * radius;
}

${squareTs}`;
const squarePy = `def area_of_square(side):
    return side * side


`;
const shapesPy = `import math


${squarePy}def area_of_circle(radius):
    if radius < 0:
        raise ValueError("a shape has no negative side")
    return math.pi * radius * radius


${squarePy}`;

void describe(`Typing in a real VS Code (seed ${seed})`, () => {
  const folder = scratchFolder();
  const ts = join(folder, "shapes.ts");
  const py = join(folder, "shapes.py");
  // The gateway's socket lies in the window's temporary folder: one of its own is easy to look into.
  const temporary = mkdtempSync(join(tmpdir(), "slip-"));
  let window: EditorWindow;

  before(async () => {
    writeFileSync(ts, shapesTs);
    writeFileSync(py, shapesPy);
    window = await openEditorWindow({
      vsix: [await testedVsix()],
      folder,
      open: [ts],
      env: { TMPDIR: temporary },
      // The editor's own suggest list takes Tab first; it has a suite of its own.
      settings: { "editor.quickSuggestions": false, "editor.suggestOnTriggerCharacters": false },
    });
    await waitForStatus(window.page, (status) => status.includes("zap"));
  });
  after(async () => {
    await window.close();
    rmSync(temporary, { recursive: true, force: true });
  });

  const accept = async () => {
    await window.page.keyboard.press("Tab");
    await waitForGhostText(window.page, (ghost) => ghost === "" || !ghost.includes("shape"));
  };
  const saved = (path: string, expected: string) => saveAs(window.page, path, expected);

  void it("shows the rest of a TypeScript line, inserts it with Tab and saves exactly that", async () => {
    await openFile(window.page, ts);
    await typeLikeAPerson(window.page, "export function areaOfC", random);
    const ghost = await waitForGhostText(window.page, (text) => text !== "");
    assert.equal(ghost, "ircle(radius: number): number {");
    await accept();
    await saved(ts, `${shapesTs}export function areaOfCircle(radius: number): number {`);
  });

  void it("goes on in the block that Enter opens, at its indentation", async () => {
    await typeLikeAPerson(window.page, "\nif (radius < 0) {\n", random);
    const ghost = await waitForGhostText(window.page, (text) => text !== "");
    assert.equal(ghost, 'throw new RangeError("a shape has no negative side");');
    await accept();
    await saved(
      ts,
      `${shapesTs}export function areaOfCircle(radius: number): number {
  if (radius < 0) {
    throw new RangeError("a shape has no negative side");
  }`,
    );
  });

  void it("fills brackets and quotes that the editor closed by itself", async () => {
    await window.page.keyboard.press("Control+End");
    await typeLikeAPerson(window.page, "\nconsole.log(", random);
    await waitForGhostText(window.page, (text) => text.startsWith('"circle", radius'));
    await typeLikeAPerson(window.page, '"', random);
    await waitForGhostText(window.page, (text) => text.startsWith("circle"));
    await accept();
    await saved(
      ts,
      `${shapesTs}export function areaOfCircle(radius: number): number {
  if (radius < 0) {
    throw new RangeError("a shape has no negative side");
  }
  console.log("circle", radius);`,
    );
  });

  void it("does the same in a Python file", async () => {
    await openFile(window.page, py);
    await typeLikeAPerson(window.page, "def area_of_c", random);
    assert.equal(await waitForGhostText(window.page, (text) => text !== ""), "ircle(radius):");
    await accept();
    await typeLikeAPerson(window.page, "\nif r", random);
    assert.equal(await waitForGhostText(window.page, (text) => text !== ""), "adius < 0:");
    await accept();
    await typeLikeAPerson(window.page, "\n", random);
    await waitForGhostText(window.page, (text) => text.startsWith("raise ValueError("));
    await accept();
    await saved(
      py,
      `${shapesPy}def area_of_circle(radius):
    if radius < 0:
        raise ValueError("a shape has no negative side")`,
    );
  });

  void it("shows the last answer's latency in the status bar", async () => {
    await waitForStatus(window.page, (status) => /^zap \d+(\.\d)? ms$/.test(status));
  });

  void it("has used one connection after 200 keys that were asked for", async () => {
    await openFile(window.page, ts);
    await typeLikeAPerson(window.page, "\n", random);
    // Some type along with text that is known, or are typed past before they are asked for, more so on a busy machine.
    let health = await healthOf(temporary);
    for (let keys = 0; health.streams.end + health.streams.cancelled < 200; keys += 50) {
      assert.ok(keys < 1_000, JSON.stringify(health));
      for (let key = 0; key < 50; key++) {
        await window.page.keyboard.press("abcdefgh (.".charAt(Math.floor(random() * 11)));
        await window.page.waitForTimeout(30);
      }
      health = await healthOf(temporary);
    }
    assert.equal(health.links.total, 1);
    assert.equal(health.streams.failed, 0);
  });

  void it("has ghost text again within 2 s of the gateway's death, and says so meanwhile", async () => {
    const { page } = window;
    await page.keyboard.press("Control+End");
    await typeLikeAPerson(page, "\n", random);
    await slipstreamStatus(page).evaluate((item) => {
      const seen: string[] = [];
      Object.assign(globalThis, { seenStatuses: seen });
      const look = () => void seen.push(item.textContent);
      new MutationObserver(look).observe(item, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    const pid = await gatewayPid(window.editor.userDataDir);
    const killedAt = performance.now();
    process.kill(pid, "SIGKILL");
    await page.keyboard.press("e");
    await waitForGhostText(page, (text) => text.startsWith("xport"));
    await waitForStatus(page, (status) => status.includes("zap"));
    const backMs = performance.now() - killedAt;
    console.log(`ghost text and link back ${Math.round(backMs)} ms after SIGKILL`);
    assert.ok(backMs < 2_000, `${backMs} ms`);
    const seen = await page.evaluate<string[]>("seenStatuses");
    assert.ok(
      seen.some((text) => text.includes("link lost")),
      JSON.stringify(seen),
    );
  });

  void it("goes in the moment in which its language is turned off, though no key follows", async () => {
    const { page } = window;
    const settings = join(folder, ".vscode", "settings.json");
    mkdirSync(join(folder, ".vscode"));
    await openFile(page, py);
    await typeLikeAPerson(page, "\ndef area_of_c", random);
    await waitForGhostText(page, (text) => text !== "");
    writeFileSync(settings, JSON.stringify({ "slipstream.languages": { python: false } }));
    await waitForGhostText(page, (text) => text === "");
    await waitForStatus(page, (status) => status.includes("off for python"));
    rmSync(settings);
    await waitForStatus(page, (status) => !status.includes("off for python"));
  });

  void it("asks no address outside this machine", () => {
    assert.deepEqual(window.refused, []);
  });
});

interface Health {
  readonly links: { readonly open: number; readonly total: number };
  readonly streams: { readonly end: number; readonly cancelled: number; readonly failed: number };
}

/** What the gateway says of itself on its socket in this temporary folder. */
async function healthOf(temporary: string): Promise<Health> {
  const sockets = await Array.fromAsync(glob(join(temporary, "slipstream-*", "gateway.sock")));
  const [socketPath] = sockets;
  assert.equal(sockets.length, 1);
  const answered = Promise.withResolvers<string>();
  request({ socketPath, path: "/healthz" }, (response) => {
    let body = "";
    response.on("data", (chunk: Buffer) => (body += chunk.toString()));
    response.on("end", () => {
      answered.resolve(body);
    });
  })
    .on("error", answered.reject)
    .end();
  return JSON.parse(await answered.promise) as Health;
}

/** The process of the gateway that was started last, as the extension's log names it. */
async function gatewayPid(userDataDir: string): Promise<number> {
  let text = "";
  for await (const path of glob(join(userDataDir, "**", "*Slipstream.log"))) {
    text += await readFile(path, "utf8");
  }
  const pids = [...text.matchAll(/gateway started, process (\d+)/g)].map((match) =>
    Number(match[1]),
  );
  const pid = pids.at(-1);
  assert.ok(pid, "the log names no gateway process");
  return pid;
}
