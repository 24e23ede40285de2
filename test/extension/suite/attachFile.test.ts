/** Which files are offered to go with a question of the chat. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { findFiles, nameOf } from "../../../src/extension/chat/fileFinder.ts";
import { FileRules } from "../../../src/extension/fileRules.ts";
import {
  closeAll,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  inFolder,
  writeInFolder,
} from "./editorWindow.ts";

suite("Files to attach", () => {
  const rules = new FileRules(systemClock);
  const names = async (text: string) => {
    const { files, isCut } = await findFiles(text, rules, new AbortController().signal);
    return { names: files.map(nameOf), isCut };
  };
  suiteSetup(async () => {
    await quietEditor();
    for (let at = 0; at < 400; at++)
      writeInFolder(`pick/node_modules/some/file${at}.js`, "export {};\n");
    writeInFolder("pick/.slipstreamignore", "forbidden*\n");
    for (const name of ["forbidden.ts", "left.out", "min/a.ts", "Zoo Keeper.ts", "[id].ts"])
      writeInFolder(`pick/${name}`, "const a = 1;\n");
    await setSettings({ "search.exclude": { "**/*.{out,outer}": true, "**/min": true } });
  });
  suiteTeardown(async () => {
    rules.dispose();
    await closeAll();
    await restoreSettings();
    rmSync(inFolder("pick"), { recursive: true });
  });

  test("are none of packages, of what the search leaves out, or of what may not be sent", async () => {
    const { names: found } = await names("pick/");
    assert.deepEqual(found.filter((name) => !name.endsWith("ignore")).sort(), [
      "pick/Zoo Keeper.ts",
      "pick/[id].ts",
    ]);
  });

  test("are found by a part of their path, in whatever case", async () => {
    assert.deepEqual((await names("zoo k")).names, ["pick/Zoo Keeper.ts"]);
    assert.deepEqual((await names("PICK/[ID")).names, ["pick/[id].ts"]);
  });

  test("begin with those of open tabs, and are cut where there are many", async () => {
    for (let at = 0; at < 320; at++) writeInFolder(`pick/many/a${at}.ts`, "export {};\n");
    await showFile("pick/many/z.ts", "export {};\n");
    const many = await names("many");
    assert.equal(many.names[0], "pick/many/z.ts");
    assert.equal(many.isCut, true);
    assert.ok(many.names.length >= 100 && many.names.length < 130, `${many.names.length}`);
    const one = await names("many/a317");
    assert.deepEqual(one, { names: ["pick/many/a317.ts"], isCut: false });
  });
});
