import * as path from "node:path";
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import {
  ignoreFileNames,
  IgnoreRules,
  type IgnoreFileKind,
  type Verdict,
} from "../privacy/ignoreRules.ts";
import { isSensitivePath } from "../privacy/sensitiveFiles.ts";

const kinds = Object.keys(ignoreFileNames) as IgnoreFileKind[];
const rulesPattern = "**/{.gitignore,.slipstreamignore}";

/**
 * What may happen with the documents people edit: reads the ignore files in and above their folders, once,
 * and again when one changes. The verdict itself is the privacy folder's.
 */
export class FileRules implements Disposable {
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  readonly #known = new Map<string, Verdict>();
  readonly #store = new DisposableStore();

  constructor() {
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(rulesPattern));
    const forget = () => {
      this.#verdicts.clear();
      this.#known.clear();
    };
    this.#store.add(watcher.onDidChange(forget));
    this.#store.add(watcher.onDidCreate(forget));
    this.#store.add(watcher.onDidDelete(forget));
    this.#store.add(vscode.workspace.onDidChangeWorkspaceFolders(forget));
    this.#store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#verdicts.delete(document.uri.toString());
        this.#known.delete(document.uri.toString());
      }),
    );
  }

  /** The verdict if it is known by now; asking starts finding out. */
  known(uri: vscode.Uri): Verdict | undefined {
    const key = uri.toString();
    if (!this.#known.has(key)) void this.verdict(uri);
    return this.#known.get(key);
  }

  /** The verdict on a document; never rejects. */
  verdict(uri: vscode.Uri): Promise<Verdict> {
    const key = uri.toString();
    const known = this.#verdicts.get(key);
    if (known) return known;
    const verdict = this.#find(uri);
    this.#verdicts.set(key, verdict);
    void verdict.then((value) => {
      if (this.#verdicts.get(key) === verdict) this.#known.set(key, value);
    });
    return verdict;
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #find(uri: vscode.Uri): Promise<Verdict> {
    // A notebook's cells share its path; an untitled document has only a name.
    if (uri.scheme === "untitled") return isSensitivePath(uri.path) ? "never" : "open";
    const file =
      uri.scheme === "vscode-notebook-cell" ? uri.with({ scheme: "file", fragment: "" }) : uri;
    const rules = new IgnoreRules(process.platform === "win32" || process.platform === "darwin");
    await Promise.all(foldersAbove(file).map((folder) => addRules(rules, folder)));
    return rules.verdict(file.path);
  }
}

/** From the file's own folder up to the root: a repository may begin above the workspace folder. */
function foldersAbove(file: vscode.Uri): vscode.Uri[] {
  const folders: vscode.Uri[] = [];
  let folder = path.posix.dirname(file.path);
  for (;;) {
    folders.push(file.with({ path: folder }));
    const parent = path.posix.dirname(folder);
    if (parent === folder) return folders;
    folder = parent;
  }
}

async function addRules(rules: IgnoreRules, folder: vscode.Uri): Promise<void> {
  await Promise.all(
    kinds.map(async (kind) => {
      try {
        const file = vscode.Uri.joinPath(folder, ignoreFileNames[kind]);
        const bytes = await vscode.workspace.fs.readFile(file);
        rules.add({ kind, folder: folder.path, text: new TextDecoder().decode(bytes) });
      } catch {
        // Most folders have none; one that cannot be read holds for nobody.
      }
    }),
  );
}
