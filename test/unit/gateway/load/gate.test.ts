import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import type { Disposable } from "../../../../src/base/disposable.ts";
import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import type { Kind } from "../../../../src/gateway/load/fairQueue.ts";
import { Gate, type GateLimits } from "../../../../src/gateway/load/gate.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { holds } from "../../../helpers/property.ts";
import { settled } from "../../../helpers/settled.ts";

const isFailure =
  (code: FailureCode, words = /./) =>
  (error: unknown) =>
    error instanceof Failure && error.code === code && words.test(error.message);

/** A request at the gate, and what has become of it. */
class Visitor {
  readonly name: string;
  readonly tenant: string;
  readonly kind: Kind;
  readonly abort = new AbortController();
  slot: Disposable | undefined;
  refusal: unknown;
  wentStraight = false;

  constructor(name: string, tenant: string, kind: Kind) {
    this.name = name;
    this.tenant = tenant;
    this.kind = kind;
  }

  get isWaiting(): boolean {
    return !this.slot && this.refusal === undefined;
  }

  enter(gate: Gate, entered: string[] = []): this {
    const entering = gate.enter(this.tenant, this.kind, this.abort.signal);
    if (entering instanceof Promise) {
      entering.then(
        (slot) => {
          this.slot = slot;
          entered.push(this.name);
        },
        (error: unknown) => (this.refusal = error),
      );
    } else {
      this.slot = entering;
      this.wentStraight = true;
    }
    return this;
  }
}

describe("the gate of an upstream", () => {
  const limits: GateLimits = {
    requests: 2,
    requestsPerTenant: 2,
    waitingPerTenant: 3,
    waitMs: 500,
  };
  let clock: ManualClock;
  let gate: Gate;
  let visitors: Visitor[];
  let entered: string[];

  beforeEach(() => {
    clock = new ManualClock();
    visitors = [];
    entered = [];
    gate = new Gate(limits, clock);
  });
  afterEach(async () => {
    for (const { abort } of visitors) abort.abort(new Error("over"));
    await settled();
    assert.equal(clock.timerCount, 0);
  });

  function come(name: string, tenant = "team", kind: Kind = "completion", at = gate): Visitor {
    const visitor = new Visitor(name, tenant, kind).enter(at, entered);
    visitors.push(visitor);
    return visitor;
  }

  /** Lets one after the other leave, and returns who came in from the queue. */
  async function inTurn(): Promise<string[]> {
    for (;;) {
      await settled();
      const inside = visitors.find(({ slot }) => slot !== undefined);
      if (!inside) return entered;
      visitors.splice(visitors.indexOf(inside), 1);
      inside.slot?.dispose();
    }
  }

  it("lets through what there is room for, in the same turn and without a timer", () => {
    assert.ok(come("a").wentStraight && come("b").wentStraight);
    assert.equal(clock.timerCount, 0);
    assert.equal(come("c").isWaiting, true);
  });

  it("lets the newest completion go first", async () => {
    for (const name of ["1", "2", "a", "b", "c"]) come(name);
    assert.deepEqual(await inTurn(), ["c", "b", "a"]);
  });

  it("lets the oldest chat go first, and completions in turns with it", async () => {
    for (const name of ["1", "2"]) come(name);
    for (const name of ["old chat", "new chat"]) come(name, "team", "chat");
    for (const name of ["a", "b", "c"]) come(name);
    assert.deepEqual(await inTurn(), ["c", "old chat", "b", "new chat", "a"]);
  });

  it("gives each tenant its turn, however many requests one of them has", async () => {
    for (const name of ["1", "2"]) come(name, "one");
    for (const name of ["a", "b", "c"]) come(name, "one");
    for (const name of ["x", "y"]) come(name, "other");
    assert.deepEqual(await inTurn(), ["c", "y", "b", "x", "a"]);
  });

  it("lets one tenant have no more than its part, and another one in meanwhile", async () => {
    const own = new Gate({ ...limits, requestsPerTenant: 1 }, clock);
    const at = (name: string, tenant: string) => come(name, tenant, "completion", own);
    const first = at("1", "one");
    assert.ok(at("a", "one").isWaiting);
    assert.ok(at("x", "other").wentStraight);
    first.slot?.dispose();
    await settled();
    assert.ok(visitors[1]?.slot);
  });

  it("refuses the oldest completion as busy when more wait than may, and says what to do", async () => {
    for (const name of ["1", "2", "a", "b", "c", "d"]) come(name);
    await settled();
    assert.ok(isFailure("busy", /3 newer ones wait: ask again/)(visitors[2]?.refusal));
    assert.deepEqual(
      visitors.filter(({ isWaiting }) => isWaiting).map(({ name }) => name),
      ["b", "c", "d"],
    );
  });

  it("refuses the newest chat, not those that wait", async () => {
    for (const name of ["1", "2"]) come(name);
    for (const name of ["a", "b", "c", "d"]) come(name, "team", "chat");
    await settled();
    assert.ok(isFailure("busy", /3 wait already/)(visitors[5]?.refusal));
    assert.deepEqual(await inTurn(), ["a", "b", "c"]);
  });

  it("refuses what has waited too long: a completion soon, a chat later", async () => {
    for (const name of ["1", "2", "a"]) come(name);
    const chat = come("chat", "team", "chat");
    clock.advance(499);
    await settled();
    assert.ok(visitors[2]?.isWaiting);
    clock.advance(1);
    await settled();
    assert.ok(isFailure("busy", /for 500 ms/)(visitors[2].refusal));
    assert.ok(chat.isWaiting);
    clock.advance(29_500);
    await settled();
    assert.ok(isFailure("busy")(chat.refusal));
  });

  it("forgets who has left while it waited", async () => {
    for (const name of ["1", "2", "a", "b"]) come(name);
    const reason = new Error("typed on");
    visitors[3]?.abort.abort(reason);
    await settled();
    assert.equal(visitors[3]?.refusal, reason);
    assert.deepEqual(await inTurn(), ["a"]);
  });

  it("gives on the place of one that leaves in the turn in which it came in", async () => {
    for (const name of ["1", "2", "a", "b"]) come(name);
    visitors[0]?.slot?.dispose();
    visitors[3]?.abort.abort(new Error("typed on"));
    await settled();
    assert.deepEqual(
      visitors.slice(2).map(({ slot }) => slot !== undefined),
      [true, false],
    );
  });

  it("listens no longer to the signal of one that has come in", async () => {
    for (const name of ["1", "2", "a"]) come(name);
    visitors[0]?.slot?.dispose();
    await settled();
    const signals = visitors.map(({ abort }) => abort.signal);
    assert.equal(visitors[2]?.isWaiting, false);
    assert.deepEqual(
      signals.flatMap((signal) => getEventListeners(signal, "abort")),
      [],
    );
  });

  it("counts a place that is given back twice once", async () => {
    const first = come("1");
    come("2");
    first.slot?.dispose();
    first.slot?.dispose();
    assert.ok(come("3").wentStraight);
    assert.ok(come("4").isWaiting);
    await settled();
  });

  it("takes a lent place back for a request, of the same tenant where that has no more", () => {
    const own = new Gate({ ...limits, requests: 3 }, clock);
    const back: string[] = [];
    const lend = (tenant: string, name: string) => own.lend(tenant, () => back.push(name));
    assert.ok(lend("other", "theirs"));
    assert.ok(lend("one", "ours"));
    const at = (name: string) => come(name, "one", "completion", own);
    assert.ok(at("a").wentStraight);
    assert.deepEqual(back, []);
    assert.ok(at("b").wentStraight);
    assert.deepEqual(back, ["ours"]);
    assert.ok(at("c").isWaiting);
    assert.ok(come("x", "third", "chat", own).wentStraight);
    assert.deepEqual(back, ["ours", "theirs"]);
  });

  it("lends nothing where a request would have to wait, and takes nothing back twice", () => {
    const back: string[] = [];
    const lent = gate.lend("team", () => back.push("lent"));
    come("a");
    assert.equal(
      gate.lend("other", () => undefined),
      undefined,
    );
    lent?.dispose();
    lent?.dispose();
    assert.ok(come("b").wentStraight);
    assert.ok(come("c").isWaiting);
    assert.deepEqual(back, []);
  });

  it("keeps its limits, lets nobody wait who could go in, and ends each request once, whatever happens", async (t) => {
    const tenant = fc.constantFrom("one", "two", "three");
    const kind = fc.constantFrom<Kind>("completion", "chat");
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant("come" as const), tenant, kind }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("leave" as const), which: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(300) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("lend" as const), tenant }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("return" as const), which: fc.nat(9) }) },
    );
    const small = fc.integer({ min: 1, max: 4 });
    const anyLimits = fc.record({
      requests: small,
      requestsPerTenant: small,
      waitingPerTenant: small,
    });
    await holds(
      t,
      fc.asyncProperty(anyLimits, fc.array(step, { maxLength: 60 }), async (own, steps) => {
        const time = new ManualClock();
        const tried = new Gate({ ...own, waitMs: 500 }, time);
        const all: Visitor[] = [];
        const inside = (of?: string) =>
          all.filter(({ slot, tenant: whose }) => slot && (of === undefined || whose === of));
        const lent: { tenant: string; place: Disposable | undefined }[] = [];
        const lend = (whose: string) => {
          const own = { tenant: whose, place: undefined as Disposable | undefined };
          own.place = tried.lend(whose, () => lent.splice(lent.indexOf(own), 1));
          if (own.place) lent.push(own);
        };
        for (const each of steps) {
          if (each.do === "come") all.push(new Visitor("", each.tenant, each.kind).enter(tried));
          else if (each.do === "wait") time.advance(each.ms);
          else if (each.do === "lend") lend(each.tenant);
          else if (each.do === "return")
            lent.splice(each.which % Math.max(1, lent.length), 1)[0]?.place?.dispose();
          else if (each.do === "abort")
            all[each.which % Math.max(1, all.length)]?.abort.abort(new Error("left"));
          else {
            const running = inside();
            const leaver = running[each.which % Math.max(1, running.length)];
            leaver?.slot?.dispose();
            if (leaver) all.splice(all.indexOf(leaver), 1);
          }
          await settled();
          assert.ok(inside().length + lent.length <= own.requests);
          for (const name of ["one", "two", "three"]) {
            const lentToIt = lent.filter((who) => who.tenant === name).length;
            assert.ok(inside(name).length + lentToIt <= own.requestsPerTenant);
            const waiting = all.filter((who) => who.tenant === name && who.isWaiting);
            for (const sort of ["completion", "chat"])
              assert.ok(waiting.filter((who) => who.kind === sort).length <= own.waitingPerTenant);
            const couldEnter =
              inside().length < own.requests && inside(name).length < own.requestsPerTenant;
            assert.ok(!couldEnter || waiting.length === 0, "somebody waits before an open door");
          }
          assert.ok(all.every(({ slot, refusal }) => !slot || refusal === undefined));
        }
        for (const { abort } of all) abort.abort(new Error("over"));
        await settled();
        assert.equal(time.timerCount, 0);
      }),
      300,
    );
  });
});
