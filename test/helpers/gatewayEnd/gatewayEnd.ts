import assert from "node:assert/strict";
import type { StreamOutcome } from "../../../src/link/answer.ts";
import { ServerLink, type ServerLinkParts } from "../../../src/link/serverLink.ts";
import type { ClientMessage, ServerMessage } from "../../../src/wire/messages.ts";
import { AnswerDesk } from "../answerDesk.ts";
import { type ClientPeer, clientPeer, hello } from "../framePeer.ts";
import { serverParts } from "../linkParts.ts";
import { ManualClock } from "../manualClock.ts";
import type { RawPeer } from "../rawPeer.ts";
import type { MakePair, SocketPair } from "../socketPairs.ts";
import { Typist } from "../typist.ts";

/** A gateway's end of a link, and at the other end whatever the test needs there. */
export class GatewayEnd<Client extends RawPeer> {
  readonly pair: SocketPair;
  readonly client: Client;
  readonly clock = new ManualClock();
  readonly desk = new AnswerDesk();
  readonly link: ServerLink;
  readonly outcomes: StreamOutcome[] = [];
  closeCount = 0;

  constructor(pair: SocketPair, client: Client, parts: Partial<ServerLinkParts> = {}) {
    this.pair = pair;
    this.client = client;
    this.link = new ServerLink({
      ...serverParts(pair.server, this.clock, this.desk.answer),
      onOutcome: (outcome) => this.outcomes.push(outcome),
      onClosed: () => this.closeCount++,
      ...parts,
    });
  }

  async assertClosedWith(code: number): Promise<void> {
    const closed = await this.client.end();
    const closedAs = await this.pair.server.closeCode();
    assert.equal(this.pair.carriesCloseCodes ? closed.code : closedAs, code);
    assert.equal(this.closeCount, 1);
    assert.equal(this.clock.timerCount, 0);
  }

  dispose(): void {
    this.pair.dispose();
  }
}

/** One whose client speaks frames that are neither compressed nor padded. */
export class PlainGatewayEnd extends GatewayEnd<ClientPeer> {
  readonly typist: Typist;

  constructor(pair: SocketPair, parts: Partial<ServerLinkParts> = {}) {
    super(pair, clientPeer(pair.client), parts);
    this.typist = new Typist(this.client);
  }

  /** One that has greeted its client. */
  static async greeted(makePair: MakePair, parts?: Partial<ServerLinkParts>) {
    const end = new PlainGatewayEnd(await makePair(), parts);
    end.client.say(hello);
    await end.client.messages(1);
    return end;
  }

  /** All that was said since the welcome, but for pongs; once what was said to the gateway has been dealt with. */
  async said(): Promise<readonly ServerMessage[]> {
    const nonce = this.#nonce++;
    this.client.say({ kind: "ping", nonce });
    const isPong = (message: ServerMessage) => message.kind === "pong" && message.nonce === nonce;
    await this.client.until(
      () => this.client.received.some(isPong) || this.client.closed !== undefined,
    );
    return this.client.received.slice(1).filter(({ kind }) => kind !== "pong");
  }

  /** Says these, and makes sure that the gateway minds none of them. */
  async minds(messages: readonly ClientMessage[]): Promise<boolean> {
    this.client.say(...messages);
    await this.said();
    return this.client.closed !== undefined;
  }

  #nonce = 1_000;
}

/** Texts and ends as they come from an `AnswerDesk`. */
export const remote = (stream: number, text: string): ServerMessage => ({
  kind: "text",
  stream,
  origin: "remote",
  text,
});
export const more = (text: string): ServerMessage => ({ kind: "more", text });
export const ended = (stream: number): ServerMessage => ({
  kind: "end",
  stream,
  timings: { totalMs: 2, draftMs: undefined, firstRemoteMs: 1 },
});
export const cancelled = (stream: number): ServerMessage => ({ kind: "cancelled", stream });
export const resync = (stream: number): ServerMessage => ({
  kind: "failed",
  stream,
  code: "resync",
  detail: "the gateway holds another text",
});
