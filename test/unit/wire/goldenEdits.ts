import type { Edit } from "../../../src/wire/edit.ts";
import type { EditFrame } from "../../../src/wire/editFrame.ts";
import type { Golden } from "./goldenFrames.ts";

/** Where the cursor is before each of the edit frames below. */
export const cursorBefore = 10;

const ask = { check: 0x1234, keepsOlder: false, ahead: undefined };
const keepingAsk = { check: 0x00ff, keepsOlder: true, ahead: undefined };
const aheadBy = (text: string, deletedAfterChars = 0) => ({
  ...ask,
  ahead: { text, deletedAfterChars },
});

const golden =
  (isOpenEnded: boolean) =>
  (name: string, frame: string, message: EditFrame): Golden<EditFrame> => ({
    name,
    frame,
    isOpenEnded,
    message: { swap: undefined, ...message },
  });
const closed = golden(false);
const openEnded = golden(true);

const typed = (text: string): EditFrame => ({
  edits: [{ offset: cursorBefore, deletedChars: 0, text }],
  cursor: cursorBefore + text.length,
  ask,
});
const edited = (cursor: number, ...edits: readonly Edit[]) => ({ edits, cursor, ask: undefined });
const edit = (offset: number, deletedChars: number, text: string): Edit => ({
  offset,
  deletedChars,
  text,
});

const one = edited(9, edit(8, 3, "é"));
const oneBroken = edited(9, edit(8, 3, "\ud83d"));
const two = edited(5, edit(20, 0, "é"), edit(5, 1, ""));
const twoBroken = edited(7, edit(20, 0, "\ude00"), edit(5, 200, "ab"));
const plain = edited(9, edit(8, 0, "é"));
const plainBroken = edited(9, edit(8, 0, "\ud83d"));
const same = edited(7, edit(20, 1, "é"), edit(5, 1, "é"), edit(6, 1, "é"));
const sameBroken = edited(7, edit(20, 1, "\ude00"), edit(5, 1, "\ude00"), edit(6, 1, "\ude00"));
const away = { cursor: 12 };
const swap = { index: 2, place: 255 };

const typedFrames: readonly Golden<EditFrame>[] = [
  openEnded("a typed key", "'x' 1234", typed("x")),
  openEnded("a typed NUL", "00 1234", typed("\u0000")),
  openEnded("the last key of ASCII", "7f 1234", typed("\u007f")),
  openEnded("a typed line end with its indent", "0d0a 20 20 1234", typed("\r\n  ")),
  openEnded("a typed line end with an indent of four", "0a f8 1234", typed("\n    ")),
  openEnded("an indent of 22", "0d0a fc 20 20 1234", typed(`\r\n${" ".repeat(22)}`)),
  openEnded("an indent of 32", "0a ff 1234", typed(`\n${" ".repeat(32)}`)),
  openEnded("an indent of 33", "0a ff 20 1234", typed(`\n${" ".repeat(33)}`)),
  openEnded("an indent of 68", "0a ff ff f8 1234", typed(`\n${" ".repeat(68)}`)),
  openEnded("two runs of spaces", "'a' f9 'b' 202020 'c' f8 1234", typed("a        b   c    ")),
  openEnded("typed spaces", "89 00 f8 1234", typed("    ")),
  openEnded("typed spaces, fewer than a run", "20 20 20 1234", typed("   ")),
  openEnded("typed ASCII and more", "'(' c3a9 f09f9880 1234", typed("(é😀")),
  openEnded("typed beyond ASCII", "89 00 c3a9 1234", typed("é")),
  openEnded("typed just beyond ASCII", "89 00 c280 1234", typed("\u0080")),
  openEnded("typed astral", "89 00 f09f9880 1234", typed("😀")),
  openEnded("typed half a pair", "99 01 00 3dd8 1234", typed("\ud83d")),
  openEnded("typed ASCII and half a pair", "99 01 00 2800 3dd8 1234", typed("(\ud83d")),
  openEnded("spaces beside half a pair", "99 01 00 20002000 20002000 3dd8 1234", {
    ...typed("    \ud83d"),
  }),
  openEnded("a key that keeps older asks", "99 02 00 'x' 00ff", { ...typed("x"), ask: keepingAsk }),
  openEnded("a key and a swap", "99 04 02 ff 00 'x' 1234", { ...typed("x"), swap }),
  openEnded("an ask elsewhere", "89 04 1234", { edits: [], cursor: 12, ask }),
  openEnded("an ask at the same place", "89 00 1234", { edits: [], cursor: 10, ask }),
  openEnded("an ask far away", "89 c0cf24 1234", { edits: [], cursor: 300_010, ask }),
  openEnded("a move alone", "88 04", { edits: [], cursor: 12, ask: undefined }),
  openEnded("a deletion of much", "81 13 ffffffff0f 1234", {
    ...edited(0, edit(0, 0xffff_ffff, "")),
    ask,
  }),
];

/** Of each form: its low bits, the fields before the cursor's, and those behind. */
const forms: readonly (readonly [
  kind: number,
  head: string,
  moved: string,
  body: string,
  frame: EditFrame,
])[] = [
  [0x00, "", "06", "03 03 c3a9", one],
  [0x04, "", "0e", "02 14 00 02 c3a9 1f 01 00", two],
  [0x08, "", "06", "03 c3a9", plain],
  [0x0c, "", "0a", "03 14 01 02 c3a9 1f 00", same],
  [0x10, "01", "06", "03 03 3dd8", oneBroken],
  [0x14, "01", "0a", "02 14 00 02 00de 1f c801 04 61006200", twoBroken],
  [0x18, "01", "06", "03 3dd8", plainBroken],
  [0x1c, "01", "0a", "03 14 01 02 00de 1f 00", sameBroken],
  [0x10, "04 02 ff", "06", "03 03 c3a9", { ...one, swap }],
  [0x14, "04 02 ff", "0e", "02 14 00 02 c3a9 1f 01 00", { ...two, swap }],
  [0x18, "05 02 ff", "06", "03 3dd8", { ...plainBroken, swap }],
  [0x1c, "05 02 ff", "0a", "03 14 01 02 00de 1f 00", { ...sameBroken, swap }],
];

/** With every form: without an ask and with one, the cursor at the end and elsewhere. */
function* formFrames(): Generator<Golden<EditFrame>> {
  for (const [bits, head, moved, body, frame] of forms) {
    const make = (bits & 0x04) === 0 ? openEnded : closed;
    const kindOf = (more: number) => (0x80 + bits + more).toString(16);
    for (const [more, movedBy, message] of [
      [0, "", frame],
      [2, moved, { ...frame, ...away }],
    ] as const) {
      const [plainKind, askKind] = [kindOf(more), kindOf(more + 1)];
      const rest = `${head} ${movedBy} ${body}`;
      yield make(`${plainKind} ${head}`, `${plainKind} ${rest}`, message);
      yield make(`${askKind} ${head}`, `${askKind} ${rest} 1234`, { ...message, ask });
    }
  }
}

/** With asks that keep older ones: the third bit of the extension, alone and beside the others. */
const keepingFrames: readonly Golden<EditFrame>[] = [
  openEnded("91 02", "91 02 03 03 c3a9 00ff", { ...one, ask: keepingAsk }),
  openEnded("93 03", "93 03 06 03 03 3dd8 00ff", { ...oneBroken, ...away, ask: keepingAsk }),
  closed("95 02", "95 02 02 14 00 02 c3a9 1f 01 00 00ff", { ...two, ask: keepingAsk }),
  closed("9d 02", "9d 02 03 14 01 02 c3a9 1f 00 00ff", { ...same, ask: keepingAsk }),
  closed("9f 07", "9f 07 02 ff 0a 03 14 01 02 00de 1f 00 00ff", {
    ...sameBroken,
    ...away,
    ask: keepingAsk,
    swap,
  }),
  closed("a list with runs of spaces", "85 02 14 00 02 0af8 1d 01 03 'a' ff 20 1234", {
    ...edited(44, edit(20, 0, "\n    "), edit(10, 1, `a${" ".repeat(33)}`)),
    ask,
  }),
];

/** With asks ahead: the fourth bit of the extension, alone and beside the others. */
const aheadFrames: readonly Golden<EditFrame>[] = [
  openEnded("ahead at the same place", "99 08 02 01 'y' 00 1234", {
    ...edited(10),
    ask: aheadBy("y", 2),
  }),
  openEnded("ahead elsewhere", "99 08 00 02 'yz' 04 1234", { ...edited(12), ask: aheadBy("yz") }),
  openEnded("a typed key, and ahead of it", "99 08 03 01 'y' 00 'x' 1234", {
    ...typed("x"),
    ask: aheadBy("y", 3),
  }),
  openEnded("ahead by nothing", "99 08 00 00 00 'x' 1234", { ...typed("x"), ask: aheadBy("") }),
  openEnded("ahead by a deletion alone", "99 08 c801 00 00 'x' 1234", {
    ...typed("x"),
    ask: aheadBy("", 200),
  }),
  openEnded("ahead by a deletion of much", "99 08 ffffffff0f 00 00 1234", {
    ...edited(10),
    ask: aheadBy("", 0xffff_ffff),
  }),
  openEnded("ahead by lines with their indent", "99 08 00 09 0af9 c3a9 f09f9880 0a 00 1234", {
    ...edited(10),
    ask: aheadBy("\n        é😀\n"),
  }),
  openEnded("ahead by more than 127 bytes", `99 08 00 c801 ${"79".repeat(200)} 00 1234`, {
    ...edited(10),
    ask: aheadBy("y".repeat(200)),
  }),
  openEnded("ahead by half a pair", "99 09 01 02 3dd8 00 7800 1234", {
    ...typed("x"),
    ask: aheadBy("\ud83d", 1),
  }),
  openEnded("half a pair, and ahead of it", "99 09 01 02 7900 00 3dd8 1234", {
    ...typed("\ud83d"),
    ask: aheadBy("y", 1),
  }),
  openEnded("ahead, keeping older asks", "99 0a 01 01 'y' 00 'x' 00ff", {
    ...typed("x"),
    ask: { ...keepingAsk, ahead: { text: "y", deletedAfterChars: 1 } },
  }),
  openEnded("ahead with a swap and the cursor", "9b 0c 02 ff 01 01 'y' 03 00 'x' 1234", {
    ...typed("x"),
    cursor: 9,
    ask: aheadBy("y", 1),
    swap,
  }),
  openEnded("ahead of an edit", "93 08 01 01 'y' 06 03 03 c3a9 1234", {
    ...one,
    ...away,
    ask: aheadBy("y", 1),
  }),
  closed("ahead of a list", "95 08 01 01 'y' 02 14 00 02 c3a9 1f 01 00 1234", {
    ...two,
    ask: aheadBy("y", 1),
  }),
  closed("9f 0f", "9f 0f 02 ff 01 02 7900 0a 03 14 01 02 00de 1f 00 00ff", {
    ...sameBroken,
    ...away,
    ask: { ...keepingAsk, ahead: { text: "y", deletedAfterChars: 1 } },
    swap,
  }),
];

/** Every kind of `typed` and `edit` frame. */
export const editFrames: readonly Golden<EditFrame>[] = [
  ...typedFrames,
  ...formFrames(),
  ...keepingFrames,
  ...aheadFrames,
];
