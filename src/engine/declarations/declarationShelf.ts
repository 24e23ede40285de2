import { type Clock } from "../../base/clock.ts";
import { segmentOf, type SegmentParts, sizeBytesOf } from "../segment.ts";
import { type Tokens } from "../tokens.ts";
import { type DeclarationFile, findDeclarations } from "./findDeclarations.ts";
import { readDeclarations } from "./readDeclarations.ts";

/** What all packages may take together; the one that was wanted longest ago makes room. */
const mostBytes = 24 * 1024 * 1024;
/** What was not found may have been installed since. */
const missingMs = 10_000;
/** More names than anybody imports while a window is open. */
const mostNames = 2_000;

/** What a shelf needs. */
export interface ShelfParts {
  readonly clock: Clock;
  readonly mayRead: (path: string) => boolean;
  /** A package's declarations were read. */
  readonly onRead: (segment: SegmentParts) => void;
  /** These are no longer of use. */
  readonly onForget: (paths: readonly string[]) => void;
}

interface Shelved {
  readonly paths: readonly string[];
  readonly sizeBytes: number;
}

/** A name, and where it led to when it was looked for. */
interface Sought {
  readonly first: string | undefined;
  readonly atMs: number;
}

/** The declarations of packages that are imported, each read once. Blocks its thread for some ten milliseconds a package. */
export class DeclarationShelf {
  readonly #parts: ShelfParts;
  /** By folder and name. */
  readonly #sought = new Map<string, Sought>();
  /** By the file they begin with, the one wanted last at the end. */
  readonly #shelved = new Map<string, Shelved>();
  readonly #due = new Map<string, { readonly folder: string; readonly name: string }>();
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
    for (const name of names) {
      const key = `${folder}\0${name}`;
      const sought = this.#sought.get(key);
      if (!sought || !this.#isKnown(sought)) this.#due.set(key, { folder, name });
    }
  }

  /** Reads what is due of one package, into no more than this room. */
  readNext(roomBytes: number, scratch: Tokens): void {
    for (const [key, { folder, name }] of this.#due) {
      this.#due.delete(key);
      const first = findDeclarations(folder, name);
      if (this.#sought.size >= mostNames) this.#sought.clear();
      this.#sought.set(key, { first: first?.path, atMs: this.#parts.clock.now() });
      if (!first || this.#use(first.path)) continue;
      this.#read(first, Math.min(roomBytes, mostBytes), scratch);
      return;
    }
  }

  /** Another state of the packages is installed: all is found and read anew when it is wanted. */
  clear(): void {
    this.#sought.clear();
    for (const first of [...this.#shelved.keys()]) this.#forget(first);
  }

  #isKnown({ first, atMs }: Sought): boolean {
    if (first !== undefined) return this.#use(first);
    return this.#parts.clock.now() - atMs < missingMs;
  }

  /** Whether it is there. */
  #use(first: string): boolean {
    const shelved = this.#shelved.get(first);
    if (!shelved) return false;
    this.#shelved.delete(first);
    this.#shelved.set(first, shelved);
    return true;
  }

  #read(first: DeclarationFile, mostBytes: number, scratch: Tokens): void {
    const known = new Set([...this.#shelved.values()].flatMap(({ paths }) => paths));
    const { mayRead, onRead } = this.#parts;
    const files = readDeclarations(first, (path) => !known.has(path) && mayRead(path));
    this.#shelved.set(first.path, { paths: [], sizeBytes: 0 }); // it is not read again, whatever comes of it
    if (files.length === 0) return;
    const { parts } = segmentOf(files, scratch);
    const sizeBytes = sizeBytesOf(parts);
    for (const oldest of [...this.#shelved.keys()]) {
      if (this.#sizeBytes + sizeBytes <= mostBytes) break;
      this.#forget(oldest);
    }
    if (this.#sizeBytes + sizeBytes > mostBytes) return;
    this.#shelved.set(first.path, { paths: files.map(({ path }) => path), sizeBytes });
    this.#sizeBytes += sizeBytes;
    onRead(parts);
  }

  #forget(first: string): void {
    const shelved = this.#shelved.get(first);
    this.#shelved.delete(first);
    if (!shelved) return;
    this.#sizeBytes -= shelved.sizeBytes;
    this.#parts.onForget(shelved.paths);
  }
}
