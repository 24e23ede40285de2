import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildDictionary } from "../../../dictionary.mjs";
import { Failure } from "../../../src/base/failure.ts";
import { Compressor, Decompressor, probeCompression } from "../../../src/wire/compression.ts";
import { dictionaryOf } from "../../../src/wire/dictionary.ts";
import { inflateLimits } from "../../../src/wire/limits.ts";

const root = join(import.meta.dirname, "../../..");
const shipped = dictionaryOf(buildDictionary(root).bytes);
/** First messages of source text of ours: the dictionary has none of it. */
const sources = readdirSync(join(root, "src/link"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(root, "src/link", file)).subarray(0, 2_000))
  .filter(({ length }) => length === 2_000);

/** The same content but for one letter near its end, and another id, as a later release may have. */
function otherRelease(): Uint8Array {
  const bytes = Uint8Array.from(shipped.bytes);
  for (const at of [4, bytes.length - 10]) bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe("the shipped dictionary", () => {
  it("is the same each time it is built", () => {
    assert.equal(dictionaryOf(buildDictionary(root).bytes).id, shipped.id);
  });

  it("is named by its SHA-256", () => {
    assert.equal(shipped.id, createHash("sha256").update(shipped.bytes).digest("hex"));
    assert.notEqual(dictionaryOf(otherRelease()).id, shipped.id);
  });

  it("fits a small package: at most 110 KB", () => {
    assert.ok(shipped.bytes.length <= 110 * 1024 && shipped.bytes.length > 32 * 1024);
  });

  it("is of use to every kind", () => {
    const all = ["zstd-dictionary", "zstd", "deflate", "none"];
    assert.deepEqual(probeCompression(shipped.bytes), all);
  });

  for (const kind of ["zstd-dictionary", "deflate"] as const) {
    it(`saves a tenth of first messages of 2,000 characters: ${kind}`, async (t) => {
      const sizeOf = async (make: () => Compressor): Promise<number> => {
        let sizeBytes = 0;
        for (const source of sources) {
          const compressor = make();
          sizeBytes += (await compressor.compress(source)).length;
          compressor.dispose();
        }
        return sizeBytes;
      };
      const without = kind === "deflate" ? kind : "zstd";
      const plainBytes = await sizeOf(() => new Compressor(without, undefined));
      const primedBytes = await sizeOf(() => new Compressor(kind, shipped.bytes));
      t.diagnostic(`${primedBytes} of ${plainBytes} bytes, ${sources.length} messages`);
      assert.ok(primedBytes > 0 && primedBytes < plainBytes * 0.9, `${primedBytes}, ${plainBytes}`);
    });

    it(`is a protocol failure when the other end has another one: ${kind}`, async () => {
      const compressor = new Compressor(kind, otherRelease());
      const decompressor = new Decompressor(kind, shipped.bytes, inflateLimits);
      const bytes = await compressor.compress(sources[0] ?? assert.fail());
      await assert.rejects(
        decompressor.decompress(bytes),
        (error) => error instanceof Failure && error.code === "protocol",
      );
      compressor.dispose();
    });
  }
});
