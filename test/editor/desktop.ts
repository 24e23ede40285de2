/** The desktop VS Code of this machine, if it has one that can be used. */
import { spawnSync } from "node:child_process";

/** The oldest VS Code that the extension runs in: engines.vscode in package.json. */
const OLDEST = [1, 125] as const;

/** Whether a window can be opened here. */
export function hasScreen(): boolean {
  const { platform, env } = process;
  if (platform === "darwin" || platform === "win32") return true;
  return [env["DISPLAY"], env["WAYLAND_DISPLAY"]].some((screen) => screen);
}

/** Whether `code` is on the PATH, new enough, and can open a window. */
export function hasDesktopEditor(): boolean {
  if (!hasScreen()) return false;
  const { status, stdout } = runDesktopEditor(["--version"]);
  const [major = 0, minor = 0] = stdout.split(".").map(Number);
  return status === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
}

/** Runs `code` with these arguments; it returns as soon as its window is under way. */
export function runDesktopEditor(args: readonly string[]): {
  status: number | null;
  stdout: string;
} {
  const isWindows = process.platform === "win32";
  const words = isWindows ? args.map((arg) => `"${arg}"`) : args;
  return spawnSync("code", words, { encoding: "utf8", shell: isWindows });
}
