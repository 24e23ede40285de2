import { createHash } from "node:crypto";

/** Text that both ends hold before the first message, so that code resembling it costs few bytes. */
export interface Dictionary {
  /** In zstd's dictionary format, likely text last; never changed once handed over. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes in lower-case hex: two ends have the same dictionary if they name the same id. */
  readonly id: string;
}

/** Names a dictionary by its content. Reading it from somewhere is the caller's part. */
export function dictionaryOf(bytes: Uint8Array): Dictionary {
  return { bytes, id: createHash("sha256").update(bytes).digest("hex") };
}
