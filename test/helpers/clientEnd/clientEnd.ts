import assert from "node:assert/strict";
import { Failure, type FailureCode } from "../../../src/base/failure.ts";
import { ClientLink, type ClientLinkParts } from "../../../src/link/clientLink.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import type { Piece, ServerMessage } from "../../../src/wire/messages.ts";
import { type FollowedAsk, followedAsks } from "../followedAsks.ts";
import { type GatewayPeer, gatewayPeer, type Said, welcome } from "../framePeer.ts";
import { ManualClock } from "../manualClock.ts";
import type { RawPeer } from "../rawPeer.ts";
import { AskedDocuments, type AskParts, textOf } from "../requests.ts";
import type { MakePair, SocketPair } from "../socketPairs.ts";

const never = new AbortController().signal;

export const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;

/** An answer whose reading has begun. */
export interface BegunAnswer {
  readonly controller: AbortController;
  /** The rest of it, the first piece included. */
  readonly pieces: AsyncGenerator<Piece>;
  readonly text: () => Promise<string>;
}

/** A client's end of a link, and at the other end whatever the test needs there. */
export class ClientEnd<Gateway extends RawPeer> {
  readonly pair: SocketPair;
  readonly gateway: Gateway;
  readonly clock = new ManualClock();
  readonly asked = new AskedDocuments();
  readonly link: ClientLink;
  readonly failures: FailureCode[] = [];

  constructor(pair: SocketPair, gateway: Gateway, parts: Partial<ClientLinkParts> = {}) {
    this.pair = pair;
    this.gateway = gateway;
    this.link = new ClientLink({
      socket: pair.client,
      clock: this.clock,
      client: "test/1",
      documents: this.asked.documents,
      profile: localProfile,
      onEnded: ({ code }) => this.failures.push(code),
      ...parts,
    });
  }

  async assertEnded(code: FailureCode): Promise<void> {
    await assert.rejects(textOf(this.link.complete(this.asked.ask(), never)), isFailure(code));
    assert.deepEqual(this.failures, [code]);
  }

  dispose(): void {
    this.link.dispose();
    this.pair.dispose();
    assert.equal(this.clock.timerCount, 0);
  }

  /** Begins to read an answer to an ask that is sent in this turn. */
  begin(ask = this.asked.ask(), controller = new AbortController()): BegunAnswer {
    const all = this.link.complete(ask, controller.signal);
    const first = all.next();
    first.catch(() => undefined); // whoever reads on hears of it
    const pieces = goOn(first, all);
    return { controller, pieces, text: () => textOf(pieces) };
  }
}

/** One whose gateway speaks frames that are neither compressed nor padded. */
export class PlainClientEnd extends ClientEnd<GatewayPeer> {
  constructor(pair: SocketPair, parts: Partial<ClientLinkParts> = {}) {
    super(pair, gatewayPeer(pair.server), parts);
  }

  /** One that was welcomed. */
  static async welcomed(makePair: MakePair, parts?: Partial<ClientLinkParts>) {
    const end = new PlainClientEnd(await makePair(), parts);
    end.gateway.say(welcome);
    await end.link.welcome;
    await end.gateway.until(() => end.kinds().includes("ping"));
    return end;
  }

  /** What the client has said so far, but for pings and its hello. */
  said(): readonly Said[] {
    return this.gateway.received.filter(({ kind }) => kind !== "ping" && kind !== "hello");
  }

  kinds(): readonly string[] {
    return this.gateway.received.map(({ kind }) => kind);
  }

  /** Its asks, as a gateway reads them. */
  asks(): readonly FollowedAsk[] {
    return followedAsks(this.said());
  }

  /** Asks, and waits until the gateway has the ask. */
  async ask(marked?: string, parts?: AskParts): Promise<BegunAnswer & FollowedAsk> {
    const count = this.asks().length;
    const answer = this.begin(this.asked.ask(marked, parts));
    return { ...answer, ...(await this.nthAsk(count + 1)) };
  }

  /** The first, second, ... ask, once it is there. */
  async nthAsk(number: number): Promise<FollowedAsk> {
    await this.gateway.until(() => this.asks().length >= number);
    const ask = this.asks()[number - 1];
    if (!ask) throw new Error("there is no such ask");
    return ask;
  }

  /**
   * Waits until all that was said before, at both ends, has arrived: a further stream is asked for in a document of
   * its own, and answered.
   */
  async arrived(): Promise<void> {
    const { stream, text } = await this.ask("█", { path: "app/arrived.ts" });
    this.gateway.say(end(stream));
    await text();
  }
}

export const timings = { totalMs: 3, draftMs: 0.2, firstRemoteMs: undefined };
export const draft = (stream: number, text: string): ServerMessage => ({
  kind: "text",
  stream,
  origin: "draft",
  text,
});
export const more = (text: string): ServerMessage => ({ kind: "more", text });
export const end = (stream: number): ServerMessage => ({ kind: "end", stream, timings });
export const failed = (stream: number, code: FailureCode): ServerMessage => ({
  kind: "failed",
  stream,
  code,
  detail: code,
});

export async function valueOf(pieces: AsyncGenerator<Piece>): Promise<Piece | undefined> {
  const next = await pieces.next();
  return next.done === true ? undefined : next.value;
}

/** The rest of an answer whose first piece was already asked for. */
async function* goOn(
  first: Promise<IteratorResult<Piece>>,
  pieces: AsyncGenerator<Piece>,
): AsyncGenerator<Piece> {
  try {
    for (let next = await first; next.done !== true; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return(undefined);
  }
}
