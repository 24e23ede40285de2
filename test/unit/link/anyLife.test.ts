/** Whatever befalls a persistent link in whatever order: played by chance, the seed is printed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import { followedAsks } from "../../helpers/followedAsks.ts";
import { type Dial, HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";
import { AskedDocuments } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const timings = { totalMs: 1, draftMs: undefined, firstRemoteMs: 1 };
const refusals = ["unauthorized", "handshake-refused"] as const;
const troubles = ["gateway-unreachable", "busy", "protocol"] as const;

/** How one ask went: it must end once, and by its own answer or by a failure. */
interface Ask {
  readonly version: number;
  readonly abort: AbortController;
  ends: number;
  text: string;
}

class Life {
  readonly clock = new ManualClock();
  readonly dialer = new HandDialer();
  readonly asks: Ask[] = [];
  readonly link: PersistentLink;
  readonly #asked = new AskedDocuments();
  readonly #chance: () => number;
  readonly #answered = new Map<Dial, number>();
  readonly #wentAway = new WeakSet<Dial>();

  constructor(chance: () => number) {
    this.#chance = chance;
    const parts = persistentParts(this.dialer, this.clock, this.#asked);
    this.link = new PersistentLink({ ...parts, random: chance });
  }

  get open(): readonly Ask[] {
    return this.asks.filter(({ ends }) => ends === 0);
  }

  /** Links that are open and welcomed, and that no gateway has said it would leave. */
  get inUse(): number {
    return this.dialer.dials.filter((dial) => isWelcomed(dial) && !this.#wentAway.has(dial)).length;
  }

  /** Sockets on their way to a link. */
  get underWay(): number {
    return this.dialer.dials.filter((dial) => dial.isOpen && !isWelcomed(dial)).length;
  }

  ask(): void {
    const ask: Ask = {
      version: this.asks.length,
      abort: new AbortController(),
      ends: 0,
      text: "",
    };
    this.asks.push(ask);
    void this.#read(ask);
  }

  async #read(ask: Ask): Promise<void> {
    try {
      const request = this.#asked.ask(`${ask.version}█`, { path: `app/${ask.version}.ts` });
      for await (const piece of this.link.complete(request, ask.abort.signal)) {
        assert.equal(ask.ends, 0, "a piece after the end");
        if (piece.kind === "text") ask.text += piece.text;
      }
      assert.equal(ask.text, `answer ${ask.version}`);
    } catch (error) {
      const isExpected = error instanceof Failure || ask.abort.signal.aborted;
      assert.ok(isExpected, String(error));
    } finally {
      ask.ends++;
    }
  }

  /** One thing happens, by chance to one of the last dials. */
  happen(): void {
    const dial = this.dialer.dials.at(-1 - Math.floor(this.#chance() * 3)) ?? this.dialer.last;
    const act = this.#chance();
    if (act < 0.15) this.clock.advance(this.#chance() * 3_000);
    else if (act < 0.2) this.clock.stall(this.#chance() * 20_000);
    else if (act < 0.4) this.ask();
    else if (act < 0.44) this.open.at(0)?.abort.abort(new Error("typed on"));
    else if (act < 0.5) this.link.suspect();
    else if (act < 0.51) this.link.reconnect();
    else if (!dial.isSettled) this.#settle(dial);
    else if (dial.isOpen) this.#speak(dial);
  }

  #settle(dial: Dial): void {
    const act = this.#chance();
    if (act < 0.6) dial.greet();
    else if (act < 0.7) dial.connect();
    else if (act < 0.95) dial.fail(troubles[Math.floor(this.#chance() * 3)] ?? "busy");
    else dial.fail(refusals[Math.floor(this.#chance() * 2)] ?? "unauthorized");
  }

  #speak(dial: Dial): void {
    const { gateway } = dial;
    if (!isWelcomed(dial)) return;
    const act = this.#chance();
    if (act < 0.4) this.#answerPings(dial);
    else if (act < 0.75) this.#answerOne(dial);
    else if (act < 0.85) {
      this.#wentAway.add(dial);
      gateway.say({ kind: "goAway" });
    } else if (act < 0.95) gateway.vanish();
    else gateway.close(this.#chance() < 0.8 ? 1001 : 4401);
  }

  #answerPings({ gateway }: Dial): void {
    for (const message of gateway.received)
      if (message.kind === "ping") gateway.say({ kind: "pong", nonce: message.nonce });
  }

  #answerOne(dial: Dial): void {
    const stream = (this.#answered.get(dial) ?? 0) + 1;
    const ask = followedAsks(dial.gateway.received).find((each) => each.stream === stream);
    if (!ask) return;
    this.#answered.set(dial, stream);
    const words = `answer ${ask.request?.before}`;
    const answer: ServerMessage[] = [
      { kind: "text", stream, origin: "remote", text: words },
      { kind: "end", stream, timings },
    ];
    dial.gateway.say(...answer);
  }
}

/** The client pings as soon as it is welcomed. */
const isWelcomed = (dial: Dial): boolean =>
  dial.isOpen && dial.gateway.received.some(({ kind }) => kind === "ping");

describe("the life of a persistent link", () => {
  it("keeps its promises whatever happens in whatever order", async (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const chance = seededRandom(seed);
    for (let round = 0; round < 30; round++) {
      const life = new Life(chance);
      const where = `seed ${seed}, round ${round}`;
      for (let step = 0; step < 300; step++) {
        life.happen();
        if (chance() < 0.6) await settled();
        if (step % 10 === 9) await assertSound(life, `${where}, step ${step}`);
      }
      await assertNothingLeft(life, where);
    }
  });
});

/** One link in use, at most one spare; who waits, waits for a link that is there. */
async function assertSound(life: Life, where: string): Promise<void> {
  await settled();
  await settled();
  const { link, dialer } = life;
  assert.ok(life.inUse <= 1, `${life.inUse} links in use, ${where}`);
  assert.ok(life.underWay <= 1, `${life.underWay} spares, ${where}`);
  if (life.open.length > 0) assert.ok(dialer.openCount > 0, `asks without a socket, ${where}`);
  if (link.state.kind === "ready") assert.ok(dialer.openCount > 0, `ready for nothing, ${where}`);
  else assert.ok(life.clock.timerCount > 0 || !dialer.last.isSettled, `nothing to come, ${where}`);
  for (const { ends } of life.asks) assert.ok(ends <= 1, `ended twice, ${where}`);
}

async function assertNothingLeft(life: Life, where: string): Promise<void> {
  life.link.dispose();
  for (const dial of life.dialer.dials) if (!dial.isSettled) dial.connect();
  await settled();
  await settled();
  assert.equal(life.dialer.openCount, 0, `an open socket, ${where}`);
  assert.equal(life.clock.timerCount, 0, `a timer, ${where}`);
  for (const { ends, version } of life.asks) assert.equal(ends, 1, `ask ${version}, ${where}`);
  assert.ok(life.dialer.dials.length > 3, where);
}
