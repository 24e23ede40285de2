/** Asks ahead that the protocol forbids, or that ask for far more than they say. */
import { ByteWriter } from "../../../src/wire/bytes.ts";
import type { BadPayloads } from "./badPayloads.ts";
import { opening } from "./conversation.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
/** An ask that is ahead. */
const ask = (): ByteWriter => new ByteWriter().byte(0x99).byte(0x08);
const protocol = [4400];
const harmless = ["answered"] as const;
const opened = opening("const a = 1;\n");

/** After a hello that agreed on no compression and no padding. */
export const badAheadAsks: readonly BadPayloads[] = [
  ["ahead without an ask", [opened, bytes(0x98, 0x08, 0, 0, 0)], protocol],
  ["an ask ahead cut short", [opened, bytes(0x99, 0x08, 0, 9, 0x61, 0, 0)], protocol],
  [
    "an ask ahead by more than its frame",
    [opened, ask().varint(0).varint(0xffff_ffff).rest("a").uint16(0).finish()],
    protocol,
  ],
  [
    "an ask ahead by too long a text",
    [opened, ask().varint(0).text("x".repeat(8_193)).zigzag(0).uint16(0).finish()],
    [1009],
  ],
  [
    "an ask ahead by codes of spaces",
    [
      opened,
      ask()
        .varint(0)
        .varint(900_000)
        .bytes(Buffer.alloc(900_000, 0xff))
        .zigzag(0)
        .uint16(0)
        .finish(),
    ],
    [1009],
  ],
  [
    "an ask ahead that deletes 4 Gi units",
    [opened, ask().varint(0xffff_ffff).text("x").zigzag(0).uint16(0).finish()],
    harmless,
  ],
  [
    "lone surrogates in an ask ahead",
    [opened, bytes(0x99, 0x09, 0, 4, 0x00, 0xdc, 0x00, 0xd8, 0, 0, 0)],
    harmless,
  ],
  ["odd UTF-16 in an ask ahead", [opened, bytes(0x99, 0x09, 0, 1, 0x61, 0, 0, 0)], protocol],
];
