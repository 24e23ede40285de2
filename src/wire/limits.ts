/** The numbers both ends hold each other to. PROTOCOL.md states them. */
export const protocolVersion = 1;
export const subprotocol = "slipstream.v1";
export const linkPath = "/v1/link";

export const maxFrameBytes = 1024 * 1024;
export const maxStreams = 256;
export const helloTimeoutMs = 5_000;

export const pingIntervalMs = 5_000;
export const busyPingIntervalMs = 1_000;
export const pongTimeoutMs = 5_000;
export const busyPongTimeoutMs = 2_000;
export const silentLinkTimeoutMs = 30_000;

/** Above this many unsent bytes the reader at the other end is too slow and the link is closed. */
export const maxUnsentBytes = 4 * 1024 * 1024;
