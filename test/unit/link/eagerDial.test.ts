import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { dialEagerly, type Open } from "../../../src/link/eagerDial.ts";
import type { FrameSocket } from "../../../src/link/frameSocket.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

/** One connection that was sent, which the test lets stand or fail. */
interface Sent {
  readonly signal: AbortSignal;
  readonly connect: () => void;
  readonly opening: PromiseWithResolvers<FrameSocket>;
}

/** A socket of which only its end is seen. */
class EndedSocket implements FrameSocket {
  readonly unsentBytes = 0;
  isTerminated = false;

  terminate(): void {
    this.isTerminated = true;
  }

  send(): void {
    throw new Error("nothing is said here");
  }

  close(): void {
    throw new Error("nothing is said here");
  }

  listen(): void {
    throw new Error("nothing is heard here");
  }
}

describe("dialling eagerly", () => {
  let clock: ManualClock;
  let sent: Sent[];
  let connectedCount: number;
  let abort: AbortController;
  let dialling: Promise<FrameSocket>;

  const open: Open = (signal, connect) => {
    const opening = Promise.withResolvers<FrameSocket>();
    sent.push({ signal, connect, opening });
    signal.addEventListener("abort", () => {
      opening.reject(signal.reason);
    });
    return opening.promise;
  };
  const nth = (number: number): Sent => {
    const found = sent[number - 1];
    assert.ok(found, `connection ${number} was not sent`);
    return found;
  };
  const openCount = () => sent.filter(({ signal }) => !signal.aborted).length;

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    connectedCount = 0;
    abort = new AbortController();
    dialling = dialEagerly(open, clock, abort.signal, () => connectedCount++);
  });
  afterEach(async () => {
    abort.abort(new Error("over"));
    await dialling.catch(() => undefined);
    assert.equal(clock.timerCount, 0);
    assert.equal(openCount(), 0);
  });

  it("sends one connection, and another each 200 ms while none is taken", () => {
    assert.equal(sent.length, 1);
    clock.advance(199);
    assert.equal(sent.length, 1);
    clock.advance(1);
    assert.equal(sent.length, 2);
    clock.advance(600);
    assert.equal(sent.length, 5);
    assert.equal(connectedCount, 0);
  });

  it("sends no more once one is taken, says so once, and waits for its answer", () => {
    clock.advance(400);
    nth(2).connect();
    nth(3).connect();
    assert.equal(connectedCount, 1);
    clock.advance(100_000);
    assert.equal(sent.length, 3);
  });

  it("gives the first socket that opens, and gives the others up", async () => {
    clock.advance(400);
    const socket = new EndedSocket();
    nth(2).opening.resolve(socket);
    assert.equal(await dialling, socket);
    assert.equal(openCount(), 0);
    assert.ok(!socket.isTerminated);
  });

  it("ends a socket that opens too late", async () => {
    clock.advance(200);
    const late = new EndedSocket();
    nth(1).opening.resolve(new EndedSocket());
    nth(2).opening.resolve(late);
    await dialling;
    await settled();
    assert.ok(late.isTerminated);
  });

  it("fails with what any of them meets", async () => {
    clock.advance(200);
    nth(2).opening.reject(new Failure("unauthorized", "the token is not known"));
    await assert.rejects(dialling, { code: "unauthorized" });
  });

  it("fails with the signal's reason, and at once where it had fired before", async () => {
    clock.advance(200);
    abort.abort(new Failure("deadline", "too long"));
    await assert.rejects(dialling, { code: "deadline" });
    const never = dialEagerly(open, clock, abort.signal, () => undefined);
    nth(3).opening.reject(abort.signal.reason);
    await assert.rejects(never, { code: "deadline" });
  });

  it("keeps at most eight on their way, the first of them for a line that is slow", async () => {
    clock.advance(60_000);
    assert.equal(sent.length, 301);
    assert.equal(openCount(), 8);
    assert.ok(!nth(1).signal.aborted);
    assert.ok(!nth(301).signal.aborted);
    const socket = new EndedSocket();
    nth(1).connect();
    nth(1).opening.resolve(socket);
    assert.equal(await dialling, socket);
  });
});
