import { Failure } from "../base/failure.ts";
import { paddingBytes } from "./limits.ts";

/** A payload made longer to a multiple of 16 bytes, so that its length says less. PROTOCOL.md section 4. */
export function pad(payload: Uint8Array): Uint8Array {
  const fillBytes = paddingBytes - (payload.length % paddingBytes);
  const frame = Buffer.allocUnsafe(payload.length + fillBytes);
  frame.set(payload);
  return frame.fill(fillBytes, payload.length);
}

/** The payload of a padded frame; a wrong filling is a `protocol` failure. */
export function unpad(frame: Uint8Array): Uint8Array {
  const fillBytes = frame[frame.length - 1] ?? 0;
  const isWhole = frame.length % paddingBytes === 0 && fillBytes <= paddingBytes;
  if (
    fillBytes === 0 ||
    !isWhole ||
    !frame.subarray(-fillBytes).every((byte) => byte === fillBytes)
  ) {
    throw new Failure("protocol", "a frame is not padded as agreed");
  }
  return frame.subarray(0, frame.length - fillBytes);
}
