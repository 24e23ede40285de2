import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as zlib from "node:zlib";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import {
  Compressor,
  Decompressor,
  probeCompression,
  type ProbedCodecs,
} from "../../../src/wire/compression.ts";
import { inflateLimits } from "../../../src/wire/limits.ts";
import type { CompressionKind } from "../../../src/wire/messages.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const kinds: readonly CompressionKind[] = ["zstd-dictionary", "zstd", "deflate", "none"];
const shrinkingKinds = kinds.filter((kind) => kind !== "none");
const dictionary = wordsOf(seededRandom(1), 40_000);

function failsWith(code: FailureCode): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code;
}

/** Text of words that repeat, as source code does. */
function wordsOf(random: () => number, sizeBytes: number): Uint8Array {
  let text = "";
  while (text.length < sizeBytes) {
    const word = Math.floor(random() ** 3 * 3_000).toString(36);
    text += `${word}${random() < 0.2 ? ";\n" : " "}`;
  }
  return Buffer.from(text.slice(0, sizeBytes));
}

function noiseOf(random: () => number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, () => random() * 256);
}

/** What a connection may carry: empty, tiny, text, noise, zeros, repeats of what was sent before. */
function payloadsOf(random: () => number, count: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const sizeBytes = Math.floor(random() ** 4 * 150_000);
    const earlier = payloads[Math.floor(random() * payloads.length)];
    const made = [
      () => new Uint8Array(),
      () => noiseOf(random, 1 + Math.floor(random() * 4)),
      () => wordsOf(random, sizeBytes),
      () => noiseOf(random, sizeBytes),
      () => new Uint8Array(sizeBytes),
      () => dictionary.subarray(0, sizeBytes),
      () => earlier ?? new Uint8Array(),
    ][Math.floor(random() * 7)];
    payloads.push(made?.() ?? new Uint8Array());
  }
  return payloads;
}

function endsOf(kind: CompressionKind, limits = inflateLimits) {
  const compressor = new Compressor(kind, dictionary);
  const decompressor = new Decompressor(kind, dictionary, limits);
  const dispose = (): void => {
    compressor.dispose();
    decompressor.dispose();
  };
  return { compressor, decompressor, [Symbol.dispose]: dispose };
}

for (const kind of kinds) {
  describe(`a stream of kind ${kind}`, () => {
    it("gives back any sequence of messages, asked one by one", async () => {
      const seed = freshSeed();
      using ends = endsOf(kind);
      for (const payload of payloadsOf(seededRandom(seed), 60)) {
        const read = await ends.decompressor.decompress(await ends.compressor.compress(payload));
        assert.ok(Buffer.compare(read, payload) === 0, `seed ${seed}`);
      }
    });

    it("answers calls that do not wait for each other, in their order", async () => {
      const seed = freshSeed();
      const payloads = payloadsOf(seededRandom(seed), 60);
      using ends = endsOf(kind);
      const order: number[] = [];
      const noted = async (work: Promise<Uint8Array>, index: number): Promise<Uint8Array> => {
        const result = await work;
        order.push(index);
        return result;
      };
      const inOrder = [...payloads.keys()];
      const compressed = await Promise.all(
        payloads.map((payload, index) => noted(ends.compressor.compress(payload), index)),
      );
      assert.deepEqual(order.splice(0), inOrder, `seed ${seed}`);
      const read = await Promise.all(
        compressed.map((bytes, index) => noted(ends.decompressor.decompress(bytes), index)),
      );
      assert.deepEqual(order, inOrder, `seed ${seed}`);
      const isSame = read.every((bytes, index) => {
        return Buffer.compare(bytes, payloads[index] ?? new Uint8Array()) === 0;
      });
      assert.ok(isSame, `seed ${seed}`);
    });

    it("does not change what it was given", async () => {
      const payload = wordsOf(seededRandom(2), 20_000);
      const copy = Uint8Array.from(payload);
      using ends = endsOf(kind);
      await ends.decompressor.decompress(await ends.compressor.compress(payload));
      assert.ok(Buffer.compare(payload, copy) === 0);
    });

    it("carries 4 MiB and not a byte more", async () => {
      const largest = randomFillSync(new Uint8Array(inflateLimits.maxBytes + 1));
      using ends = endsOf(kind);
      const carry = async (bytes: Uint8Array): Promise<number> =>
        (await ends.decompressor.decompress(await ends.compressor.compress(bytes))).length;
      assert.equal(await carry(largest.subarray(1)), inflateLimits.maxBytes);
      await assert.rejects(carry(largest), failsWith("too-large"));
    });

    it("carries long messages that repeat themselves or one before, however few bytes are enough", async () => {
      using ends = endsOf(kind);
      const large = wordsOf(seededRandom(7), 93_546);
      const log = Buffer.alloc(204_000, "12:00:01 INFO nothing new\n");
      const most = new Uint8Array(inflateLimits.maxBytes);
      for (const payload of [large, large, log, log, new Uint8Array(65_537), most, large]) {
        const read = await ends.decompressor.decompress(await ends.compressor.compress(payload));
        assert.ok(Buffer.compare(read, payload) === 0);
      }
    });

    it("is dead after a message was refused", async () => {
      using ends = endsOf(kind, { ...inflateLimits, maxBytes: 1_000 });
      const small = await ends.compressor.compress(Buffer.from("small"));
      await ends.decompressor.decompress(small);
      const large = await ends.compressor.compress(noiseOf(seededRandom(4), 1_001));
      const next = await ends.compressor.compress(Buffer.from("next"));
      const results = [large, next].map((bytes) => ends.decompressor.decompress(bytes));
      for (const result of results) await assert.rejects(result, failsWith("too-large"));
      await assert.rejects(ends.decompressor.decompress(small), failsWith("too-large"));
    });

    it("ends what is pending, and all that comes later, when it is disposed of", async () => {
      const ends = endsOf(kind);
      const compressed = await ends.compressor.compress(wordsOf(seededRandom(5), 200_000));
      const pending = [1, 2, 3].flatMap(() => [
        ends.compressor.compress(wordsOf(seededRandom(5), 200_000)),
        ends.decompressor.decompress(compressed),
      ]);
      ends[Symbol.dispose]();
      ends[Symbol.dispose]();
      const later = [
        ends.compressor.compress(compressed),
        ends.decompressor.decompress(compressed),
      ];
      for (const { status, reason } of (await Promise.allSettled([...pending, ...later])) as {
        status: string;
        reason?: unknown;
      }[]) {
        assert.equal(status, "rejected");
        assert.ok(failsWith("link-lost")(reason), String(reason));
      }
    });
  });
}

for (const kind of shrinkingKinds) {
  describe(`compressed bytes of kind ${kind}`, () => {
    it("are few for what was sent before", async () => {
      using ends = endsOf(kind);
      const payload = wordsOf(seededRandom(6), 5_000);
      const first = await ends.compressor.compress(payload);
      const second = await ends.compressor.compress(payload);
      assert.ok(first.length > 1_000 && second.length < 100, `${first.length}, ${second.length}`);
    });

    it("are a two-hundredth of a long message that was sent before, and no more", async (test) => {
      if (kind === "deflate") {
        test.skip("it reaches back 32 KiB only");
        return;
      }
      using ends = endsOf(kind);
      const payload = wordsOf(seededRandom(8), 93_546);
      await ends.compressor.compress(payload);
      const again = await ends.compressor.compress(payload);
      assert.ok(again.length >= 93_546 / 200 && again.length < 480, `${again.length}`);
    });

    it("are refused when they inflate further than is allowed", async () => {
      using ends = endsOf(kind, { ...inflateLimits, maxRatio: 150 }); // its sender keeps to 200
      const zeros = async (sizeBytes: number): Promise<Uint8Array> =>
        ends.decompressor.decompress(await ends.compressor.compress(new Uint8Array(sizeBytes)));
      assert.equal((await zeros(65_536)).length, 65_536);
      await assert.rejects(zeros(1_000_000), failsWith("too-large"));
    });

    it("are a protocol failure when they are noise, and so is every later message", async () => {
      using ends = endsOf(kind);
      // All ones: for deflate a block of the reserved type, for zstd no magic number.
      const noise = new Uint8Array(100).fill(0xff);
      await assert.rejects(ends.decompressor.decompress(noise), failsWith("protocol"));
      const good = await ends.compressor.compress(Buffer.from("good"));
      await assert.rejects(ends.decompressor.decompress(good), failsWith("protocol"));
    });

    it("never hang, whichever byte of them is changed", async () => {
      const seed = freshSeed();
      const random = seededRandom(seed);
      for (let round = 0; round < 40; round++) {
        using ends = endsOf(kind);
        const good = await ends.compressor.compress(wordsOf(random, 2_000));
        const bad = Uint8Array.from(good);
        const at = Math.floor(random() * bad.length);
        bad[at] = (bad[at] ?? 0) ^ (1 + Math.floor(random() * 255));
        const reading = ends.decompressor.decompress(bad);
        const failure: unknown = await reading.then(
          () => undefined,
          (error: unknown) => error,
        );
        const isAllowed = failure === undefined || failsWith("protocol")(failure);
        assert.ok(isAllowed || failsWith("too-large")(failure), `seed ${seed}: ${String(failure)}`);
      }
    });

    it("are a protocol failure when they end the stream and go on", async () => {
      const end = kind === "deflate" ? zlib.deflateRawSync("end") : zlib.zstdCompressSync("end");
      const given = kind === "zstd-dictionary" ? dictionary : undefined;
      const decompressor = new Decompressor(kind, given, inflateLimits);
      const reading = decompressor.decompress(Buffer.concat([end, Buffer.alloc(20, 0xff)]));
      await assert.rejects(reading, failsWith("protocol"));
    });
  });
}

describe("a bomb of 200 MB", () => {
  const zeros = Buffer.alloc(200_000_000);
  const window = { [zlib.constants.ZSTD_c_windowLog]: 18 };
  const bombs: readonly [CompressionKind, Uint8Array, FailureCode][] = [
    ["zstd", zlib.zstdCompressSync(zeros, { params: window }), "too-large"],
    ["zstd", zlib.zstdCompressSync(zeros), "protocol"], // its window is larger than ours
    ["deflate", zlib.deflateRawSync(zeros), "too-large"],
  ];

  for (const [kind, bomb, code] of bombs) {
    it(`of ${bomb.length} bytes of ${kind} is stopped as ${code}, in bounded memory`, async () => {
      const decompressor = new Decompressor(kind, undefined, inflateLimits);
      const before = process.memoryUsage().rss;
      await assert.rejects(decompressor.decompress(bomb), failsWith(code));
      const grownBytes = process.memoryUsage().rss - before;
      assert.ok(grownBytes < 16 * 1024 * 1024, `${grownBytes}`);
    });
  }
});

describe("a dictionary", () => {
  for (const kind of ["zstd-dictionary", "deflate"] as const) {
    it(`makes the first message small: ${kind}`, async () => {
      using ends = endsOf(kind);
      const first = await ends.compressor.compress(dictionary.subarray(-2_000));
      assert.ok(first.length < 60, `${first.length}`);
    });
  }

  it("is needed for the kind that is named after it", () => {
    assert.throws(() => new Compressor("zstd-dictionary", undefined), RangeError);
    assert.throws(() => new Decompressor("zstd-dictionary", undefined, inflateLimits), RangeError);
  });
});

describe("the probe", () => {
  const without = <T extends object>(options: T | undefined): T | undefined =>
    options && { ...options, dictionary: undefined };
  const withoutZstd: ProbedCodecs = {
    deflateSync: zlib.deflateSync,
    inflateSync: zlib.inflateSync,
  };

  it("finds everything in this runtime", () => {
    assert.deepEqual(probeCompression(dictionary), kinds);
    assert.deepEqual(probeCompression(undefined), ["zstd", "deflate", "none"]);
  });

  it("does not believe in a dictionary that is ignored", () => {
    const codecs: ProbedCodecs = {
      ...withoutZstd,
      zstdCompressSync: (bytes, options) => zlib.zstdCompressSync(bytes, without(options)),
      zstdDecompressSync: (bytes, options) => zlib.zstdDecompressSync(bytes, without(options)),
    };
    assert.deepEqual(probeCompression(dictionary, codecs), ["zstd", "deflate", "none"]);
  });

  it("does not believe in a dictionary that only one end makes use of", () => {
    const codecs: ProbedCodecs = {
      ...withoutZstd,
      zstdCompressSync: zlib.zstdCompressSync,
      zstdDecompressSync: (bytes, options) => zlib.zstdDecompressSync(bytes, without(options)),
      inflateSync: (bytes, options) => zlib.inflateSync(bytes, without(options)),
    };
    assert.deepEqual(probeCompression(dictionary, codecs), ["zstd", "none"]);
  });

  it("does without zstd where there is none", () => {
    assert.deepEqual(probeCompression(dictionary, withoutZstd), ["deflate", "none"]);
  });

  it("has no use for a dictionary of a few bytes", () => {
    assert.deepEqual(probeCompression(Buffer.from("x"), zlib), ["zstd", "none"]);
  });
});

describe("a process", () => {
  it("is not kept alive by streams that nobody disposed of", () => {
    const module = join(import.meta.dirname, "../../../src/wire/compression.ts");
    const script = `
      const { Compressor } = await import(${JSON.stringify(module)});
      for (const kind of ["zstd", "deflate", "none"]) {
        await new Compressor(kind, undefined).compress(Buffer.from("text"));
      }`;
    const { status, signal } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { timeout: 30_000 },
    );
    assert.deepEqual({ status, signal }, { status: 0, signal: null });
  });
});
