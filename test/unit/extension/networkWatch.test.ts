import assert from "node:assert/strict";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, it } from "node:test";
import { NetworkWatch } from "../../../src/extension/networkWatch.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const at = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  family: "IPv4",
  netmask: "255.255.255.0",
  mac: "00:00:00:00:00:01",
  cidr: null,
});

describe("the watch over the network", () => {
  let clock: ManualClock;
  /** How long the machine has slept so far: the wall clock has gone on. */
  let sleptMs: number;
  let interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  let reasons: string[];
  let watch: NetworkWatch;

  beforeEach(() => {
    clock = new ManualClock();
    sleptMs = 0;
    reasons = [];
    interfaces = { lo: [at("127.0.0.1", true)], wlan0: [at("192.168.1.5")] };
    watch = new NetworkWatch({
      clock,
      wallNowMs: () => clock.now() + sleptMs,
      interfaces: () => interfaces,
      onSuspicion: (reason) => reasons.push(reason),
    });
  });
  afterEach(() => {
    watch.dispose();
    assert.equal(clock.timerCount, 0);
  });

  it("says nothing while nothing happens", () => {
    clock.advance(3_600_000);
    assert.deepEqual(reasons, []);
  });

  it("says within a second that the machine has slept, once", () => {
    clock.advance(7_300);
    sleptMs += 10_000;
    clock.advance(1_000);
    assert.deepEqual(reasons, ["the machine has slept"]);
    clock.advance(60_000);
    assert.equal(reasons.length, 1);
  });

  it("takes a shorter pause, and a wall clock that is set back, for no sleep", () => {
    sleptMs += 9_900;
    clock.advance(2_000);
    sleptMs -= 3_600_000;
    clock.advance(2_000);
    assert.deepEqual(reasons, []);
  });

  it("sees a sleep that the monotonic clock has seen too", () => {
    clock.stall(60_000);
    assert.deepEqual(reasons, ["the machine has slept"]);
  });

  it("says within 5 s that there is another network, or none, or one more", () => {
    const changes = [
      { wlan0: [at("10.0.0.7")] },
      {},
      { wlan0: [at("10.0.0.7")], tun0: [at("172.30.0.2")] },
    ];
    for (const [index, change] of changes.entries()) {
      interfaces = change;
      clock.advance(5_000);
      assert.equal(reasons.length, index + 1);
    }
    assert.equal(reasons[0], "the network is another one");
  });

  it("does not care for what reaches no further than this machine, nor for the order", () => {
    interfaces = {
      wlan0: [at("fe80::1"), at("192.168.1.5")],
      lo: [at("127.0.0.1", true), at("::1", true)],
    };
    clock.advance(10_000);
    assert.deepEqual(reasons, []);
  });

  it("says that a window was left for 5 minutes when it is looked at again", () => {
    watch.focused(true);
    watch.focused(false);
    clock.advance(299_000);
    watch.focused(true);
    watch.focused(false);
    clock.advance(200_000);
    watch.focused(false);
    clock.advance(100_000);
    assert.deepEqual(reasons, []);
    watch.focused(true);
    assert.deepEqual(reasons, ["the window was left for long"]);
  });

  it("reads the interfaces of this machine", () => {
    const own = new NetworkWatch({
      clock,
      wallNowMs: () => clock.now(),
      interfaces: networkInterfaces,
      onSuspicion: (reason) => reasons.push(reason),
    });
    clock.advance(5_000);
    own.dispose();
    assert.deepEqual(reasons, []);
  });
});
