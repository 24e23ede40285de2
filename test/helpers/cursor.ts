import type { Snapshot } from "../../src/context/snapshot.ts";

/** The text on both sides of a cursor that is written as `█`. */
export function atCursor(marked: string): { before: string; after: string } {
  const parts = marked.split("█");
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length !== 2) {
    throw new Error(`not one cursor in ${JSON.stringify(marked)}`);
  }
  return { before, after };
}

/** A snapshot of a small document with the cursor at `█`. */
export function snapshotAt(marked: string, parts: Partial<Snapshot> = {}): Snapshot {
  const { before, after } = atCursor(marked);
  return {
    documentKey: "file:///app/a.ts",
    path: "app/a.ts",
    languageId: "typescript",
    version: 1,
    offset: before.length,
    before,
    after,
    isConfined: false,
    ...parts,
  };
}

/** Where each character of `part` stands in `whole`, the last possible; undefined if it is no subsequence. */
function placesIn(whole: string, part: string): ReadonlySet<number> | undefined {
  const places = new Set<number>();
  let at = whole.length;
  for (let index = part.length - 1; index >= 0; index--) {
    at = at === 0 ? -1 : whole.lastIndexOf(part.charAt(index), at - 1);
    if (at < 0) return undefined;
    places.add(at);
  }
  return places;
}

/**
 * What people see: the document with the new text in `«»`. Throws where the editor would show nothing: what
 * is replaced must stand in the new text, in order.
 */
export function shownAt(
  marked: string,
  suggestion: { readonly text: string; readonly replaceAfterChars: number },
): string {
  const { before, after } = atCursor(marked);
  const { text, replaceAfterChars } = suggestion;
  const replaced = after.slice(0, replaceAfterChars);
  const kept = placesIn(text, replaced);
  if (!kept) throw new Error(`${JSON.stringify(text)} loses ${JSON.stringify(replaced)}`);
  const marks = [...text.split("").entries()].map(([at, unit]) =>
    kept.has(at) ? `»${unit}«` : unit,
  );
  const shown = `«${marks.join("")}»`.replaceAll("«»", "");
  return before + shown + after.slice(replaceAfterChars);
}
