import type { FrameSocket } from "../../src/link/frameSocket.ts";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../src/wire/codec.ts";
import { protocolVersion } from "../../src/wire/limits.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";
import { RawPeer } from "./rawPeer.ts";

interface Codec<Out, In> {
  readonly encode: (message: Out) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => In;
}

/** An end of a link without any manners: it says what the test says and notes what it is told. */
export class FramePeer<Out, In> extends RawPeer {
  readonly received: In[] = [];
  readonly #codec: Codec<Out, In>;

  constructor(socket: FrameSocket, codec: Codec<Out, In>) {
    super(socket);
    this.#codec = codec;
    this.heard = (bytes) => this.received.push(codec.decode(bytes));
  }

  say(...messages: Out[]): void {
    for (const message of messages) this.sayBytes(this.#codec.encode(message));
  }

  /** Waits for that many messages in all and returns them. */
  async messages(count: number): Promise<readonly In[]> {
    await this.until(() => this.received.length >= count || this.closed !== undefined);
    return this.received;
  }
}

/** A `typed` or an `edit` frame as it came: what it says depends on the text before it. */
export interface SaidEdit {
  readonly kind: "edit";
  readonly isAsk: boolean;
  readonly bytes: Uint8Array;
}
/** Whether a frame asks for a completion. */
export const isAsk = (said: Said): boolean => said.kind === "edit" && said.isAsk;

/** Anything that a client says. */
export type Said = ClientMessage | SaidEdit;

/** A client as a test plays it. */
export type ClientPeer = FramePeer<ClientMessage, ServerMessage>;
/** A gateway as a test plays it. */
export type GatewayPeer = FramePeer<ServerMessage, Said>;

export const clientPeer = (socket: FrameSocket): ClientPeer =>
  new FramePeer(socket, { encode: encodeClientMessage, decode: decodeServerMessage });

export const gatewayPeer = (socket: FrameSocket): GatewayPeer =>
  new FramePeer(socket, { encode: encodeServerMessage, decode: decodeSaid });

export function decodeSaid(bytes: Uint8Array): Said {
  const message = decodeClientMessage(bytes);
  if (message) return message;
  const [kind = 0] = bytes;
  return { kind: "edit", isAsk: kind < 0x80 || (kind & 1) === 1, bytes: bytes.slice() };
}

/** The first word of a client. */
export const hello = {
  kind: "hello",
  protocolVersion,
  client: "test/1",
  compression: ["none"],
  dictionary: "",
  isPadded: false,
  session: "",
  resume: [],
} satisfies ClientMessage;

/** The first word of a gateway. */
export const welcome = {
  kind: "welcome",
  protocolVersion,
  gateway: "test-gateway/1",
  upstream: "a model",
  maxStreams: 256,
  compression: "none",
  session: "",
  resumed: [],
} satisfies ServerMessage;
