import { Failure } from "../base/failure.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { bundleLimits } from "./limits.ts";

/** Several payloads as the bytes that are compressed together. PROTOCOL.md section 4. */
export function joinPayloads(payloads: readonly Uint8Array[]): Uint8Array {
  const bundle = new ByteWriter();
  for (const payload of payloads) bundle.varint(payload.length).bytes(payload);
  return bundle.finish();
}

/** The payloads again. Too many are a `protocol` failure: each of a few bytes is work for this end. */
export function splitPayloads(bytes: Uint8Array): readonly Uint8Array[] {
  const bundle = new ByteReader(bytes);
  const payloads: Uint8Array[] = [];
  while (bundle.left > 0) {
    if (payloads.push(bundle.bytes(bundle.varint())) > bundleLimits.payloads) {
      throw new Failure("protocol", "too many payloads in one frame");
    }
  }
  return payloads;
}

/** How many of these, from the first on, go together. At least one. */
export function bundleLength(payloads: readonly Uint8Array[]): number {
  let sizeBytes = 0;
  const most = payloads.slice(0, bundleLimits.payloads);
  const last = most.findIndex(({ length }) => (sizeBytes += length) > bundleLimits.sizeBytes);
  return last < 0 ? most.length : Math.max(1, last);
}
