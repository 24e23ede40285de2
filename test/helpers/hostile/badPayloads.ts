/** Payloads that the protocol forbids, or that ask for far more than they say. */
import { ByteWriter } from "../../../src/wire/bytes.ts";
import { documentLimits } from "../../../src/wire/limits.ts";
import { snippetLimits } from "../../../src/wire/snippetPlaces.ts";
import { opening, twoAsks } from "./conversation.ts";

/** A name, what is said after a hello, and how that must end: by these close codes, or harmlessly. */
export type BadPayloads = readonly [
  name: string,
  payloads: readonly Uint8Array[],
  expected: readonly (number | "answered")[],
];

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const frame = (kind: number): ByteWriter => new ByteWriter().byte(kind);
const protocol = [4400];
const harmless = ["answered"] as const;
const tooMuch = [1009, 4400];
const opened = opening("const a = 1;\n");
const openUnknown = opening("a", { lengthChars: 16_000_000 });
const repeat = (count: number, make: (index: number) => Uint8Array): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** After a hello that agreed on no compression and no padding. */
export const badPayloads: readonly BadPayloads[] = [
  ...repeat(256, (kind) => bytes(kind))
    .map((payload): BadPayloads => [`kind ${payload[0]} alone`, [payload], protocol])
    .filter(([, [payload]]) => payload?.[0] !== 0xa8),
  ...[0xa9, 0xac].map((kind): BadPayloads => [
    `${kind.toString(16)} of a stream never opened`,
    [
      frame(kind)
        .varint(5)
        .varint(1)
        .finish()
        .subarray(0, kind === 0xa9 ? 2 : 3),
    ],
    protocol,
  ]),
  ["an empty frame", [bytes()], protocol],
  ["a number in too many bytes", [bytes(0xaa, 0x81, 0x00)], protocol],
  ["a number of 33 bits", [bytes(0xaa, 0xff, 0xff, 0xff, 0xff, 0x1f)], protocol],
  ["a number of 6 bytes", [bytes(0xaa, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)], protocol],
  ["bytes behind a ping", [bytes(0xaa, 1, 2)], protocol],
  ["typed with nothing open", [bytes(0x61, 0, 0)], protocol],
  ["an edit with nothing open", [bytes(0x81, 0, 0, 0, 0)], protocol],
  ["focus of nothing", [bytes(0xa4, 7)], protocol],
  ["fill of nothing", [bytes(0xa3, 7, 0, 0, 0x61)], protocol],
  ["verify of nothing", [frame(0xa6).varint(7).bytes(Buffer.alloc(8)).finish()], protocol],
  ["close of nothing", [bytes(0xa5, 7)], harmless],
  [
    "recall of nothing",
    [frame(0xa2).varint(1).varint(1).bytes(Buffer.alloc(16)).finish()],
    harmless,
  ],
  [
    "a recall that is cut short",
    [frame(0xa2).varint(1).varint(1).bytes(Buffer.alloc(15)).finish()],
    protocol,
  ],
  ["unknown flags of open", [Buffer.from(opened).fill(0x84, 2, 3)], protocol],
  ["open with a window beyond its length", [opening("abcd", { lengthChars: 3 })], protocol],
  [
    "open of a text too long",
    [opening("a", { lengthChars: documentLimits.maxChars + 1 })],
    tooMuch,
  ],
  ["open with a path that is no UTF-8", [bytes(0xa1, 1, 0, 2, 0xc3, 0x28, 0, 0, 1, 0)], protocol],
  [
    "open with a path longer than the frame",
    [frame(0xa1).varint(1).byte(0).varint(0xffff_ffff).finish()],
    protocol,
  ],
  ["open of UTF-16 cut in mid-unit", [bytes(0xa1, 1, 2, 0, 0, 9, 1, 0, 0x61)], protocol],
  [
    "open that says 4 Gi units",
    [bytes(0xa1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0)],
    tooMuch,
  ],
  ["open with a stream number that was used", [opened, bytes(0x61, 0, 0), opened], protocol],
  [
    "open with the last stream number there is",
    [
      frame(0xa1)
        .varint(1)
        .byte(0)
        .text("a")
        .text("b")
        .varint(0)
        .varint(0xffff_ffff)
        .varint(0)
        .finish(),
      bytes(0x61, 0, 0),
      bytes(0x61, 0, 0),
    ],
    protocol,
  ],
  ["an ask behind the last stream there is", twoAsks(0xffff_ffff), protocol],
  ["fill of known text", [opened, bytes(0xa3, 1, 0, 0, 0x61)], harmless],
  [
    "fill beyond the text",
    [opened, frame(0xa3).varint(1).byte(0).varint(0xffff_ffff).rest("a").finish()],
    harmless,
  ],
  ["a wrong check", [opened, bytes(0x61, 0, 0)], harmless],
  [
    "an edit far outside",
    [
      opened,
      frame(0x80)
        .zigzag(1 << 30)
        .varint(1 << 30)
        .rest("x")
        .finish(),
    ],
    harmless,
  ],
  [
    "an edit before the start",
    [opened, frame(0x80).zigzag(-2_000_000_000).varint(0).rest("x").finish()],
    harmless,
  ],
  [
    "cursors ever farther out",
    [opened, ...repeat(50, () => frame(0x8a).zigzag(2_000_000_000).zigzag(0).finish())],
    harmless,
  ],
  [
    "an ask where the cursor is outside",
    [opened, frame(0x8b).zigzag(-500).zigzag(0).uint16(0).finish()],
    harmless,
  ],
  ["a list of one", [opened, bytes(0x84, 1, 0, 0, 1, 0x61)], protocol],
  ["a list that counts 4 Gi", [opened, frame(0x8c).varint(0xffff_ffff).finish()], protocol],
  [
    "a list cut short",
    [opened, frame(0x8c).varint(4_000).zigzag(0).varint(0).varint(1).rest("a").finish()],
    protocol,
  ],
  [
    "a list with a text longer than the frame",
    [opened, frame(0x84).varint(2).zigzag(0).varint(0).varint(0xffff_ffff).finish()],
    protocol,
  ],
  ["an extension of unknown bits", [opened, bytes(0x90, 0x10, 0, 0)], protocol],
  ["keeping older ones without an ask", [opened, bytes(0x90, 0x02, 0, 0)], protocol],
  [
    "a swap of a snippet that is not in use",
    [opened, bytes(0x91, 0x04, 3, 3, 0, 0, 0, 0)],
    protocol,
  ],
  ["odd UTF-16 in an edit", [opened, bytes(0x98, 0x01, 0, 0x61)], protocol],
  ["lone surrogates in an edit", [opened, bytes(0x98, 0x01, 0, 0x00, 0xd8, 0x00, 0xdc)], harmless],
  ["an edit that is no UTF-8", [opened, bytes(0x88, 0, 0xed, 0xa0, 0x80)], protocol],
  ["overlong UTF-8", [opened, bytes(0x88, 0, 0xc0, 0x80)], protocol],
  ["nine snippets in use", [bytes(0xa8, 0, 1, 2, 3, 4, 5, 6, 7, 8)], protocol],
  [
    "snippets beyond their room",
    repeat(9, (place) =>
      frame(0xa7)
        .byte(place)
        .rest("x".repeat(snippetLimits.totalChars / 8))
        .finish(),
    ),
    tooMuch,
  ],
  ["65 documents", repeat(65, (index) => opening("a", { document: index + 1 })), tooMuch],
  [
    "documents beyond their room",
    repeat(10, (index) => opening("x".repeat(1_000_000), { document: index + 1 })),
    tooMuch,
  ],
  [
    "3,000 openings and closings",
    repeat(3_000, (index) => (index % 2 ? bytes(0xa5, 1) : opened)),
    harmless,
  ],
  [
    "long paths opened and closed",
    repeat(400, (index) =>
      index % 2
        ? bytes(0xa5, 1)
        : opening("", {
            name: { path: "p".repeat(200_000) + String(index), languageId: "", isConfined: false },
          }),
    ),
    harmless,
  ],
  [
    "256 KiB in 4,096 places and more",
    [
      opened,
      ...repeat(64, () =>
        frame(0x8c)
          .varint(4_096)
          .zigzag(0)
          .varint(0)
          .varint(64)
          .rest("x".repeat(64))
          .bytes(Buffer.alloc(4_095))
          .finish(),
      ),
    ],
    tooMuch,
  ],
  [
    "a long text at many places",
    [
      opened,
      frame(0x8c)
        .varint(4_096)
        .zigzag(0)
        .varint(0)
        .varint(900_000)
        .rest("x".repeat(900_000))
        .bytes(Buffer.alloc(4_095))
        .finish(),
    ],
    tooMuch,
  ],
  [
    "a million codes of 32 spaces",
    [opened, frame(0x88).zigzag(0).bytes(Buffer.alloc(1_000_000, 0xff)).finish()],
    tooMuch,
  ],
  [
    "typed codes of spaces",
    [opened, Buffer.concat([bytes(0x61), Buffer.alloc(1_000_000, 0xf9), bytes(0, 0)])],
    tooMuch,
  ],
  [
    "a list into the unknown",
    [
      openUnknown,
      ...repeat(4, () =>
        frame(0x8c)
          .varint(4_096)
          .zigzag(9)
          .varint(0)
          .varint(1)
          .rest("x")
          .bytes(Buffer.alloc(4_095, 2))
          .finish(),
      ),
      bytes(0x61, 0, 0),
    ],
    harmless,
  ],
  [
    "5,000 fills of one unit",
    [
      openUnknown,
      ...repeat(5_000, (index) =>
        frame(0xa3)
          .varint(1)
          .byte(0)
          .varint(2 * index + 2)
          .rest("x")
          .finish(),
      ),
    ],
    harmless,
  ],
  [
    "300 comparisons of a long text",
    [
      opening("x".repeat(1_000_000)),
      ...repeat(300, () => frame(0xa6).varint(1).bytes(Buffer.alloc(8)).finish()),
    ],
    harmless,
  ],
  [
    "credit beyond all numbers",
    [
      opened,
      bytes(0x61, 0, 0),
      ...repeat(100, () => frame(0xac).varint(1).varint(0xffff_ffff).finish()),
    ],
    harmless,
  ],
  [
    "200 cancels of one stream",
    [opened, bytes(0x61, 0, 0), ...repeat(200, () => bytes(0xa9, 1))],
    harmless,
  ],
  ["300 resets of a codec that is not there", repeat(300, () => bytes(0xff)), protocol],
];
