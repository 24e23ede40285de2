import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  inFolder,
  linkReady,
  press,
  pressAndHear,
  quietEditor,
  reportsOf,
  restoreSettings,
  show,
  showFile,
  slipstream,
  until,
  writeInFolder,
  statusSays,
} from "./editorWindow.ts";
import { endServers, startModel, useModel } from "./servers.ts";

const never = "never completed in: a file of secrets, or named in .slipstreamignore";
const confined = "git ignores this file: completed from its own text, nothing is sent";
const treasure = 'const hiddenTreasure = "under the old oak";\n';

suite("Privacy", () => {
  let model: ScriptedUpstream;

  suiteSetup(async () => {
    await quietEditor();
    model = await startModel({ tokens: ["fromTheModel()"] });
    await useModel(model.url);
    writeInFolder(".gitignore", "ignored/\n");
    writeInFolder("private/.slipstreamignore", "*.txt\n");
    writeInFolder("ignored/treasure.ts", treasure);
    await vscode.commands.executeCommand("slipstream.reconnect");
    await linkReady();
  });
  suiteTeardown(async () => {
    for (const path of [".gitignore", "private", "ignored", "later"])
      rmSync(inFolder(path), { recursive: true, force: true });
    await restoreSettings();
    await endServers();
  });
  teardown(async () => {
    model.records.splice(0);
    await closeAll();
  });

  /** Types into a file and waits until the editor was refused. */
  const isRefused = async (path: string, content: string) => {
    const view = await slipstream();
    await showFile(path, content);
    const refused = view.refusals().length;
    await press("API");
    await until("a refusal", () => view.refusals().length > refused);
    assert.equal(view.refusals().at(-1), never);
    await statusSays(new RegExp(`No completions here: ${never}`));
    await statusSays(/circle-slash\) off here/);
    assert.deepEqual(await reportsOf(path), []);
    assert.deepEqual(model.records, []);
  };

  for (const path of [".env", "keys/id_rsa", "private/plan.txt", ".env.local"]) {
    test(`a file of secrets is never completed in: ${path}`, async () => {
      await isRefused(path, "API_KEY=abc\nAPI_SECRET=def\n");
    });
  }

  test("an untitled document with a secret's name is never completed in", async () => {
    const view = await slipstream();
    const refused = view.refusals().length;
    await show(vscode.Uri.parse("untitled:server.pem"));
    await press("API");
    await until("a refusal", () => view.refusals().length > refused);
    assert.equal(view.refusals().at(-1), never);
  });

  test("a git-ignored file is completed from its own text and nothing of it is sent", async () => {
    const view = await slipstream();
    await show(inFolder("ignored/treasure.ts"));
    const { result } = await pressAndHear("const hid");
    assert.match(result.suggestion?.text ?? "", /^denTreasure/);
    assert.equal(result.suggestion?.origin, "draft");
    await until("the tooltip says why", () => view.status()?.tooltip.includes(confined));
    assert.deepEqual(model.records, []);
    await pressAndHear("denTreasure");
    assert.deepEqual(model.records, []);
  });

  test("what a git-ignored file says is suggested in no other file", async () => {
    await show(inFolder("ignored/treasure.ts"));
    await pressAndHear("const hid");
    await showFile("open.ts", "let other = 1;\n");
    model.script = { outcome: { kind: "status", status: 500, body: "" } };
    const { result } = await pressAndHear("const hid");
    model.script = { tokens: ["fromTheModel()"] };
    assert.equal(result.suggestion, undefined);
    const bodies = JSON.stringify(model.records.map(({ body }) => body));
    assert.ok(bodies.length > 2 && !bodies.includes("Treasure"), bodies);
  });

  test("an open file is sent, with its path in the folder and no home folder", async () => {
    await showFile("open.ts", "let other = 1;\n");
    const { result } = await pressAndHear("let o");
    assert.equal(result.suggestion?.origin, "remote");
    const sent = JSON.stringify(model.records.at(-1)?.body);
    assert.ok(!sent.includes(inFolder("open.ts")), sent);
  });

  test("a rule file that is made, changed and deleted is honoured", async () => {
    const view = await slipstream();
    const isOff = () => view.status()?.tooltip.includes("No completions here") === true;
    const editor = await showFile("later/notes.md", "# API of the house\n\n");
    await pressAndHear("# A");
    writeInFolder("later/.slipstreamignore", "*.md\n");
    await until("it is off", () => isOff());
    const asked = (await reportsOf("notes.md")).length;
    const refused = view.refusals().length;
    await press("P");
    await until("a refusal", () => view.refusals().length > refused);
    assert.equal((await reportsOf("notes.md")).length, asked);
    writeInFolder("later/.slipstreamignore", "*.txt\n");
    await until("it is on", () => !isOff());
    await pressAndHear("I");
    rmSync(inFolder("later/.slipstreamignore"));
    writeInFolder("later/.gitignore", "notes.md\n");
    await until("it is confined", () => view.status()?.tooltip.includes(confined));
    model.records.splice(0);
    await pressAndHear(" of");
    assert.deepEqual(model.records, []);
    assert.equal(editor.document.isDirty, true);
  });

  test("a rule file that could not be read confines only for as long as it cannot be", async () => {
    const folder = mkdtempSync(join(tmpdir(), "loose-")); // not watched: no event tells that it can be read again
    try {
      symlinkSync(".gitignore", join(folder, ".gitignore")); // a link to itself
      writeFileSync(join(folder, "loose.ts"), "let other = 1;\n");
      await show(join(folder, "loose.ts"));
      const view = await slipstream();
      await until("it is confined", () => view.status()?.tooltip.includes(confined));
      rmSync(join(folder, ".gitignore"));
      await until("the model is asked", async () => {
        await press("\n");
        await pressAndHear("let o");
        return model.records.length > 0;
      });
    } finally {
      await closeAll();
      rmSync(folder, { recursive: true });
    }
  });
});
