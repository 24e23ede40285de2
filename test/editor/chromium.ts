/**
 * A Chromium for the tests: an installed one, or on Linux (x64) one that comes from npm and needs
 * neither root nor anything of the system but glibc.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { cached, npmInstall } from "./cache.ts";

/** A browser's executable and what must be added to its environment. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const PACKAGE = "@sparticuz/chromium";
const VERSION = "153.0.0";

/** CHROMIUM_PATH, else an installed browser, else the one from npm (put into the cache first). */
export async function findChromium(): Promise<Chromium> {
  const named = process.env["CHROMIUM_PATH"];
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names no file: ${named}`);
  const path = named ?? installedPlaces().find((place) => existsSync(place) && starts(place));
  if (path) return { path, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chromium, Chrome or Edge found: install one, or set CHROMIUM_PATH.");
  }
  const folder = await cached({
    name: `chromium-${VERSION}`,
    title: `Installing a browser (Chromium ${VERSION}, about 70 MB from npm, once)`,
    fill: installChromium,
  });
  const env = { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_PATH: folder };
  return { path: join(folder, "chromium"), env };
}

function installedPlaces(): string[] {
  const { env, platform } = process;
  if (platform === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  }
  if (platform === "win32") {
    const parents = [env["ProgramFiles"], env["ProgramFiles(x86)"], env["LOCALAPPDATA"]];
    const programs = [
      "Google/Chrome/Application/chrome.exe",
      "Microsoft/Edge/Application/msedge.exe",
    ];
    return parents.flatMap((parent) => (parent ? programs.map((name) => join(parent, name)) : []));
  }
  const names = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
  ];
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** Some systems have a `chromium-browser` that only tells how to install one. */
function starts(path: string): boolean {
  if (process.platform !== "linux") return true; // Elsewhere --version may open a window.
  return spawnSync(path, ["--version"], { timeout: 10_000 }).status === 0;
}

/** Unpacks the package's own archives: its code would unpack them to a fixed path in the temp folder. */
async function installChromium(folder: string): Promise<void> {
  const download = join(folder, "download");
  await mkdir(download);
  await writeFile(join(download, "package.json"), '{ "private": true }');
  await npmInstall(download, `${PACKAGE}@${VERSION}`);
  const archives = join(download, "node_modules", PACKAGE, "bin");
  const unpacked = async (name: string): Promise<Buffer> =>
    promisify(brotliDecompress)(await readFile(join(archives, name)));

  await writeFile(join(folder, "chromium"), await unpacked("chromium.br"));
  await chmod(join(folder, "chromium"), 0o755);
  untar(await unpacked("al2023.tar.br"), folder); // lib/: NSS and what else small systems lack
  untar(await unpacked("fonts.tar.br"), folder); // fonts/
  await writeFile(join(folder, "fonts.conf"), FONTS_CONF);
  await rm(download, { recursive: true });
}

function untar(archive: Buffer, folder: string): void {
  const { status, stderr, error } = spawnSync("tar", ["-x", "-f", "-", "-C", folder], {
    input: archive,
  });
  if (status !== 0) throw new Error(`tar failed: ${error?.message ?? stderr.toString()}`);
}

/** The system's fonts, and the package's own for a system that has none. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
