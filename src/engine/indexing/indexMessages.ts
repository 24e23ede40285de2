import type { SegmentParts } from "../segment.ts";
import type { ProjectRoot } from "./projectFiles.ts";
import type { SkippedCounts } from "./skipped.ts";

/** What the worker is started with. */
export interface IndexTask {
  readonly roots: readonly ProjectRoot[];
  /** The memory all segments may take together, texts included. */
  readonly mostBytes: number;
}

/** Paths at which something was saved, created, renamed or deleted; folders stand for all in them. */
export interface ChangeNotice {
  readonly changed: readonly string[];
}

/** A file of the project imports these packages. */
export interface ImportNotice {
  /** What the file is learned under. */
  readonly key: string;
  readonly names: readonly string[];
}

/** What the worker is told. */
export type IndexNotice = ChangeNotice | ImportNotice;

/** What the worker says. */
export type IndexReport =
  /** A finished part of the index; its files replace what was known of them. */
  | { readonly kind: "segment"; readonly segment: SegmentParts }
  /** What was read of a package. */
  | { readonly kind: "declarations"; readonly segment: SegmentParts }
  | { readonly kind: "forget"; readonly paths: readonly string[] }
  /** How much of what there is to read has been read, from 0 to below 1. */
  | { readonly kind: "progress"; readonly share: number }
  /** All that it has been told of is learned. */
  | { readonly kind: "settled"; readonly skipped: SkippedCounts };
