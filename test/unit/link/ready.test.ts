import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { PersistentLink } from "../../../src/link/persistentLink.ts";
import { HandDialer } from "../../helpers/handDialer.ts";
import { persistentParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const isFailure = (code: string) => (error: unknown) =>
  error instanceof Failure && error.code === code;

describe("waiting for a persistent link to be ready", () => {
  let clock: ManualClock;
  let dialer: HandDialer;
  let link: PersistentLink;
  let controller: AbortController;

  beforeEach(() => {
    clock = new ManualClock();
    dialer = new HandDialer();
    controller = new AbortController();
    link = new PersistentLink(persistentParts(dialer, clock));
  });

  it("goes on through failures until the link is ready, and is over at once when it is", async () => {
    const waiting = link.ready(controller.signal);
    dialer.last.fail("gateway-unreachable");
    await settled();
    clock.advance(250);
    dialer.last.greet();
    await waiting;
    await link.ready(controller.signal);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    link.dispose();
  });

  it("ends with the reason of its signal", async () => {
    const waiting = link.ready(controller.signal);
    controller.abort(new Error("typed on"));
    await assert.rejects(waiting, /typed on/);
    await assert.rejects(link.ready(controller.signal), /typed on/);
    link.dispose();
  });

  it("ends when the link is refused or closed", async () => {
    const waiting = link.ready(controller.signal);
    dialer.last.fail("unauthorized");
    await assert.rejects(waiting, isFailure("unauthorized"));
    link.reconnect();
    const again = link.ready(controller.signal);
    link.dispose();
    await assert.rejects(again, isFailure("link-lost"));
    await assert.rejects(link.ready(controller.signal), isFailure("link-lost"));
  });
});
