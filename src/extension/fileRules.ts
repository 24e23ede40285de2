import { realpath } from "node:fs/promises";
import { posix } from "node:path";
import * as vscode from "vscode";
import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import { ignoreFileNames, newRules, type Verdict } from "../privacy/ignoreRules.ts";
import { addRulesFor, type IgnoreFileReader } from "../privacy/readRules.ts";
import { ruleText } from "../privacy/ruleText.ts";
import { isSensitivePath } from "../privacy/sensitiveFiles.ts";
import { isFileItself, pathsShown } from "../privacy/shownFile.ts";

/** How long a verdict holds where an ignore file could not be read. */
const uncertainMs = 1_000;

interface Found {
  readonly verdict: Verdict;
  /** Whether all ignore files could be read. */
  readonly isCertain: boolean;
}

const rulesPattern = "**/{.gitignore,.slipstreamignore,.git/info/exclude}";
/** Without a slash the editor watches the folder alone, and nothing in its folders. */
const rulesInFolder = "{.gitignore,.slipstreamignore}";
const isRules = ({ path }: vscode.Uri): boolean =>
  Object.values(ignoreFileNames).some((name) => path.endsWith(`/${name}`));

/**
 * What may happen with the documents people edit: reads the ignore files in and above their folders, once,
 * and again when one changes. The verdict itself is the privacy folder's.
 */
export class FileRules implements Disposable {
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  readonly #known = new Map<string, Verdict>();
  readonly #clock: Clock;
  /** By document: when an uncertain verdict is forgotten. */
  readonly #again = new Map<string, Disposable>();
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<vscode.Uri | undefined>());
  /** The folders outside the workspace whose rules were read, by their addresses. */
  readonly #watched = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#watch(rulesPattern);
    this.#store.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#forget();
      }),
    );
    this.#store.add(
      // The watching may be turned off for a folder, and is where none is open.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (isRules(uri)) this.#forget(uri);
      }),
    );
    this.#store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#verdicts.delete(document.uri.toString());
        this.#known.delete(document.uri.toString());
      }),
    );
  }

  /** Fires when an ignore file has changed, which it names, or the workspace has: every verdict may be another one now. */
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
    const found = this.#find(uri);
    const verdict = found.then((value) => value.verdict);
    this.#verdicts.set(key, verdict);
    void found.then((value) => {
      if (this.#verdicts.get(key) !== verdict) return;
      this.#known.set(key, value.verdict);
      if (!value.isCertain) this.#lookAgainSoon(key, verdict);
    });
    return verdict;
  }

  #watch(pattern: vscode.GlobPattern): void {
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(pattern));
    for (const changed of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
      this.#store.add(changed(this.#forget));
  }

  /** Those above a file that are in no folder of the workspace: the editor watches none of them by itself. */
  #watchAbove(file: vscode.Uri): void {
    for (let path = posix.dirname(file.path); ; path = posix.dirname(path)) {
      const folder = file.with({ path });
      const key = folder.toString();
      if (!this.#watched.has(key) && !vscode.workspace.getWorkspaceFolder(folder)) {
        this.#watched.add(key);
        this.#watch(new vscode.RelativePattern(folder, rulesInFolder));
      }
      const above = posix.dirname(path);
      if (path === above || (isOnShare(file) && above === "/")) return;
    }
  }

  readonly #forget = (changed?: vscode.Uri): void => {
    this.#verdicts.clear();
    this.#known.clear();
    this.#changes.fire(changed);
  };

  /** What could not be read once may be read the next time, and no event tells of that. */
  #lookAgainSoon(key: string, verdict: Promise<Verdict>): void {
    this.#again.get(key)?.dispose();
    const timer = this.#clock.after(uncertainMs, () => {
      this.#again.delete(key);
      if (this.#verdicts.get(key) !== verdict) return;
      this.#verdicts.delete(key);
      this.#known.delete(key);
    });
    this.#again.set(key, timer);
  }

  dispose(): void {
    for (const timer of this.#again.values()) timer.dispose();
    this.#store.dispose();
  }

  async #find(uri: vscode.Uri): Promise<Found> {
    const document = uri.scheme === "vscode-notebook-cell" ? notebookOf(uri) : uri;
    const files = pathsShown(document).map((path) => fileAt(path, document));
    const places = await Promise.all(files.map(placesOf));
    const found = await Promise.all(places.flat().map((place) => this.#verdictOn(place)));
    // A name is all there is of some documents.
    const named: Verdict = isSensitivePath(document.path) ? "never" : "open";
    const verdicts = [named, ...found.map(({ verdict }) => verdict)];
    const verdict = strictest.find((each) => verdicts.includes(each)) ?? "open";
    return { verdict, isCertain: found.every(({ isCertain }) => isCertain) };
  }

  async #verdictOn({ file, workspace }: Place): Promise<Found> {
    const rules = newRules();
    const folder = posix.dirname(file.path);
    this.#watchAbove(file);
    const isCertain = await addRulesFor(rules, folder, workspace, ignoreFilesBeside(file));
    return { verdict: rules.verdict(file.path), isCertain };
  }
}

/** Where a file is, by one of its paths. */
interface Place {
  readonly file: vscode.Uri;
  /** The path of the workspace folder that it is in; empty for none. */
  readonly workspace: string;
}

const strictest = ["never", "git-ignored"] as const satisfies Verdict[];

/** The file of a path that a document shows: where the workspace has it, else on this machine. */
function fileAt(path: string, document: vscode.Uri): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isOfWorkspace = folders.some(({ uri }) => uri.scheme === document.scheme);
  if (isFileItself(document) || isOfWorkspace) return document;
  const folder = folders.find(({ uri }) =>
    `${path}/`.startsWith(`${uri.path.replace(/\/$/, "")}/`),
  );
  return folder ? folder.uri.with({ path }) : vscode.Uri.from({ scheme: "file", path });
}

/** Where a file is, and where it really is, if links lead there. */
async function placesOf(file: vscode.Uri): Promise<Place[]> {
  const workspace = vscode.workspace.getWorkspaceFolder(file)?.uri;
  const own = { file, workspace: workspace?.path ?? "" };
  const linked = await linkedTo(file);
  if (!linked) return [own];
  const above = workspace && ((await linkedTo(workspace)) ?? workspace);
  const isInside = above && linked.path.startsWith(`${above.path}/`);
  return [own, { file: linked, workspace: isInside ? above.path : "" }];
}

/** A drive of a network leads to an address that the editor may not read: that is the same file, and no link. */
async function linkedTo(file: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (file.scheme !== "file") return undefined;
  const real = vscode.Uri.file(await realpath(file.fsPath).catch(() => file.fsPath));
  const isSame = real.fsPath === file.fsPath || real.authority !== file.authority;
  return isSame ? undefined : real;
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

/** Whether the path begins with a share of the host that the address names. */
const isOnShare = ({ scheme, authority }: vscode.Uri): boolean =>
  scheme === "file" && authority !== "";

/** Reads ignore files through the editor, from wherever the file is. */
function ignoreFilesBeside(file: vscode.Uri): IgnoreFileReader {
  const at = (path: string) => file.with({ path: path === "" ? "/" : path });
  return {
    isOnShare: isOnShare(file),
    async read(path) {
      try {
        return ruleText(await vscode.workspace.fs.readFile(at(path)));
      } catch (error) {
        if (isAbsence(error)) return undefined;
        throw error;
      }
    },
    exists: async (path) => {
      try {
        await vscode.workspace.fs.stat(at(path));
        return true;
      } catch (error) {
        if (isAbsence(error)) return false;
        throw error;
      }
    },
  };
}

const isAbsence = (error: unknown): boolean =>
  error instanceof vscode.FileSystemError && absent.has(error.code);
