/** What is kept of a bundle's compiled code from one start to the next. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { loadBundle } from "../../../src/extension/codeCache.ts";

const require = createRequire(import.meta.url);

let folder: string;
let bundle: string;
let cacheFile: string;

const load = () => loadBundle(bundle, cacheFile, require);

describe("a bundle's compiled code", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipstream-code-"));
    bundle = join(folder, "bundle.cjs");
    cacheFile = join(folder, "code", "one.bin");
    const sum = "exports.sum = (a, b) => a + b;";
    writeFileSync(
      bundle,
      `"use strict";\nexports.folder = __dirname;\nexports.os = require("os");\n${sum}\n`,
    );
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is made at the first start, from the bundle with its own surroundings", () => {
    const { exports, isCached } = load();
    assert.equal(isCached, false);
    const { sum, os, folder: own } = exports as Record<"sum" | "os" | "folder", unknown>;
    assert.equal((sum as (a: number, b: number) => number)(1, 2), 3);
    assert.equal(os, require("node:os"));
    assert.equal(own, folder);
  });

  it("is not made again once it was kept", async () => {
    await load().keep();
    const again = load();
    assert.equal(again.isCached, true);
    assert.equal((again.exports as { sum(a: number, b: number): number }).sum(1, 2), 3);
  });

  it("is made again where what was kept is damaged, cut short or empty, and is then kept anew", async () => {
    await load().keep();
    const whole = readFileSync(cacheFile);
    const flipped = Buffer.from(whole);
    const middle = whole.length >> 1;
    flipped.writeUInt8(whole.readUInt8(middle) ^ 1, middle);
    for (const damaged of [flipped, whole.subarray(0, middle), Buffer.alloc(0)]) {
      writeFileSync(cacheFile, damaged);
      const loaded = load();
      assert.equal(loaded.isCached, false);
      assert.equal((loaded.exports as { sum(a: number, b: number): number }).sum(1, 2), 3);
      await loaded.keep();
      assert.equal(load().isCached, true);
    }
  });

  it("takes the place of what was kept of other bundles", async () => {
    await load().keep();
    cacheFile = join(folder, "code", "two.bin");
    await load().keep();
    assert.deepEqual(readdirSync(join(folder, "code")), ["two.bin"]);
  });

  it("says so where it cannot be kept", async () => {
    writeFileSync(join(folder, "code"), "a file where the folder should be");
    await assert.rejects(load().keep());
  });
});
