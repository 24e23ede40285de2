import { createRequire } from "node:module";
import { subprotocol } from "../../src/wire/limits.ts";
import { Changes } from "./changes.ts";
import type { Closed } from "./rawPeer.ts";

/** A WebSocket client that is not the one of the product. */
export interface ForeignClient {
  /** The subprotocol that the gateway chose. */
  readonly protocol: string;
  /** Binary messages so far. */
  readonly messages: readonly Uint8Array[];
  send(message: Uint8Array | string): void;
  close(code: number, reason: string): void;
  /** Waits for that many messages in all. */
  got(count: number): Promise<readonly Uint8Array[]>;
  /** How the connection ended. */
  ended(): Promise<Closed>;
}

/** Opens a connection with this token; throws when it is refused. */
export type OpenForeign = (address: string, token: string) => Promise<ForeignClient>;

/** What both clients have of the browsers' interface. */
interface BrowserLike {
  readonly protocol: string;
  binaryType?: string;
  onopen: (() => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  onmessage: ((event: { readonly data: ArrayBuffer | Buffer | string }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(message: Uint8Array | string): void;
  close(code: number, reason: string): void;
}

async function opened(ws: BrowserLike): Promise<ForeignClient> {
  const opening = Promise.withResolvers<undefined>();
  const changes = new Changes();
  const messages: Uint8Array[] = [];
  let closed: Closed | undefined;
  ws.onopen = () => {
    opening.resolve(undefined);
  };
  ws.onerror = ({ message }) => {
    opening.reject(new Error(message ?? "the connection failed"));
  };
  ws.onmessage = ({ data }) => {
    messages.push(typeof data === "string" ? Buffer.from(data) : new Uint8Array(data));
    changes.notify();
  };
  ws.onclose = ({ code, reason }) => {
    closed = { code, reason };
    opening.reject(new Error(`closed with ${code}`));
    changes.notify();
  };
  await opening.promise;
  return {
    protocol: ws.protocol,
    messages,
    send: (message) => {
      // A Buffer: faye-websocket takes any other view for text.
      ws.send(typeof message === "string" ? message : Buffer.from(message));
    },
    close: (code, reason) => {
      ws.close(code, reason);
    },
    got: async (count) => {
      await changes.until(() => messages.length >= count || closed !== undefined);
      return messages;
    },
    ended: async () => {
      await changes.until(() => closed !== undefined);
      return closed ?? { code: 0, reason: "" };
    },
  };
}

const authorized = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The global WebSocket of Node (undici): headers are an extension of its second argument. */
export const openUndici: OpenForeign = (address, token) => {
  interface Init {
    readonly protocols: string[];
    readonly headers: Record<string, string>;
  }
  const Global = WebSocket as unknown as new (url: string, init: Init) => BrowserLike;
  const ws = new Global(address, { protocols: [subprotocol], headers: authorized(token) });
  ws.binaryType = "arraybuffer";
  return opened(ws);
};

/** faye-websocket, which has a parser of its own and no types. */
export const openFaye: OpenForeign = (address, token) => {
  type Make = new (url: string, protocols: string[], options: object) => BrowserLike;
  const require = createRequire(import.meta.url);
  const { Client } = require("faye-websocket") as { Client: Make };
  return opened(new Client(address, [subprotocol], { headers: authorized(token) }));
};
