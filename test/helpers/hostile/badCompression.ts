/** Compressed frames that are no such thing, or that hold far more than they seem to; and wrong padding. */
import { randomBytes } from "node:crypto";
import { constants, deflateRawSync, zstdCompressSync } from "node:zlib";
import { ByteWriter } from "../../../src/wire/bytes.ts";
import { Compressor } from "../../../src/wire/compression.ts";
import { pad } from "../../../src/wire/padding.ts";
import type { HostileInput } from "./attack.ts";
import { helloWith, lastPing, lastPong, opening } from "./conversation.ts";
import { messagesOf, upgradeRequest } from "./webSocketBytes.ts";

type Kind = "zstd" | "deflate";
type Case = readonly [
  name: string,
  frames: readonly Uint8Array[],
  expected: readonly (number | "answered")[],
];

const mib = 1024 * 1024;
const bombBytes = 200 * mib;
const spreadBytes = 60 * mib;
const compressed = (bytes: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(0xfe), bytes]);
const reset = Uint8Array.of(0xff);
const opened = opening("x".repeat(300));

/** Each payload through one compressor, as a client would. */
async function stream(kind: Kind, payloads: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const compressor = new Compressor(kind, undefined);
  const frames: Uint8Array[] = [];
  for (const payload of payloads) frames.push(compressed(await compressor.compress(payload)));
  compressor.dispose();
  return frames;
}

const oneShot = (kind: Kind, bytes: Uint8Array): Buffer =>
  kind === "zstd" ? zstdCompressSync(bytes) : deflateRawSync(bytes);

/** zstd that asks for a window of 128 MiB. */
const wideWindow = (): Buffer =>
  zstdCompressSync(randomBytes(300_000), {
    params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });

async function casesOf(kind: Kind): Promise<Case[]> {
  const [good = lastPing] = await stream(kind, [opened]);
  const [bomb = lastPing] = await stream(kind, [Buffer.alloc(bombBytes, 0xa7)]);
  const put = new ByteWriter().byte(0xa7).byte(1).rest("x".repeat(65_000)).finish();
  const spread = await stream(
    kind,
    Array.from({ length: spreadBytes / 65_000 }, () => put),
  );
  const full = Buffer.concat([Uint8Array.of(0xa7, 1), Buffer.alloc(4 * mib, "x")]);
  const noise = randomBytes(70_000).toString("base64");
  const wordy = new ByteWriter().byte(0xa7).byte(1).rest(noise).finish();
  const cases: Case[] = [
    [`${bomb.length} bytes that inflate to 200 MiB`, [bomb], [1009]],
    ["the same cut in two", [bomb.subarray(0, 3_000), compressed(bomb.subarray(3_000))], [1009]],
    [`60 MiB over ${spread.length} messages`, spread, ["answered"]],
    ["4 MiB and 2 bytes in one message", await stream(kind, [full]), [1009]],
    ["noise", [compressed(randomBytes(500))], [4400, 1009, "answered"]],
    ["nothing compressed", [compressed(Buffer.alloc(0))], [4400]],
    ["a zero byte", [compressed(Uint8Array.of(0))], [4400, "answered"]],
    ["a message cut short", [good.subarray(0, good.length - 3), lastPing], [4400]],
    [
      "a message with a bit turned",
      [Buffer.from(good).fill((good[9] ?? 0) ^ 0x40, 9, 10)],
      [4400, "answered"],
    ],
    ["the same message twice", [good, good], [4400, "answered"]],
    [
      "a whole stream in one message",
      [compressed(oneShot(kind, opened)), good],
      [4400, "answered"],
    ],
    ["an unknown kind, compressed", await stream(kind, [Buffer.alloc(99, 0xf0)]), [4400]],
    ["compressed within compressed", await stream(kind, [good]), [4400]],
    [
      "the other kind",
      [compressed(oneShot(kind === "zstd" ? "deflate" : "zstd", opened))],
      [4400, "answered"],
    ],
    [
      "200 resets, each before a new stream",
      Array.from({ length: 200 }, () => [reset, good]).flat(),
      ["answered"],
    ],
    ["500 resets", Array.from({ length: 500 }, () => reset), ["answered"]],
    [
      "texts that do not shrink",
      (await stream(kind, [wordy, wordy, wordy])).slice(1),
      [4400, "answered"],
    ],
    [
      "spaces of 4 MiB",
      await stream(kind, [
        opened,
        Buffer.concat([Uint8Array.of(0x88, 0), Buffer.alloc(65_000, 0xff)]),
      ]),
      [1009, 4400],
    ],
  ];
  if (kind === "zstd")
    cases.push(["a window of 128 MiB", [compressed(wideWindow())], [4400, 1009]]);
  return cases;
}

/** Wrong fillings on a connection that agreed on padding. */
const paddings: readonly Case[] = [
  ["no padding", [lastPing], [4400]],
  ["an empty frame where all are padded", [Buffer.alloc(0)], [4400]],
  ["a filling of zero", [Buffer.concat([lastPing, Buffer.alloc(10)])], [4400]],
  ["a filling of 17", [Buffer.alloc(32, 17)], [4400]],
  ["a filling with one other byte", [Buffer.from(pad(lastPing)).fill(3, 8, 9)], [4400]],
  ["nothing but filling", [Buffer.alloc(16, 16)], [4400]],
];

/** All of them as inputs; making the bombs takes a second. */
export async function badCompression(token: string): Promise<HostileInput[]> {
  const inputs: HostileInput[] = [];
  const add = (hello: Uint8Array, ping: Uint8Array, [name, frames, expected]: Case) => {
    const bytes = [upgradeRequest(token), messagesOf(hello, ...frames, ping)];
    inputs.push({ name, bytes, answer: lastPong, expected });
  };
  for (const kind of ["zstd", "deflate"] as const) {
    for (const [name, ...rest] of await casesOf(kind)) {
      add(helloWith(kind), lastPing, [`${kind}: ${name}`, ...rest]);
    }
  }
  for (const each of paddings) add(helloWith("none", true), pad(lastPing), each);
  return inputs;
}
