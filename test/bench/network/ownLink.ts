import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { systemClock } from "../../../src/base/clock.ts";
import { Dialer } from "../../../src/link/dialer.ts";
import type { FrameSocket } from "../../../src/link/frameSocket.ts";
import { remoteProfile } from "../../../src/link/linkProfile.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { WsSocket } from "../../../src/link/wsSocket.ts";
import { dictionaryOf } from "../../../src/wire/dictionary.ts";
import { subprotocol } from "../../../src/wire/limits.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { CompletionAsk } from "../../../src/wire/messages.ts";
import type { Contender, ContenderParts } from "./contender.ts";

const dictionaryFile = join(import.meta.dirname, "..", "..", "..", "dist", "dictionary.bin");

/** Our link: the one the extension keeps, to the hosted gateway. */
export class OwnLink implements Contender {
  readonly link: PersistentLink;
  readonly documents = new LocalDocuments();
  readonly #dialer = new Dialer({
    clock: systemClock,
    blockedHosts: new Set(),
    log: { debug: () => undefined, info: console.error, warn: console.error },
    onWebSocketBack: () => undefined,
  });

  constructor({ servers, token }: Omit<ContenderParts, "ticket">) {
    const dialer = this.#dialer;
    this.link = openLink(this.documents, (signal) => dialer.dial(servers.gateway, token, signal));
  }

  readonly source = (ask: CompletionAsk, signal: AbortSignal) => this.link.complete(ask, signal);
  readonly ticket = () => undefined;
  readonly isResumed = () => false;

  open(): Promise<void> {
    return this.link.ready(new AbortController().signal);
  }

  dispose(): void {
    this.link.dispose();
    this.#dialer.dispose();
  }
}

/**
 * The same link over a socket that resumes a TLS session, which the product's own dial does not: it is here
 * to see what that would win.
 */
export class ResumingLink implements Contender {
  readonly #parts: ContenderParts;
  readonly #link: PersistentLink;
  readonly documents = new LocalDocuments();
  #socket: TLSSocket | undefined;

  constructor(parts: ContenderParts) {
    this.#parts = parts;
    this.#link = openLink(this.documents, () => this.#dial());
  }

  readonly source = (ask: CompletionAsk, signal: AbortSignal) => this.#link.complete(ask, signal);
  readonly ticket = () => this.#socket?.getSession();
  readonly isResumed = () => this.#socket?.isSessionReused() ?? false;

  open(): Promise<void> {
    return this.#link.ready(new AbortController().signal);
  }

  dispose(): void {
    this.#link.dispose();
  }

  async #dial(): Promise<FrameSocket> {
    const { servers, token, ticket } = this.#parts;
    const ws = new WebSocket(servers.gateway, [subprotocol], {
      headers: { Authorization: `Bearer ${token}` },
      perMessageDeflate: false,
      ...(ticket && { session: ticket }),
    });
    ws.once("upgrade", ({ socket }: IncomingMessage) => {
      if (socket instanceof TLSSocket) this.#socket = socket;
    });
    await once(ws, "open");
    return new WsSocket(ws);
  }
}

/** As the extension opens it to a hosted gateway. */
function openLink(
  documents: LocalDocuments,
  dial: (signal: AbortSignal) => Promise<FrameSocket>,
): PersistentLink {
  const profile = remoteProfile(dictionaryOf(readFileSync(dictionaryFile)));
  const who = { random: Math.random, client: "bench" };
  return new PersistentLink({
    ...who,
    documents,
    profile: () => profile,
    dial,
    clock: systemClock,
  });
}
