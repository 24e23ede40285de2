import { join } from "node:path";
import type * as vscode from "vscode";
import { loadBundle } from "./codeCache.ts";
import type { TestView } from "./testView.ts";
import type * as window from "./window.ts";

/** The SHA-256 of `window.cjs`, which the build puts in. */
declare const windowBundleHash: string;

/** By then a window has done most of what it ever does, and what it has compiled is worth keeping. */
const keepAfterMs = 20_000;

/** The door of the extension: it loads the window's own bundle (`window.ts`) without compiling it at each start. */
export function activate(context: vscode.ExtensionContext): TestView | undefined {
  const folder = join(context.globalStorageUri.fsPath, "code");
  const cacheFile = join(folder, `${windowBundleHash}.bin`);
  const bundle = loadBundle(join(import.meta.dirname, "window.cjs"), cacheFile, require);
  const timer = setTimeout(() => {
    bundle.keep().catch(() => undefined); // the next start compiles again
  }, keepAfterMs);
  context.subscriptions.push({
    dispose: () => {
      clearTimeout(timer);
    },
  });
  return (bundle.exports as typeof window).activate(context);
}
