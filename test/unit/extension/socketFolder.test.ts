import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { makeSocketPlace } from "../../../src/extension/socketFolder.ts";

/** Runs something with another temporary folder. */
async function withTmpdir<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return await action();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

const isWindows = process.platform === "win32";

describe("the place of a socket", { skip: isWindows && "Windows has named pipes" }, () => {
  it("is a folder of its own that nobody else can enter", async () => {
    const [place, other] = [await makeSocketPlace(), await makeSocketPlace()];
    assert.equal(statSync(dirname(place.path)).mode & 0o777, 0o700);
    assert.notEqual(place.path, other.path);
    place.remove();
    other.remove();
  });

  it("is removed with what is in it, and once more without complaint", async () => {
    const place = await makeSocketPlace();
    writeFileSync(place.path, "");
    place.remove();
    assert.equal(existsSync(dirname(place.path)), false);
    place.remove();
  });

  it("has a path under 100 bytes also where the temporary folder's is long", async () => {
    const root = mkdtempSync(join(tmpdir(), "slipstream-long-"));
    const long = join(root, "ö".repeat(50));
    mkdirSync(long);
    const place = await withTmpdir(long, makeSocketPlace);
    assert.ok(Buffer.byteLength(place.path) < 100, place.path);
    assert.ok(existsSync(dirname(place.path)));
    place.remove();
    rmSync(root, { recursive: true });
  });

  it("fails where no folder can be made", async () => {
    await withTmpdir("/nowhere-at-all", () => assert.rejects(makeSocketPlace(), /ENOENT/));
  });
});
