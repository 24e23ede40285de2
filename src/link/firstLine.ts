import type { Readable } from "node:stream";
import { Failure } from "../base/failure.ts";

const maxLineBytes = 256 * 1024;

/**
 * Reads the one line of JSON that goes before the frames on a pipe and puts back what follows it.
 * Throws `link-lost` when the stream ends first, `too-large` when no newline comes.
 */
export async function readFirstLine(input: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf(0x0a);
    if (end < 0 && bytes.length <= maxLineBytes) return;
    input.off("data", onData);
    input.pause();
    if (end < 0) {
      reject(new Failure("too-large", "the first line on the pipe does not end"));
      return;
    }
    if (end + 1 < bytes.length) input.unshift(bytes.subarray(end + 1));
    resolve(bytes.toString("utf8", 0, end));
  };
  const onEnd = () => {
    reject(new Failure("link-lost", "the other end of the pipe is gone"));
  };
  input.on("data", onData);
  input.once("end", onEnd);
  input.once("close", onEnd);
  input.on("error", onEnd); // it stays: an error before anyone else listens must not end this process
  try {
    return await promise;
  } finally {
    input.off("data", onData);
    input.off("end", onEnd);
    input.off("close", onEnd);
  }
}
