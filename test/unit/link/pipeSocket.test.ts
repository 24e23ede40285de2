import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../../../src/base/failure.ts";
import { readFirstLine } from "../../../src/link/firstLine.ts";
import { PipeSocket } from "../../../src/link/pipeSocket.ts";
import { closeCodes } from "../../../src/wire/closeCodes.ts";
import { maxFrameBytes } from "../../../src/wire/limits.ts";
import { collectGarbage } from "../../helpers/collectGarbage.ts";
import { settled } from "../../helpers/settled.ts";

/** A socket on two streams, and what its owner is told. */
function open(input = new PassThrough(), output: Writable = new PassThrough()) {
  const socket = new PipeSocket(input, output);
  const frames: string[] = [];
  const closes: number[] = [];
  socket.listen({
    frame: (bytes) => frames.push(Buffer.from(bytes).toString("hex")),
    closed: (code) => closes.push(code),
  });
  return { socket, input, output, frames, closes };
}

const withLength = (frame: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(frame.length);
  return Buffer.concat([length, frame]);
};

describe("frames on a pipe", () => {
  it("stand behind their length, four bytes, the highest first", () => {
    const output = new PassThrough({ encoding: "hex" });
    const { socket } = open(new PassThrough(), output);
    socket.send(Buffer.from("0304", "hex"));
    socket.send(new Uint8Array(0));
    assert.equal(output.read(), "00000002030400000000");
  });

  it("are found again however the bytes are cut", async () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(frames, cuts, async (sent, sizes) => {
        const pipe = open();
        const bytes = Buffer.concat(sent.map(withLength));
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          pipe.input.write(bytes.subarray(at, at + size));
          at += size;
        }
        await settled();
        const expected = sent.map((frame) => Buffer.from(frame).toString("hex"));
        assert.deepEqual(pipe.frames, expected);
      }),
      { numRuns: 100 },
    );
  });

  it("are given to nobody who has closed while one that came with them was read", async () => {
    const input = new PassThrough();
    const socket = new PipeSocket(input, new PassThrough());
    const frames: number[] = [];
    const frame = ([first = 0]: Uint8Array) => {
      frames.push(first);
      socket.close(closeCodes.goingAway, "enough");
    };
    socket.listen({ frame, closed: () => undefined });
    input.write(Buffer.concat([1, 2].map((byte) => withLength(Uint8Array.of(byte)))));
    await settled();
    assert.deepEqual(frames, [1]);
  });

  it("take little more memory than they are long, also when each byte comes alone", () => {
    const bytes = withLength(Buffer.alloc(maxFrameBytes, 7));
    const pipe = open();
    const heldBytes = () => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = heldBytes();
    for (let at = 0; at < bytes.length - 1; at++) {
      pipe.input.emit("data", bytes.subarray(at, at + 1));
    }
    const mib = (heldBytes() - before) / 1024 / 1024;
    pipe.input.emit("data", bytes.subarray(bytes.length - 1));
    assert.equal(pipe.frames[0]?.length, 2 * maxFrameBytes);
    assert.ok(mib < 16, `${mib} MiB`);
  });

  it("may be 1 MiB long and no longer", async () => {
    const pipe = open();
    pipe.input.write(withLength(new Uint8Array(maxFrameBytes)));
    await settled();
    assert.equal(pipe.frames.length, 1);
    pipe.input.write(withLength(Buffer.of(1)));
    pipe.input.write(Buffer.of(0, 0x10, 0, 1));
    pipe.input.write(withLength(Buffer.of(2)));
    await settled();
    assert.deepEqual(pipe.frames.slice(1), ["01"]);
    assert.deepEqual(pipe.closes, [1009]);
    assert.ok(pipe.output.writableEnded);
  });
});

describe("the end of a pipe", () => {
  const endings: readonly (readonly [string, (pipe: ReturnType<typeof open>) => void])[] = [
    ["its input ends", ({ input }) => input.end()],
    ["its input breaks", ({ input }) => input.destroy(new Error("EIO"))],
    ["its output breaks", ({ output }) => output.destroy(new Error("EPIPE"))],
    ["its output is closed", ({ output }) => output.destroy()],
  ];
  for (const [name, act] of endings) {
    it(`is told once when ${name}`, async () => {
      const pipe = open();
      act(pipe);
      await settled();
      pipe.socket.send(Buffer.of(1));
      pipe.socket.close(1000, "");
      pipe.input.destroy();
      await settled();
      assert.deepEqual(pipe.closes, [1001]);
    });
  }

  const gone: readonly (readonly [string, (input: PassThrough, output: PassThrough) => void])[] = [
    ["its input had broken before anyone listened", (input) => input.destroy()],
    ["its input had ended before anyone listened", (input) => input.resume().end()],
    ["its output had broken before anyone listened", (_, output) => output.destroy()],
  ];
  for (const [name, act] of gone) {
    it(`is told when ${name}`, async () => {
      const input = new PassThrough();
      const output = new PassThrough();
      act(input, output);
      await settled();
      const { closes } = open(input, output);
      await settled();
      assert.deepEqual(closes, [1001]);
    });
  }

  it("is told by a close of one's own, with its code and not inside the call", async () => {
    const { socket, closes, frames, input } = open();
    socket.close(1000, "closed");
    socket.close(1001, "again");
    assert.deepEqual(closes, []);
    input.write(withLength(Buffer.of(7)));
    await settled();
    assert.deepEqual(closes, [1000]);
    assert.deepEqual(frames, []);
  });

  it("loses no frame that came before it", async () => {
    const pipe = open();
    pipe.input.write(withLength(Buffer.of(7)));
    pipe.input.end(withLength(Buffer.of(8)));
    await settled();
    assert.deepEqual(pipe.frames, ["07", "08"]);
    assert.deepEqual(pipe.closes, [1001]);
  });

  it("counts what the other end has not read", () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    const { socket } = open(new PassThrough(), stuck);
    socket.send(new Uint8Array(1_000));
    socket.send(new Uint8Array(1_000));
    assert.equal(socket.unsentBytes, 2_008);
  });
});

describe("the line before the frames", () => {
  it("is read and what follows it stays on the pipe", async () => {
    const input = new PassThrough();
    input.write('{"ready":');
    input.write(Buffer.concat([Buffer.from('"é"}\n'), withLength(Buffer.of(3, 4))]));
    assert.equal(await readFirstLine(input), '{"ready":"é"}');
    const { frames } = open(input);
    await settled();
    assert.deepEqual(frames, ["0304"]);
  });

  it("may come byte by byte, cut inside a character", async () => {
    const input = new PassThrough();
    const line = readFirstLine(input);
    for (const byte of Buffer.from("😀\n")) input.write(Buffer.of(byte));
    assert.equal(await line, "😀");
  });

  const failures: readonly (readonly [string, string, (input: PassThrough) => void])[] = [
    ["the pipe ends", "link-lost", (input) => input.end("half a line")],
    ["the pipe is closed", "link-lost", (input) => input.destroy()],
    ["the pipe breaks", "link-lost", (input) => input.destroy(new Error("EIO"))],
    ["it does not end", "too-large", (input) => input.write("x".repeat(300_000))],
  ];
  for (const [name, code, act] of failures) {
    it(`fails when ${name}`, async () => {
      const input = new PassThrough();
      const line = readFirstLine(input);
      act(input);
      await assert.rejects(line, (error) => error instanceof Failure && error.code === code);
      assert.equal(input.listenerCount("data"), 0);
    });
  }
});
