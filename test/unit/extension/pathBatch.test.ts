import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { PathBatch } from "../../../src/extension/pathBatch.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

describe("a batch of paths", () => {
  let clock: ManualClock;
  let batch: PathBatch;
  let sent: (readonly string[])[];

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    const everything = () => ["/all"];
    const send = (paths: readonly string[]) => void sent.push(paths);
    batch = new PathBatch({ clock, waitMs: 200, most: 3, everything, send });
  });

  it("sends what comes within its time together, each path once", () => {
    batch.add("/a");
    clock.advance(150);
    batch.add("/b");
    batch.add("/a");
    assert.deepEqual(sent, []);
    clock.advance(50);
    assert.deepEqual(sent, [["/a", "/b"]]);
    batch.add("/a");
    clock.advance(200);
    assert.deepEqual(sent, [["/a", "/b"], ["/a"]]);
  });

  it("sends as many as it may, and one word for all where there are more", () => {
    for (const path of ["/a", "/b", "/c"]) batch.add(path);
    clock.advance(200);
    for (let path = 0; path < 10_000; path += 1) batch.add(`/${path}`);
    clock.advance(200);
    assert.deepEqual(sent, [["/a", "/b", "/c"], ["/all"]]);
  });

  it("sends nothing when it is disposed, and leaves no timer", () => {
    batch.add("/a");
    batch.dispose();
    clock.advance(1_000);
    assert.deepEqual(sent, []);
    assert.equal(clock.timerCount, 0);
  });
});
