/**
 * Runs a script of this repository with Node 24, on any machine that has Node 20 and npm:
 *
 *     node test/bootstrap.mjs SCRIPT [ARGUMENTS...]
 *
 * It installs the packages when they are missing or older than package-lock.json, finds Node 24
 * (the running one, or the one that the packages brought along) and hands over to it. Plain
 * JavaScript, and only Node's own modules: this is the one file that runs before anything else.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const WANTED_NODE = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");

const runningMajor = Number(process.versions.node.split(".")[0]);
if (runningMajor < OLDEST_NODE) {
  stop(
    `Slipstream's tools need Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}.`,
  );
}
const [script, ...args] = process.argv.slice(2);
if (!script) stop("usage: node test/bootstrap.mjs SCRIPT [ARGUMENTS...]");

if (!isInstalled()) install();
handOver(findNode(), [join(root, script), ...args]);

function stop(message) {
  console.error(message);
  process.exit(2);
}

function readJson(...path) {
  const file = join(root, ...path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** npm notes what it installed in node_modules/.package-lock.json: that is compared with ours. */
function isInstalled() {
  const wanted = readJson("package-lock.json")?.packages;
  const present = readJson("node_modules", ".package-lock.json")?.packages;
  if (!present) return false;
  if (!wanted) return true;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === "" || optional || devOptional || present[path]?.version === version,
  );
}

/** `npm ci`; and where that is impossible, as with a lock file that is out of step, `npm install`. */
function install() {
  const startedAt = performance.now();
  console.error("Installing the packages (npm ci)...");
  if (!npm("ci")) {
    console.error("npm ci was not possible; trying npm install...");
    if (!npm("install")) stop("The packages could not be installed; see above.");
  }
  console.error(`Installed in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
}

/** No package's install script is needed, so none is run. */
function npm(command) {
  const args = [command, "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
  const env = { ...process.env };
  // Set by the `npm run` around us; npm would take them for its own settings.
  for (const name of Object.keys(env)) if (/^npm_(package|lifecycle)_/.test(name)) delete env[name];
  const isWindows = process.platform === "win32";
  const options = { cwd: root, env, stdio: ["ignore", 2, 2], shell: isWindows };
  const { status, error } = spawnSync("npm", args, options);
  if (error) console.error(error.message);
  return status === 0;
}

function findNode() {
  if (runningMajor >= WANTED_NODE) return process.execPath;
  const system = process.platform === "win32" ? "win" : process.platform;
  const binary = process.platform === "win32" ? "node.exe" : "node";
  const places = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
  const found = places
    .map((name) => join(modules, name, "bin", binary))
    .find((path) => existsSync(path));
  return (
    found ??
    stop(
      `No Node ${WANTED_NODE} for ${system}-${process.arch} came with the packages: please install Node ${WANTED_NODE}.`,
    )
  );
}

/** Runs the script and ends as it ends; signals for this process are passed on to it. */
function handOver(node, argv) {
  // Type stripping is announced as experimental by the first releases of Node 24.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...argv], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stop(`Could not run ${node}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
