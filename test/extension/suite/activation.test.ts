import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import manifest from "../../../package.json" with { type: "json" };
import {
  accept,
  closeAll,
  inFolder,
  linkReady,
  pressAndHear,
  quietEditor,
  restoreSettings,
  showFile,
  slipstream,
  until,
  statusSays,
} from "./editorWindow.ts";
import { healthOf, socketPathOf } from "./servers.ts";

const shapes = `export function areaOfCircle(radius: number): number {
  return Math.PI * radius * radius;
}

`;

suite("Activation", () => {
  suiteSetup(async () => {
    await quietEditor();
  });
  suiteTeardown(async () => {
    await closeAll();
    await restoreSettings();
  });

  test("one WebSocket is open before the first key, to a living child", async () => {
    const view = await slipstream();
    await linkReady();
    assert.equal(view.connectionCount(), 1);
    const { pid, address } = await view.gateway();
    process.kill(pid, 0); // throws if it is not there
    const { links } = await healthOf({ socketPath: socketPathOf(address) });
    assert.deepEqual(links, { open: 1, total: 1 });
  });

  test("nothing but stable API is asked for", () => {
    assert.ok(!("enabledApiProposals" in manifest));
  });

  test("the child's socket lies in a folder that only this user can enter", async () => {
    const view = await slipstream();
    const { address } = await view.gateway();
    const folder = dirname(socketPathOf(address));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test("the command palette has every command of the manifest", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of manifest.contributes.commands) assert.ok(known.has(command), command);
  });

  test("the parser is loaded when the cursor rests in a file, before the first key", async () => {
    const { cache } = createRequire(inFolder("resting.ts"));
    const isLoaded = () => Object.keys(cache).some((path) => path.endsWith("parser.cjs"));
    assert.ok(!isLoaded(), "it was loaded though no file was open");
    await showFile("resting.ts", "const resting = 1;\n");
    await until("the parser is loaded", isLoaded);
  });

  test("keys and an accepted suggestion later there is still one WebSocket", async () => {
    const view = await slipstream();
    const editor = await showFile("shapes.ts", shapes);
    const { result } = await pressAndHear("export function areaO");
    const offered = result.suggestion?.text ?? "";
    assert.match(offered, /^fCircle/);
    assert.equal(await accept(editor), `${shapes}export function areaO${offered}`);
    assert.equal(view.connectionCount(), 1);
    await statusSays(/^\$\(zap\) \d+(\.\d)? ms\n/);
  });

  test("a killed child leaves no socket folder, and the next one answers", async () => {
    const view = await slipstream();
    const { pid, address } = await view.gateway();
    const folder = dirname(socketPathOf(address));
    assert.ok(existsSync(folder));
    process.kill(pid, "SIGKILL");
    await until("the folder is gone", () => !existsSync(folder));
    await until("another child runs", async () => (await view.gateway()).pid !== pid);
    await linkReady();
    assert.equal(view.connectionCount(), 2);
    await showFile("restarted.ts", shapes);
    const { result } = await pressAndHear("export function areaO");
    assert.match(result.suggestion?.text ?? "", /^fCircle/);
  });

  test("a key pressed while the child is away is answered when it is back", async () => {
    const view = await slipstream();
    await showFile("awaited.ts", shapes);
    const { pid } = await view.gateway();
    process.kill(pid, "SIGKILL");
    const { result } = await pressAndHear("export function areaO");
    assert.match(result.suggestion?.text ?? "", /^fCircle/);
    await linkReady();
  });

  test("every child is gone but the one in use after ten reconnects in a row", async () => {
    const view = await slipstream();
    const started = () =>
      view.logLines().flatMap((line) => {
        const [, pid] = /^gateway started, process (\d+)/.exec(line) ?? [];
        return pid ? [Number(pid)] : [];
      });
    for (let times = 0; times < 10; times++)
      await vscode.commands.executeCommand("slipstream.reconnect");
    await linkReady();
    const { pid } = await view.gateway();
    const isGone = (process_: number) => {
      try {
        process.kill(process_, 0);
        return false;
      } catch {
        return true;
      }
    };
    await until("the others are gone", () => started().every((id) => id === pid || isGone(id)));
  });
});
