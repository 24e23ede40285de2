/**
 * `npm start [-- FOLDER] [--web] [--port N]`: opens a real VS Code with the extension in it: the
 * desktop one where there is one, else the web editor, whose address is printed. Without FOLDER it
 * opens a copy of the sample project.
 */
import { createHash, randomBytes } from "node:crypto";
import { cp, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildProduct } from "../../esbuild.mjs";
import { packageVsix } from "../package.ts";
import { cacheDir } from "./cache.ts";
import { hasDesktopEditor, runDesktopEditor } from "./desktop.ts";
import { startEditor } from "./server.ts";

const repository = join(import.meta.dirname, "..", "..");
/** Settings, installed extensions and the sample's copy stay here from start to start. */
const home = join(cacheDir(), "start");
const FAVOURITE_PORT = 4139;

interface Wishes {
  readonly folder: string | undefined;
  readonly isWeb: boolean;
  readonly port: number | undefined;
}

class UsageError extends Error {}

async function readWishes(): Promise<Wishes> {
  const { values, positionals } = parse();
  if (positionals.length > 1) throw new UsageError("Only one folder can be opened.");
  const [folder] = positionals;
  return {
    folder: folder === undefined ? undefined : await existingFolder(folder),
    isWeb: values.web,
    port: values.port === undefined ? undefined : portNumber(values.port),
  };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { web: { type: "boolean", default: false }, port: { type: "string" } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function existingFolder(folder: string): Promise<string> {
  // npm runs scripts in the repository's folder, and notes here where it was called.
  const path = resolve(process.env["INIT_CWD"] ?? ".", folder);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new UsageError(`There is no folder ${path}.`);
  return path;
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
  }
  return Number(text);
}

/** The sample project, copied so that the clone stays as it is; what was changed in the copy is kept. */
async function sampleCopy(): Promise<string> {
  const copy = join(home, "sample");
  await cp(join(repository, "media", "sample"), copy, { recursive: true, force: false });
  return copy;
}

/** A VSIX of what is built now, or nothing when the extensions folder has just this one already. */
async function vsixToInstall(stamp: string): Promise<{ vsix: string[]; content: string }> {
  await buildProduct();
  const hash = createHash("sha256");
  const built = (await readdir(join(repository, "dist"), { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
    .map(({ name }) => join("dist", name));
  for (const path of ["package.json", ...built.sort()]) {
    hash.update(await readFile(join(repository, path)));
  }
  const content = hash.digest("hex");
  const installed = await readFile(stamp, "utf8").catch(() => "");
  return { vsix: installed === content ? [] : [await packageVsix()], content };
}

/** Other accounts of this machine reach a loopback port too: the login keeps them out. */
async function password(): Promise<string> {
  const path = join(home, "password");
  const known = await readFile(path, "utf8").catch(() => "");
  if (known) return known;
  const made = randomBytes(12).toString("base64url");
  await writeFile(path, made, { mode: 0o600 });
  return made;
}

/** The port of the last start, so that the browser recognises the window; any other if it is taken. */
async function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => {
      done(0);
    });
    probe.listen(FAVOURITE_PORT, "127.0.0.1", () =>
      probe.close(() => {
        done(FAVOURITE_PORT);
      }),
    );
  });
}

async function startOnDesktop(folder: string): Promise<void> {
  const places = [
    "--user-data-dir",
    join(home, "desktop-user"),
    "--extensions-dir",
    join(home, "desktop-extensions"),
  ];
  const stamp = join(home, "desktop-installed");
  const { vsix, content } = await vsixToInstall(stamp);
  for (const path of vsix) {
    const { status, stdout } = runDesktopEditor([
      ...places,
      "--install-extension",
      path,
      "--force",
    ]);
    if (status !== 0) throw new Error(`Could not install the extension in VS Code:\n${stdout}`);
  }
  await writeFile(stamp, content);
  const { status } = runDesktopEditor([...places, "--new-window", folder]);
  if (status !== 0) throw new Error("VS Code did not start; try again with --web.");
  console.log(`VS Code opens with ${folder}.`);
}

async function startInBrowser(folder: string, port: number): Promise<void> {
  const stamp = join(home, "web-installed");
  const { vsix, content } = await vsixToInstall(stamp);
  const secret = await password();
  const editor = await startEditor({
    vsix,
    userDataDir: join(home, "web-user"),
    extensionsDir: join(home, "web-extensions"),
    port,
    password: secret,
  });
  await writeFile(stamp, content);
  console.log(
    `\nOpen ${editor.origin}/?folder=${encodeURIComponent(folder).replaceAll("%2F", "/")}`,
  );
  console.log(`Password ${secret} (asked for once per browser)`);
  console.log("Ctrl-C stops it.");
  await editor.ended;
  console.error(`The editor ended:\n${editor.log().slice(-2000)}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const wishes = await readWishes();
  await mkdir(home, { recursive: true });
  const folder = wishes.folder ?? (await sampleCopy());
  if (!wishes.isWeb && wishes.port === undefined && hasDesktopEditor())
    await startOnDesktop(folder);
  else await startInBrowser(folder, wishes.port ?? (await freePort()));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  console.error("usage: npm start [-- FOLDER] [--web] [--port N]");
  process.exitCode = 2;
}
