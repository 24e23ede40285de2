import { Failure } from "../base/failure.ts";
import { Compressor, Decompressor, probeCompression } from "../wire/compression.ts";
import type { Dictionary } from "../wire/dictionary.ts";
import type { SendWindow } from "../wire/documentSender.ts";
import { inflateLimits, protocolVersion } from "../wire/limits.ts";
import type { CompressionKind, Hello, Welcome } from "../wire/messages.ts";
import { bare, type Encoding } from "./encoding.ts";

/** What a client asks of a connection: how bytes are saved there, and how much text goes at once. */
export interface LinkProfile {
  readonly compression: readonly CompressionKind[];
  readonly dictionary: Dictionary | undefined;
  readonly isPadded: boolean;
  readonly window: SendWindow;
}

/** To the local child: bytes cost nothing there, and nobody listens. */
export const localProfile: LinkProfile = {
  compression: ["none"],
  dictionary: undefined,
  isPadded: false,
  window: { beforeChars: 64 * 1024, afterChars: 64 * 1024, pieceChars: 64 * 1024 },
};

/**
 * To a gateway on another machine: the first packet holds what a person sees round the cursor, a piece of the rest fits
 * one packet when it is compressed, and lengths are blurred.
 */
export function remoteProfile(dictionary: Dictionary | undefined): LinkProfile {
  return {
    compression: probeCompression(dictionary?.bytes),
    dictionary,
    isPadded: true,
    window: { beforeChars: 1_500, afterChars: 500, pieceChars: 3_000 },
  };
}

/** The same for a gateway with little room: it gets nothing but the text round the cursors. */
export const sparingProfile = (profile: LinkProfile): LinkProfile => ({
  ...profile,
  window: { ...profile.window, pieceChars: 0 },
});

/** The gateway's choice for a client: the first of the client's kinds that it can do too. */
export function chooseCompression(
  hello: Pick<Hello, "compression" | "dictionary">,
  able: readonly CompressionKind[],
  dictionary: Dictionary | undefined,
): CompressionKind {
  const isShared = dictionary?.id === hello.dictionary;
  const fits = (kind: CompressionKind) =>
    able.includes(kind) && (kind !== "zstd-dictionary" || isShared);
  return hello.compression.find(fits) ?? "none";
}

/** What both ends do once the handshake has settled on a kind. */
export function encodingOf(
  kind: CompressionKind,
  dictionary: Dictionary | undefined,
  isPadded: boolean,
): Encoding {
  if (kind === "none") return { ...bare, isPadded };
  const bytes = kind === "zstd-dictionary" ? dictionary?.bytes : undefined; // deflate goes without: its own dictionary would have to be agreed on too
  return {
    isPadded,
    codecs: {
      compressor: () => new Compressor(kind, bytes),
      decompressor: () => new Decompressor(kind, bytes, inflateLimits),
    },
  };
}

/** Throws where the gateway speaks another version, or wants what this client cannot do. */
export function requireFitting(welcome: Welcome, { compression }: LinkProfile): void {
  if (welcome.protocolVersion !== protocolVersion) {
    throw new Failure("handshake-refused", `the gateway speaks version ${welcome.protocolVersion}`);
  }
  if (!compression.includes(welcome.compression)) {
    throw new Failure("protocol", `the gateway wants ${welcome.compression}`);
  }
}
