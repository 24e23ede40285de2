import { posix } from "node:path";
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { IgnoreRules, type Verdict } from "../privacy/ignoreRules.ts";
import { addRulesFor, type IgnoreFileReader } from "../privacy/readRules.ts";
import { isSensitivePath } from "../privacy/sensitiveFiles.ts";

const rulesPattern = "**/{.gitignore,.slipstreamignore,.git/info/exclude}";

/**
 * What may happen with the documents people edit: reads the ignore files in and above their folders, once,
 * and again when one changes. The verdict itself is the privacy folder's.
 */
export class FileRules implements Disposable {
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  readonly #known = new Map<string, Verdict>();
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<undefined>());

  constructor() {
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(rulesPattern));
    const forget = () => {
      this.#verdicts.clear();
      this.#known.clear();
      this.#changes.fire(undefined);
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

  /** Fires when an ignore file has changed: every verdict may be another one now. */
  readonly onChange = this.#changes.on;

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
    const file = uri.scheme === "vscode-notebook-cell" ? notebookOf(uri) : uri;
    // An untitled document has only a name.
    if (file.scheme === "untitled") return isSensitivePath(file.path) ? "never" : "open";
    const rules = new IgnoreRules(process.platform === "win32" || process.platform === "darwin");
    const workspace = vscode.workspace.getWorkspaceFolder(file)?.uri.path ?? "";
    await addRulesFor(rules, posix.dirname(file.path), workspace, ignoreFilesBeside(file));
    return rules.verdict(file.path);
  }
}

/** The notebook that holds a cell. A cell's own address names the path, but not always where it is read from. */
function notebookOf(cell: vscode.Uri): vscode.Uri {
  const key = cell.toString();
  const holder = vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some(({ document }) => document.uri.toString() === key),
  );
  return holder?.uri ?? cell.with({ scheme: "file", authority: "", fragment: "" });
}

const absent = new Set(["FileNotFound", "FileNotADirectory", "FileIsADirectory"]);

/** Reads ignore files through the editor, from wherever the file is. */
function ignoreFilesBeside(file: vscode.Uri): IgnoreFileReader {
  const at = (path: string) => file.with({ path: path === "" ? "/" : path });
  return {
    async read(path) {
      try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(at(path)));
      } catch (error) {
        if (error instanceof vscode.FileSystemError && absent.has(error.code)) return undefined;
        throw error;
      }
    },
    exists: async (path) => {
      try {
        await vscode.workspace.fs.stat(at(path));
        return true;
      } catch {
        return false;
      }
    },
  };
}
