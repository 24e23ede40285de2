import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore } from "../base/disposable.ts";
import { maxChangedPaths } from "../wire/childNotices.ts";
import type { FileRules } from "./fileRules.ts";
import { PathBatch } from "./pathBatch.ts";

/** An editor that saves, or git that checks out, changes many files at once. */
const waitMs = 200;
/** Git and package managers write much that is never learned. */
const unheeded = /[\\/](\.git[\\/](?!HEAD$|info[\\/]exclude$)|node_modules[\\/])/;

/**
 * Says which files of the workspace have changed on disk. It takes the editor's own watching, which is there anyway,
 * and saves besides, since that may be turned off.
 */
export class ProjectChanges implements Disposable {
  readonly #store = new DisposableStore();

  constructor(clock: Clock, rules: FileRules, send: (paths: readonly string[]) => void) {
    const everything = () => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const batch = this.#store.add(
      new PathBatch({ clock, waitMs, most: maxChangedPaths, everything, send }),
    );
    const heed = ({ scheme, fsPath }: vscode.Uri) => {
      if (scheme === "file" && !unheeded.test(fsPath)) batch.add(fsPath);
    };
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher("**/*"));
    this.#store.add(watcher.onDidChange(heed));
    this.#store.add(watcher.onDidCreate(heed));
    this.#store.add(watcher.onDidDelete(heed));
    this.#store.add(
      // Those above the workspace hold in it, and its own watching does not hear of them.
      rules.onChange((changed) => {
        if (changed) heed(changed);
      }),
    );
    this.#store.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        heed(uri);
      }),
    );
  }

  dispose(): void {
    this.#store.dispose();
  }
}
