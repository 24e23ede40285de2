/** What a gateway without manners sends to a client: right frames changed at random, and frames of no kind. */
import { encodeServerMessage } from "../../../src/wire/codec.ts";
import { protocolVersion } from "../../../src/wire/limits.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";

export const welcome: ServerMessage = {
  kind: "welcome",
  protocolVersion,
  gateway: "hostile/1",
  upstream: "",
  maxStreams: 256,
  session: "",
  resumed: [],
  compression: "none",
};

const timings = { totalMs: 1, draftMs: undefined, firstRemoteMs: 1 };
const good: readonly ServerMessage[] = [
  { kind: "text", stream: 1, origin: "remote", text: "some text ü" },
  { kind: "more", text: "and more of it" },
  { kind: "text", stream: 2, origin: "draft", text: "a draft" },
  { kind: "pong", nonce: 1 },
  { kind: "recalled", document: 1, isKnown: true },
  { kind: "resync", document: 1 },
  { kind: "failed", stream: 1, code: "resync", detail: "the gateway holds another text" },
  { kind: "failed", stream: 2, code: "busy", detail: "too many\nrequests\u2028at once" },
  { kind: "cancelled", stream: 1 },
  { kind: "end", stream: 1, timings },
  { kind: "end", stream: 2, timings },
  welcome,
];
const frames = good.map(encodeServerMessage);

/** One to eight frames, each right, changed or made up, as `random` says. */
export function hostileFrames(random: () => number): Uint8Array[] {
  const below = (count: number) => Math.floor(random() * count);
  const noise = (count: number) => Uint8Array.from({ length: count }, () => below(256));
  const changed = (frame: Uint8Array): Uint8Array => {
    const at = below(frame.length);
    const others = [
      frame.subarray(0, at),
      Buffer.concat([frame, noise(3)]),
      Buffer.concat([frame.subarray(0, at), noise(1), frame.subarray(at + 1)]),
      Buffer.concat([frame.subarray(0, at), Buffer.alloc(5, 0xff), frame.subarray(at)]),
      Buffer.concat([Uint8Array.of(0xfe), frame]),
      noise(below(40)),
      frame,
      frame,
    ];
    return others[below(others.length)] ?? frame;
  };
  return Array.from({ length: 1 + below(8) }, () =>
    changed(frames[below(frames.length)] ?? noise(1)),
  );
}
