import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { FlushedStream } from "../../../src/wire/flushedStream.ts";

const isFailure = (code: string) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("a stream that is flushed after each payload", () => {
  it("is freed when its owner disposes it", () => {
    const stream = new PassThrough();
    new FlushedStream(stream).dispose();
    assert.equal(stream.destroyed, true);
  });

  it("is freed when its output is more than is allowed", async () => {
    const stream = new PassThrough();
    const run = new FlushedStream(stream).run(Buffer.alloc(9), 8);
    await assert.rejects(run, isFailure("too-large"));
    assert.equal(stream.destroyed, true);
  });
});
