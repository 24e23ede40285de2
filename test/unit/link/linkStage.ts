import assert from "node:assert/strict";
import type { LinkState } from "../../../src/link/linkState.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import { isAsk } from "../../helpers/framePeer.ts";
import { type Dial, HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const timings = { totalMs: 1, draftMs: undefined, firstRemoteMs: 1 };

/** A whole answer of the gateway. */
export const answer = (stream: number, text: string): ServerMessage[] => [
  { kind: "text", stream, origin: "remote", text },
  { kind: "end", stream, timings },
];

/** A persistent link that is ready and has been idle for 3 s, its clock and its dials in a test's hand. */
export class LinkStage {
  readonly clock = new ManualClock();
  readonly dialer = new HandDialer();
  readonly asked = new AskedDocuments();
  /** The states after the first `ready`. */
  readonly states: LinkState[] = [];
  readonly link: PersistentLink;
  #lastDocument = 0;

  private constructor() {
    this.link = new PersistentLink(persistentParts(this.dialer, this.clock, this.asked));
  }

  static async open(): Promise<LinkStage> {
    const stage = new LinkStage();
    stage.dialer.last.greet();
    await settled();
    stage.answerPings(stage.dial(1));
    await settled();
    stage.clock.advance(3_000);
    stage.link.onState((state) => stage.states.push(state));
    return stage;
  }

  /** Disposes the link, and nothing of it may be left. */
  async close(): Promise<void> {
    this.link.dispose();
    await settled();
    assert.equal(this.dialer.openCount, 0);
    assert.equal(this.clock.timerCount, 0);
  }

  /** The first, second, ... dial. */
  dial(number: number): Dial {
    const found = this.dialer.dials[number - 1];
    if (!found) throw new Error(`there is no dial ${number}`);
    return found;
  }

  /** The gateway answers all pings it has had so far. */
  answerPings({ gateway }: Dial): void {
    for (const message of gateway.received) {
      if (message.kind === "ping") gateway.say({ kind: "pong", nonce: message.nonce });
    }
  }

  /** Asks in a document of its own, and waits until the gateway of this dial has the request. */
  async asking({ gateway }: Dial): Promise<{ readonly text: Promise<string> }> {
    const asked = () => gateway.received.filter(isAsk).length;
    const before = asked();
    const path = `app/${++this.#lastDocument}.ts`;
    const text = textOf(this.link.complete(this.asked.ask("const a = █;", { path }), never));
    text.catch(() => undefined);
    await gateway.until(() => asked() > before);
    return { text };
  }
}
