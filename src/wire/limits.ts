/** The numbers both ends hold each other to. PROTOCOL.md states them. */
export const protocolVersion = 1;
export const subprotocol = "slipstream.v1";
export const linkPath = "/v1/link";

export const maxFrameBytes = 1024 * 1024;
/** Of one text piece, in UTF-16 units: its UTF-8 fits a frame whatever the characters are. */
export const maxTextChars = 256 * 1024;
/** Of the names in `hello` and `welcome`, in UTF-16 units. */
export const maxNameChars = 200;
export const maxStreams = 256;
export const helloTimeoutMs = 5_000;

export const pingIntervalMs = 5_000;
export const busyPingIntervalMs = 1_000;
export const pongTimeoutMs = 5_000;
export const busyPongTimeoutMs = 2_000;
export const silentLinkTimeoutMs = 30_000;

/** Above this many unsent bytes the reader at the other end is too slow and the link is closed. */
export const maxUnsentBytes = 4 * 1024 * 1024;
