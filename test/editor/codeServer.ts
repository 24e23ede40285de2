/**
 * A real VS Code without a download of VS Code: code-server from npm carries its workbench and its
 * Node extension host. Installed without running any install script and without a compiler.
 */
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, npmInstall } from "./cache.ts";

/** code-server's version; it is VS Code 1.139.1. */
const VERSION = "4.139.1";
/** To be raised whenever something below changes: makes a new folder in the cache. */
const REVISION = 1;

const repository = join(import.meta.dirname, "..", "..");

/** Installs code-server into the cache unless it is there. Returns the path of its entry script. */
export async function codeServerEntry(): Promise<string> {
  if (process.platform === "win32") throw new Error("code-server does not run on Windows");
  const folder = await cached({
    name: `code-server-${VERSION}-r${REVISION}`,
    title: `Installing the editor (code-server ${VERSION}, about 255 MB from npm, once)`,
    fill: installCodeServer,
  });
  return join(folder, "node_modules", "code-server", "out", "node", "entry.js");
}

/**
 * The Node to run code-server with. It asks for exactly Node 24: the one among the packages is
 * preferred to the running one, which may be newer.
 */
export function editorNode(): string {
  const { platform, arch } = process;
  const names = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`];
  const places = names.map((name) => join(repository, "node_modules", name, "bin", "node"));
  return places.find((path) => existsSync(path)) ?? process.execPath;
}

async function installCodeServer(folder: string): Promise<void> {
  const manifest = { private: true, dependencies: { "code-server": VERSION } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await npmInstall(folder);
  const vscode = join(folder, "node_modules", "code-server", "lib", "vscode");
  // The server's own packages, and the TypeScript that its built-in extensions share. (`npm ci` is
  // refused here: the shrinkwrap that code-server ships is out of step with its package.json.)
  await npmInstall(vscode, "--omit=dev");
  await npmInstall(join(vscode, "extensions"), "--omit=dev");
  await replaceNatives(vscode);
  await refuseProposedApi(vscode);
}

/**
 * Two native modules that npm ships as source get stand-ins in JavaScript, so that no compiler is
 * needed: the log writer (without one every output channel stays empty), and a watchdog that only
 * doubles what the extension host does by itself.
 */
async function replaceNatives(vscode: string): Promise<void> {
  const modules = join(vscode, "node_modules", "@vscode");
  await copyFile(
    join(import.meta.dirname, "spdlogStandIn.cjs"),
    join(modules, "spdlog", "index.js"),
  );
  await writeFile(
    join(modules, "native-watchdog", "index.js"),
    "exports.start = () => {};\nexports.exit = (code) => process.exit(code);\n",
  );
}

/**
 * code-server lets every extension use proposed API, where a stable VS Code throws. This puts the
 * stable rule back, so that nothing can pass here and fail there.
 */
async function refuseProposedApi(vscode: string): Promise<void> {
  await replaceOnce(
    join(vscode, "out/vs/workbench/api/node/extensionHostProcess.js"),
    /(function ([\w$]+)\(([\w$]+),([\w$]+)\)\{return)!0(\}function [\w$]+\([\w$]+,[\w$]+\)\{if\(!\2\()/g,
    "$1!!$3.enabledApiProposals&&$3.enabledApiProposals.includes($4)$5",
  );
  await replaceOnce(
    join(vscode, "out/vs/code/browser/workbench/workbench.js"),
    /_envEnablesProposedApiForAll=!0/g,
    "_envEnablesProposedApiForAll=!1",
  );
}

async function replaceOnce(path: string, find: RegExp, replacement: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const hits = [...text.matchAll(find)].length;
  if (hits !== 1) throw new Error(`${path}: 1 place to change expected, ${hits} found`);
  await writeFile(path, text.replace(find, replacement));
}
