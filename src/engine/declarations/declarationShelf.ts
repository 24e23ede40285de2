import { statSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { segmentOf, type SegmentParts, sizeBytesOf } from "../segment.ts";
import type { Tokens } from "../tokens.ts";
import { type DeclarationFile, findDeclarations } from "./findDeclarations.ts";
import { readDeclarations } from "./readDeclarations.ts";

/** What all packages may take together; the one that was wanted longest ago makes room. */
const mostBytes = 24 * 1024 * 1024;
/** Another package may have been installed since something was looked for in vain, or found. */
const missingMs = 10_000;
const foundMs = 60_000;
/** More names than anybody imports while a window is open. */
const mostNames = 2_000;

/** What a shelf needs. */
export interface ShelfParts {
  readonly clock: Clock;
  readonly mayRead: (file: DeclarationFile) => boolean;
  /** A package's declarations were read. */
  readonly onRead: (segment: SegmentParts) => void;
  /** These are no longer of use. */
  readonly onForget: (paths: readonly string[]) => void;
}

interface Shelved {
  /** The state of the file it begins with. */
  readonly stamp: string;
  readonly paths: readonly string[];
  readonly sizeBytes: number;
}

/** A name, and where it led to when it was looked for. */
interface Sought {
  readonly first: string | undefined;
  readonly atMs: number;
}

/**
 * The declarations of packages that are imported, each read once and again when it has changed. Blocks its thread for
 * some tens of milliseconds a package.
 */
export class DeclarationShelf {
  readonly #parts: ShelfParts;
  /** By folder and name. */
  readonly #sought = new Map<string, Sought>();
  /** By the file they begin with, the one wanted last at the end. */
  readonly #shelved = new Map<string, Shelved>();
  readonly #due = new Map<string, { readonly folder: string; readonly name: string }>();
  /** What the file in front imports, by the files those begin with: it makes no room for one another. */
  #wanted = new Set<string>();
  #sizeBytes = 0;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get isDue(): boolean {
    return this.#due.size > 0;
  }

  /** A file in this folder imports these; what is not known of them becomes due. */
  want(folder: string, names: readonly string[]): void {
    this.#wanted = new Set();
    for (const name of names) {
      const key = `${folder}\0${name}`;
      const sought = this.#sought.get(key);
      if (sought?.first !== undefined) this.#wanted.add(sought.first);
      if (!sought || !this.#isKnown(sought)) this.#due.set(key, { folder, name });
    }
  }

  /** Leaves alone what is due. */
  pass(): void {
    this.#due.clear();
  }

  /** Reads what is due of one package, into no more than this room. Tells whether anything has become of it. */
  readNext(roomBytes: number, scratch: Tokens): boolean {
    for (const [key, { folder, name }] of this.#due) {
      this.#due.delete(key);
      const first = findDeclarations(folder, name);
      if (this.#sought.size >= mostNames) this.#sought.clear();
      this.#sought.set(key, { first: first?.path, atMs: this.#parts.clock.now() });
      if (!first) continue;
      this.#wanted.add(first.path);
      if (this.#use(first.path, stampOf(first.path))) continue;
      this.#forget(first.path);
      if (this.#read(first, Math.min(roomBytes, mostBytes), scratch)) return true;
    }
    return false;
  }

  /** Another state of the packages is installed: all is found and read anew when it is wanted. */
  clear(): void {
    this.#sought.clear();
    for (const first of [...this.#shelved.keys()]) this.#forget(first);
  }

  #isKnown({ first, atMs }: Sought): boolean {
    const isFresh = this.#parts.clock.now() - atMs < (first === undefined ? missingMs : foundMs);
    return isFresh && (first === undefined || this.#use(first));
  }

  /** Whether it is there, in this state of its first file. */
  #use(first: string, stamp?: string): boolean {
    const shelved = this.#shelved.get(first);
    if (!shelved || (stamp !== undefined && shelved.stamp !== stamp)) return false;
    this.#shelved.delete(first);
    this.#shelved.set(first, shelved);
    return true;
  }

  #read(first: DeclarationFile, mostBytes: number, scratch: Tokens): boolean {
    const stamp = stampOf(first.path);
    const known = new Set([...this.#shelved.values()].flatMap(({ paths }) => paths));
    const { mayRead, onRead } = this.#parts;
    const files = readDeclarations(first, (file) => !known.has(file.path) && mayRead(file));
    this.#shelved.set(first.path, { stamp, paths: [], sizeBytes: 0 }); // it is not read again, whatever comes of it
    if (files.length === 0) return false;
    const { parts } = segmentOf(files, scratch);
    const sizeBytes = sizeBytesOf(parts);
    for (const oldest of [...this.#shelved.keys()]) {
      if (this.#sizeBytes + sizeBytes <= mostBytes) break;
      if (!this.#wanted.has(oldest)) this.#forget(oldest);
    }
    if (this.#sizeBytes + sizeBytes > mostBytes) return false;
    this.#shelved.set(first.path, { stamp, paths: files.map(({ path }) => path), sizeBytes });
    this.#sizeBytes += sizeBytes;
    onRead(parts);
    return true;
  }

  #forget(first: string): void {
    const shelved = this.#shelved.get(first);
    this.#shelved.delete(first);
    if (!shelved || shelved.paths.length === 0) return;
    this.#sizeBytes -= shelved.sizeBytes;
    this.#parts.onForget(shelved.paths);
    // What was left out since these had it, or there was no room, may be read now.
    for (const [other, { paths }] of this.#shelved)
      if (paths.length === 0) this.#shelved.delete(other);
  }
}

/** The state of a file: another one where it was written since. */
function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return "gone";
  }
}
