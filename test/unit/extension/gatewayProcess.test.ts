import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import type { RunningGateway } from "../../../src/extension/gatewayProcess.ts";
import type { DraftingWish } from "../../../src/wire/childNotices.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";
import { GatewayFixture, hurriedClock, scriptedPrograms } from "./gatewayFixture.ts";

const isWindows = process.platform === "win32";
const never = new AbortController().signal;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
    return false;
  }
};
const socketOf = ({ address }: RunningGateway): string => address.split(":").slice(1, -1).join(":");

describe("the window's gateway process", () => {
  const root = mkdtempSync(join(tmpdir(), "slipstream-test-"));
  const programs = scriptedPrograms(root);
  const fixture = new GatewayFixture();
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  before(() => process.on("unhandledRejection", onRejection));
  afterEach(() => {
    fixture.end();
  });
  after(() => {
    process.off("unhandledRejection", onRejection);
    rmSync(root, { recursive: true });
    assert.deepEqual(rejections, []);
  });

  it("starts, listens on a socket of its own and says where", async () => {
    const { gateway, log } = fixture.start({ clock: systemClock });
    const running = await gateway.running(never);
    assert.ok(isAlive(running.pid));
    assert.match(running.address, /^ws\+unix:.*:\/v1\/link$/);
    assert.ok(running.token.length >= 32);
    if (!isWindows) assert.ok(existsSync(socketOf(running)));
    assert.ok(log.lines.some((line) => line.startsWith(`gateway started, process ${running.pid}`)));
  });

  it("starts another one soon when it is killed, and clears up after the first", async () => {
    const { gateway, log } = fixture.start({ clock: systemClock });
    const first = await gateway.running(never);
    process.kill(first.pid, "SIGKILL");
    await log.line(/^gateway ended/);
    const killedAt = performance.now();
    const second = await gateway.running(never);
    assert.notEqual(second.pid, first.pid);
    assert.notEqual(second.token, first.token);
    assert.ok(isAlive(second.pid));
    assert.ok(performance.now() - killedAt < 10_000);
    if (!isWindows) assert.equal(existsSync(dirname(socketOf(first))), false);
  });

  it("waits longer each time when it dies at once, up to 10 s", async () => {
    const { delaysMs } = fixture.start({ program: programs.dies });
    await delaysMs.until(9);
    assert.deepEqual(
      delaysMs.list.slice(0, 9),
      [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000],
    );
  });

  it("logs what the child says at the level it says, and what Node says of a crash as a warning", async () => {
    const { log } = fixture.start({ program: programs.speaks });
    await log.line(/^gateway: Error: d$/);
    const said = [...log.levels].filter(([line]) => line.startsWith("gateway: "));
    assert.deepEqual(said, [
      ["gateway: a", "debug"],
      ["gateway: b", "info"],
      ["gateway: c", "warn"],
      ["gateway: Error: d", "warn"],
    ]);
  });

  it("tells each child how to draft, and the same child anew when that changes", async () => {
    let suggestions: DraftingWish["suggestions"] = "quiet";
    const { gateway, log } = fixture.start({
      program: programs.repeats,
      drafting: () => ({ suggestions, hasModel: false, sparesModel: false }),
    });
    const { pid } = await gateway.running(never);
    await log.line(/gateway: .*"suggestions":"quiet"/);
    suggestions = "eager";
    gateway.tellDrafting();
    await log.line(/gateway: .*"suggestions":"eager"/);
    assert.equal((await gateway.running(never)).pid, pid);
    gateway.restart();
    await log.line(/gateway: .*"suggestions":"eager"/);
    assert.notEqual((await gateway.running(never)).pid, pid);
    gateway.dispose();
    gateway.tellDrafting(); // nobody hears it
  });

  it("tells nothing sent from what was sent, and both from not knowing", async () => {
    const { gateway } = fixture.start({ program: programs.tells, clock: systemClock });
    const { pid } = await gateway.running(never);
    assert.equal(gateway.pid, pid);
    assert.deepEqual(await gateway.lastSent(), []);
    assert.deepEqual(await gateway.lastSent(), [{ to: "x", body: "y", work: "chat", atWallMs: 1 }]);
    const { gateway: silent } = fixture.start({ program: programs.hangs });
    assert.equal(await silent.lastSent(), undefined);
  });

  it("ends its child and removes the socket's folder at once when it is disposed", async () => {
    const { gateway, log } = fixture.start({ clock: systemClock });
    const running = await gateway.running(never);
    gateway.dispose();
    if (!isWindows) assert.equal(existsSync(dirname(socketOf(running))), false);
    await log.line(/^gateway ended/);
    assert.equal(isAlive(running.pid), false);
    gateway.dispose();
  });

  it("starts nothing when it is disposed before there is a child", async () => {
    const temporary = mkdtempSync(join(root, "tmp-"));
    const { gateway, log } = fixture.start({ temporary });
    gateway.dispose();
    await assert.rejects(gateway.running(never), /the window is closing/);
    await settled();
    for (let turn = 0; turn < 10_000 && readdirSync(temporary).length > 0; turn++) {
      await setImmediate();
    }
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(log.lines, []);
  });

  it("ends a child that is not ready yet when it is disposed", async () => {
    const temporary = mkdtempSync(join(root, "tmp-"));
    const asked = Promise.withResolvers<undefined>();
    const settings = () => {
      asked.resolve(undefined);
      return new Promise<never>(() => undefined);
    };
    const { gateway, log, delaysMs } = fixture.start({ settings, temporary });
    await asked.promise;
    gateway.dispose();
    await log.line(/^gateway ended/);
    await settled();
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(delaysMs.list, [], "it is not started again");
  });

  it("ends a child that does not heed the end of its input when it is disposed", async () => {
    const asked = Promise.withResolvers<undefined>();
    const settings = () => {
      asked.resolve(undefined); // there is a child, and its start message is due
      return Promise.resolve({ roots: [] });
    };
    const { gateway, log } = fixture.start({
      program: programs.hangs,
      clock: new ManualClock(),
      settings,
    });
    await asked.promise;
    gateway.dispose();
    await log.line(/^gateway ended/);
  });

  it("tries again when the settings cannot be read", async () => {
    let reads = 0;
    const settings = () =>
      ++reads === 1 ? Promise.reject(new Error("locked")) : Promise.resolve({ roots: [] });
    const { gateway, log, delaysMs } = fixture.start({ settings });
    await delaysMs.until(1);
    assert.ok(log.lines.includes("the local gateway did not start: locked"));
    assert.ok(isAlive((await gateway.running(never)).pid));
  });

  it("waits for its settings as long as they take: a slow keyring is not the child's fault", async () => {
    const clock = new ManualClock();
    const asked = Promise.withResolvers<undefined>();
    const read = Promise.withResolvers<{ roots: [] }>();
    const settings = () => {
      asked.resolve(undefined);
      return read.promise;
    };
    const { gateway, log } = fixture.start({ settings, clock });
    await asked.promise;
    clock.advance(60_000);
    read.resolve({ roots: [] });
    assert.ok(isAlive((await gateway.running(never)).pid));
    assert.ok(!log.lines.some((line) => line.startsWith("gateway ended")), log.lines.join("\n"));
    assert.equal(clock.timerCount, 0);
  });

  it("can be restarted while its settings do not come", async () => {
    const asked = Promise.withResolvers<undefined>();
    let reads = 0;
    const settings = () => {
      asked.resolve(undefined);
      return ++reads === 1 ? new Promise<never>(() => undefined) : Promise.resolve({ roots: [] });
    };
    const { gateway, log } = fixture.start({ settings });
    await asked.promise;
    gateway.restart();
    await log.line(/^gateway ended/);
    assert.ok(isAlive((await gateway.running(never)).pid));
  });

  it("gives up a child that says nothing 5 s after it was told its settings", async () => {
    const clock = new ManualClock();
    const { log } = fixture.start({ program: programs.hangs, clock });
    for (let turn = 0; turn < 10_000 && clock.timerCount === 0; turn++) await setImmediate();
    clock.advance(4_999);
    assert.deepEqual(log.lines, []);
    clock.advance(1);
    await log.line(/^gateway ended/);
  });

  it("says why a gateway did not start, and tries again", async () => {
    const { log, delaysMs } = fixture.start({ settings: () => Promise.resolve({ roots: "none" }) });
    await delaysMs.until(2);
    assert.ok(log.lines.some((line) => line.includes("did not start: the start message is not")));
  });

  it("tries again when a program says what is no JSON, or nothing", async () => {
    const { log, delaysMs } = fixture.start({ program: programs.babbles });
    await delaysMs.until(2);
    assert.ok(log.lines.some((line) => /^the local gateway did not start: .*JSON/.test(line)));
  });

  it("tries again when there is no folder for its socket", { skip: isWindows }, async () => {
    const { gateway, log, delaysMs } = fixture.start({ temporary: "/nowhere-at-all" });
    await delaysMs.until(1);
    assert.ok(log.lines.some((line) => line.startsWith("gateway could not be started: ENOENT")));
    fixture.restoreTemporary();
    assert.ok(isAlive((await gateway.running(never)).pid));
  });

  it(
    "starts one child, not two, when it is restarted while it starts",
    { skip: isWindows },
    async () => {
      const temporary = mkdtempSync(join(root, "tmp-"));
      const { gateway } = fixture.start({ program: programs.listens, temporary });
      gateway.restart();
      await gateway.running(never);
      assert.equal(readdirSync(temporary).length, 1);
    },
  );

  it("reads the settings anew when it is restarted", async () => {
    let reads = 0;
    const settings = () => Promise.resolve({ reads: ++reads, roots: [] });
    const { gateway, log } = fixture.start({ settings });
    const first = await gateway.running(never);
    gateway.restart();
    await log.line(/^gateway ended/);
    const second = await gateway.running(never);
    assert.notEqual(second.pid, first.pid);
    assert.equal(reads, 2);
  });

  it("keeps what the child says on standard error, and NODE_OPTIONS from the child", async () => {
    process.env["NODE_OPTIONS"] = "--no-warnings";
    const { gateway, log } = fixture.start({ program: programs.listens });
    await gateway.running(never);
    delete process.env["NODE_OPTIONS"];
    await log.line(/^gateway: options undefined, as node 1$/);
  });

  it("stops waiting when the waiter's signal fires, before or meanwhile", async () => {
    const settings = () => new Promise<never>(() => undefined);
    const { gateway } = fixture.start({ settings, clock: new ManualClock() });
    const abort = new AbortController();
    const waiting = gateway.running(abort.signal);
    abort.abort(new Error("enough"));
    await assert.rejects(waiting, {
      name: "Failure",
      code: "gateway-unreachable",
      message: "enough",
    });
    await assert.rejects(gateway.running(abort.signal), { message: "enough" });
  });

  it("tells who waits that the child ended, and that the window is closing", async () => {
    const { gateway } = fixture.start({ program: programs.dies, clock: new ManualClock() });
    await assert.rejects(gateway.running(never), /^Failure: the local gateway did not start: /);
    const waiting = gateway.running(never);
    gateway.dispose();
    await assert.rejects(waiting, { message: "the window is closing" });
  });

  it("takes a child that ran for ten seconds for a steady one", async () => {
    const { clock, passMs } = hurriedClock();
    const { gateway, delaysMs, log } = fixture.start({ clock });
    for (const steadyMs of [0, 10_000]) {
      const { pid } = await gateway.running(never);
      passMs(steadyMs);
      process.kill(pid, "SIGKILL");
      await log.line(/^gateway ended/);
    }
    await delaysMs.until(2);
    assert.deepEqual(delaysMs.list, [100, 50]);
  });
});
