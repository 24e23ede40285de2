import { type FrameSocket } from "../../src/link/frameSocket.ts";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
} from "../../src/wire/codec.ts";
import { type CloseCode } from "../../src/wire/closeCodes.ts";
import { protocolVersion } from "../../src/wire/limits.ts";
import { type ClientMessage, type ServerMessage } from "../../src/wire/messages.ts";
import { Changes } from "./changes.ts";

interface Codec<Out, In> {
  readonly encode: (message: Out) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => In;
}

/** How a connection ended, as one end was told. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** An end of a link without any manners: it says what the test says and notes what it is told. */
export class FramePeer<Out, In> {
  readonly received: In[] = [];
  readonly #socket: FrameSocket;
  readonly #codec: Codec<Out, In>;
  readonly #changes = new Changes();
  #closed: Closed | undefined;

  constructor(socket: FrameSocket, codec: Codec<Out, In>) {
    this.#socket = socket;
    this.#codec = codec;
    socket.listen({
      frame: (bytes) => {
        this.received.push(codec.decode(bytes));
        this.#changes.notify();
      },
      closed: (code, reason) => {
        if (this.#closed) throw new Error("a socket said twice that it is closed");
        this.#closed = { code, reason };
        this.#changes.notify();
      },
    });
  }

  get closed(): Closed | undefined {
    return this.#closed;
  }

  say(...messages: Out[]): void {
    for (const message of messages) this.#socket.send(this.#codec.encode(message));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(code: CloseCode): void {
    this.#socket.close(code, "");
  }

  /** Breaks the connection. */
  vanish(): void {
    this.#socket.terminate();
  }

  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition);
  }

  /** Waits for that many messages in all and returns them. */
  async messages(count: number): Promise<readonly In[]> {
    await this.until(() => this.received.length >= count || this.#closed !== undefined);
    return this.received;
  }

  async end(): Promise<Closed> {
    await this.until(() => this.#closed !== undefined);
    return this.#closed ?? { code: 0, reason: "" };
  }
}

/** A client as a test plays it. */
export type ClientPeer = FramePeer<ClientMessage, ServerMessage>;
/** A gateway as a test plays it. */
export type GatewayPeer = FramePeer<ServerMessage, ClientMessage>;

export const clientPeer = (socket: FrameSocket): ClientPeer =>
  new FramePeer(socket, { encode: encodeClientMessage, decode: decodeServerMessage });

export const gatewayPeer = (socket: FrameSocket): GatewayPeer =>
  new FramePeer(socket, { encode: encodeServerMessage, decode: decodeClientMessage });

/** The first word of a client. */
export const hello: ClientMessage = { kind: "hello", protocolVersion, client: "test/1" };

/** The first word of a gateway. */
export const welcome = {
  kind: "welcome" as const,
  protocolVersion,
  gateway: "test-gateway/1",
  upstream: "a model",
  maxStreams: 256,
} satisfies ServerMessage;
