import type { Compressor, Decompressor } from "../wire/compression.ts";

/** How payloads become frames on one connection, as its handshake has settled it. */
export interface Encoding {
  readonly isPadded: boolean;
  /** Makes one direction's compressor and decompressor; undefined where nothing is compressed. */
  readonly codecs:
    | { readonly compressor: () => Compressor; readonly decompressor: () => Decompressor }
    | undefined;
}

/** Before the handshake, and where the bytes cost nothing. */
export const bare: Encoding = { isPadded: false, codecs: undefined };

/** The first byte of a frame that is not a payload itself. PROTOCOL.md section 4. */
export const frameKinds = { bundled: 0xfd, compressed: 0xfe, codecReset: 0xff } as const;
