import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { TestView } from "../../../src/extension/testView.ts";
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
  setSettings,
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

/** Types until the editor, which a busy machine may have let lie, has asked and was refused. It asks when no key follows. */
async function typeUntilRefused(view: TestView): Promise<void> {
  const refused = view.refusals().length;
  let nextAt = 0;
  await until("a refusal", async () => {
    if (view.refusals().length > refused) return true;
    if (performance.now() < nextAt) return false;
    await press("A");
    nextAt = performance.now() + 1_000;
    return false;
  });
}

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
    await typeUntilRefused(view);
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
    await show(vscode.Uri.parse("untitled:server.pem"));
    await typeUntilRefused(view);
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

  /** Opens a file that the links are told of. */
  const followed = async (path: string) => {
    const view = await slipstream();
    const { document } = await showFile(path, "let other = 1;\n");
    await pressAndHear("let o");
    assert.equal(view.isFollowed(document.uri), true);
    return document.uri;
  };
  const gaps: readonly (readonly [string, () => unknown, () => unknown])[] = [
    [
      "a rule forbids it",
      () => writeInFolder("later/.slipstreamignore", "*.ts\n"),
      () => {
        rmSync(inFolder("later/.slipstreamignore"));
      },
    ],
    [
      "completions are paused",
      () => vscode.commands.executeCommand("slipstream.pause"),
      () => vscode.commands.executeCommand("slipstream.resume"),
    ],
    [
      "its language is turned off",
      () => setSettings({ "slipstream.languages": { typescript: false } }),
      () => setSettings({ "slipstream.languages": undefined }),
    ],
    [
      "all is turned off",
      () => setSettings({ "slipstream.enabled": false }),
      () => setSettings({ "slipstream.enabled": undefined }),
    ],
  ];
  for (const [what, begin, end] of gaps) {
    test(`nothing more of a file is sent from when ${what}`, async () => {
      const view = await slipstream();
      const uri = await followed("later/told.ts");
      await begin();
      try {
        await until("it is left", () => !view.isFollowed(uri));
        await press("secret");
        assert.equal(view.isFollowed(uri), false);
      } finally {
        await end();
      }
      await until("it is on again", async () => {
        await press("\n");
        return view.isFollowed(uri);
      });
    });
  }

  test("nothing of a file is sent where the editor's inline suggestions are turned off", async () => {
    const view = await slipstream();
    await setSettings({ "editor.inlineSuggest.enabled": false });
    try {
      const { document } = await showFile("later/plain.ts", "let other = 1;\n");
      await until("it is known what it is", () => view.status()?.tooltip.includes("last answer"));
      await vscode.commands.executeCommand("slipstream.reconnect"); // a new far end is told of the file in front
      await linkReady();
      assert.equal(view.isFollowed(document.uri), false);
    } finally {
      await setSettings({ "editor.inlineSuggest.enabled": undefined });
    }
  });

  test("a link does not lead round the rules", async () => {
    writeInFolder("private/plan.txt", "let plan = 1;\n");
    const link = inFolder("linked.ts");
    symlinkSync(inFolder("private/plan.txt"), link);
    try {
      const view = await slipstream();
      await show(link);
      await typeUntilRefused(view);
      assert.equal(view.refusals().at(-1), never);
    } finally {
      await closeAll();
      rmSync(link);
    }
  });

  for (const how of ["written", "saved"] as const) {
    test(`a rule file outside the workspace is honoured when it is ${how}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "outside-"));
      try {
        writeFileSync(join(folder, "notes.ts"), "let other = 1;\n");
        const rules = join(folder, ".slipstreamignore");
        const { document } = await show(join(folder, "notes.ts"));
        const view = await slipstream();
        await until("it is on", () => view.isFollowed(document.uri));
        if (how === "written") writeFileSync(rules, "*.ts\n");
        else {
          const editor = await show(vscode.Uri.file(rules).with({ scheme: "untitled" }));
          await editor.edit((edit) => {
            edit.insert(new vscode.Position(0, 0), "*.ts\n");
          });
          await editor.document.save();
        }
        await until("it is left", () => !view.isFollowed(document.uri));
        await show(document);
        await statusSays(new RegExp(`No completions here: ${never}`));
      } finally {
        await closeAll();
        rmSync(folder, { recursive: true });
      }
    });
  }
});
