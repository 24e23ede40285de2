/** The `lines` of PROTOCOL.md's section 2 once more, read as literally as they stand, as `plainCodec.ts` reads the tables. */
const added = new Map([
  [0xf5, " ".repeat(16)],
  [0xf6, " ".repeat(8)],
  [0xf7, " ".repeat(4)],
  [0xf8, " ".repeat(2)],
  [0xf9, " "],
  [0xfa, "\t"],
]);
const taken = new Map([
  [0xfb, 16],
  [0xfc, 8],
  [0xfd, 4],
  [0xfe, 2],
  [0xff, 1],
]);
const bare = [undefined, ...Buffer.from(" \t\r\n")];

/** The bytes of the text that such lines are; undefined where they are none. */
export function readLinesPlainly(bytes: readonly number[]): readonly number[] | undefined {
  let indent = "";
  let text: number[] = [];
  let left = bytes;
  while (left.length > 0) {
    const changes = left.slice(
      0,
      left.findIndex((byte) => byte < 0xf5),
    );
    if (changes.length === 0 && (left[0] ?? 0) >= 0xf5) return undefined;
    const changed = changedBy(changes, indent);
    if (changed === undefined) return undefined;
    indent = changed;
    left = left.slice(changes.length);
    const isBare = bare.includes(left[0]);
    if (isBare && changes.length > 0) return undefined;
    const end = left.includes(10) ? left.indexOf(10) + 1 : left.length;
    text = [...text, ...(isBare ? [] : Buffer.from(indent)), ...left.slice(0, end)];
    left = left.slice(end);
  }
  return text;
}

function changedBy(changes: readonly number[], before: string): string | undefined {
  let indent = before;
  for (const change of changes) {
    const count = taken.get(change) ?? 0;
    if (count > indent.length) return undefined;
    indent = indent.slice(0, indent.length - count) + (added.get(change) ?? "");
    if (indent.length > 64) return undefined;
  }
  return indent;
}
