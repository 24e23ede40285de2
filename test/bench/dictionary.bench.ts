import { join } from "node:path";
import { buildDictionary } from "../../dictionary.mjs";
import { systemClock } from "../../src/base/clock.ts";
import { Compressor, Decompressor } from "../../src/wire/compression.ts";
import { dictionaryOf } from "../../src/wire/dictionary.ts";
import { inflateLimits } from "../../src/wire/limits.ts";
import { encodeLines } from "../../src/wire/lines.ts";
import type { CompressionKind } from "../../src/wire/messages.ts";
import { filesBelow, heldOutFiles, type HeldOutFile } from "./heldOutFiles.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

interface Way {
  readonly name: string;
  readonly kind: CompressionKind;
  readonly dictionary?: Uint8Array;
}

const root = join(import.meta.dirname, "../..");
const SNIPPET_CHARS = 1_450;
const TIMED_SIZES = [100, 1_500, 16_000];
const TIMED_ROUNDS = 300;

/**
 * What the shipped dictionary saves in the first message of a connection, on files it was not made
 * from (or those below `--folder=`), in mean bytes; and what a message costs in time on a connection
 * that is warm. Every message is read back and compared.
 */
export async function run(options: string[]): Promise<Figures> {
  const folder = options
    .find((option) => option.startsWith("--folder="))
    ?.slice("--folder=".length);
  const files = folder === undefined ? heldOutFiles() : filesBelow(folder);
  const startedAt = systemClock.now();
  const { bytes: dictionary, id } = dictionaryOf(buildDictionary(root).bytes);
  const dictionaryBuildMs = systemClock.now() - startedAt;
  const ways: readonly Way[] = [
    { name: "zstdDictionary", kind: "zstd-dictionary", dictionary },
    { name: "zstd", kind: "zstd" },
    { name: "deflateDictionary", kind: "deflate", dictionary },
    { name: "deflate", kind: "deflate" },
  ];
  const firstMessages: Record<string, Figures> = {};
  for (const [name, messageOf] of Object.entries(messages)) {
    firstMessages[name] = await firstMessage(files, messageOf, ways);
  }
  const times: Record<string, Figures> = {};
  for (const way of ways) times[way.name] = await timesOf(way, files);
  return {
    dictionary: { bytes: dictionary.length, id, buildMs: dictionaryBuildMs },
    files: files.length,
    firstMessages,
    times,
  };
}

type MessageOf = (file: HeldOutFile, files: readonly HeldOutFile[]) => string;

/** What a first message may be made of. */
const messages: Readonly<Record<string, MessageOf>> = {
  window2000: (file) => middle(file, 1_500, 500).window,
  /** The snippets come from the next four files, which mostly are other people's. */
  window8000AndSnippets: (file, files) => {
    const next = [1, 2, 3, 4].map((step) => files[(files.indexOf(file) + step) % files.length]);
    return (
      middle(file, 6_000, 2_000).window + next.map((from) => snippet(from?.text, 1 / 3)).join("")
    );
  },
  /** The snippets come from the rest of the same file, for want of its project. */
  window8000AndOwnSnippets: (file) => {
    const { window, rest } = middle(file, 6_000, 2_000);
    return window + [0.1, 0.3, 0.5, 0.7].map((part) => snippet(rest, part)).join("");
  },
  wholeFile: ({ text }) => text,
};

function middle({ text }: HeldOutFile, before: number, after: number) {
  const at = Math.floor(text.length / 2);
  const [from, to] = [Math.max(0, at - before), at + after];
  return { window: text.slice(from, to), rest: text.slice(0, from) + text.slice(to) };
}

function snippet(text = "", part: number): string {
  const at = Math.floor(text.length * part);
  return text.slice(at, at + SNIPPET_CHARS);
}

async function firstMessage(
  files: readonly HeldOutFile[],
  messageOf: MessageOf,
  ways: readonly Way[],
): Promise<Figures> {
  const payloads = files.map((file) => encodeLines(messageOf(file, files)));
  const sizes = new Map<string, readonly number[]>([["plain", payloads.map((p) => p.length)]]);
  for (const way of ways) sizes.set(way.name, await firstSizes(way, payloads));
  const meansWhere = (isMeant: (file: HeldOutFile) => boolean): Figures =>
    Object.fromEntries(
      [...sizes].map(([name, of]) => [
        `${name}Bytes`,
        Math.round(mean(of.filter((_, index) => files[index] && isMeant(files[index])))),
      ]),
    );
  const languages = [...new Set(files.map(({ language }) => language))];
  const byLanguage = languages.map((name) => {
    return [name, meansWhere(({ language }) => language === name)] as const;
  });
  return { ...meansWhere(() => true), ...Object.fromEntries(byLanguage) };
}

/** The size of each payload as the first message of a connection. */
async function firstSizes(way: Way, payloads: readonly Uint8Array[]): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (const payload of payloads) {
    using ends = new Ends(way);
    sizes.push(await ends.carry(payload));
  }
  return sizes;
}

/** Both ends of a connection's one direction. */
class Ends implements globalThis.Disposable {
  readonly #compressor: Compressor;
  readonly #decompressor: Decompressor;
  compressMs = 0;
  decompressMs = 0;

  constructor({ kind, dictionary }: Way) {
    this.#compressor = new Compressor(kind, dictionary);
    this.#decompressor = new Decompressor(kind, dictionary, inflateLimits);
  }

  /** Sends a payload through; returns its compressed size. */
  async carry(payload: Uint8Array): Promise<number> {
    const startedAt = systemClock.now();
    const compressed = await this.#compressor.compress(payload);
    const halfWayAt = systemClock.now();
    const read = await this.#decompressor.decompress(compressed);
    this.decompressMs = systemClock.now() - halfWayAt;
    this.compressMs = halfWayAt - startedAt;
    if (Buffer.compare(read, payload) !== 0) throw new Error("a message came back changed");
    return compressed.length;
  }

  [Symbol.dispose](): void {
    this.#compressor.dispose();
    this.#decompressor.dispose();
  }
}

/** Messages of one size after the other through one connection, each from another place of the files. */
async function timesOf(way: Way, files: readonly HeldOutFile[]): Promise<Figures> {
  const text = Buffer.from(files.map((file) => file.text).join("\n"));
  using ends = new Ends(way);
  const figures: Record<string, Figures> = {};
  for (const size of TIMED_SIZES) {
    const compressUs: number[] = [];
    const decompressUs: number[] = [];
    for (let round = 0; round < TIMED_ROUNDS; round++) {
      const from = (round * 48_271) % (text.length - size);
      await ends.carry(text.subarray(from, from + size));
      compressUs.push(ends.compressMs * 1_000);
      decompressUs.push(ends.decompressMs * 1_000);
    }
    figures[`of${size}Bytes`] = {
      compressP50Us: spread(compressUs)["p50"] ?? null,
      decompressP50Us: spread(decompressUs)["p50"] ?? null,
    };
  }
  return figures;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
