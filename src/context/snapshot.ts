/** The editor at one moment, as a plain value: what stands round the cursor and where. */
export interface Snapshot {
  /** The document's uri, as a key; it never leaves the window. */
  readonly documentKey: string;
  /** The file as `folder/path/in/folder`, or the name of an untitled document. */
  readonly path: string;
  readonly languageId: string;
  readonly version: number;
  /** The cursor, in UTF-16 units from the start of the document. */
  readonly offset: number;
  /** Text before the cursor; it begins at the document's start or anywhere in it. */
  readonly before: string;
  /** Text after the cursor; it ends at the document's end or anywhere in it. */
  readonly after: string;
  /** A file that git ignores: only the embedded engine may see it, and it learns nothing. */
  readonly isConfined: boolean;
  /** Whether its lines end with `\r\n`, also where it has but one yet; missing where the text alone tells. */
  readonly hasCrLf?: boolean;
  /** How long it took to read it from the editor, in milliseconds; missing where nobody measured. */
  readonly readMs?: number;
}

const beforeChars = 4_000;
const afterChars = 4_000;
/** A snapshot's begin stands still for so many keys, so that a long line begins as it did at the key before. */
const steadyChars = 1_000;

/**
 * What a snapshot takes at a cursor, as offsets in the document: 4,000 to 4,999 UTF-16 units before it and 4,000 behind, where
 * the document has them. What the answer is tidied by, not what is sent.
 */
export function snapshotRange(offset: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, offset - beforeChars);
  return { from: from - (from % steadyChars), to: offset + afterChars };
}

/** What tells one moment of a document from another. */
export type DocumentState = Pick<Snapshot, "documentKey" | "version" | "offset">;

/** The state a snapshot was taken of, without its text. */
export const stateOf = ({ documentKey, version, offset }: Snapshot): DocumentState => ({
  documentKey,
  version,
  offset,
});

/** Whether two snapshots are of the same text with the cursor in the same place. */
export const isSameState = (a: DocumentState, b: DocumentState): boolean =>
  a.documentKey === b.documentKey && a.version === b.version && a.offset === b.offset;
