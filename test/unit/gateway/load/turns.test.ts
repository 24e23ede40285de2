import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Turns } from "../../../../src/gateway/load/turns.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";

/** Work that takes this long on the clock when it begins, and tells its name. */
function stage() {
  const clock = new ManualClock();
  const turns = new Turns(clock);
  const begun: string[] = [];
  const begin = (name: string, takesMs: number) =>
    turns.begin(() => {
      begun.push(name);
      clock.advance(takesMs);
      return Promise.resolve(name);
    });
  return { begin, begun, turns };
}

describe("Turns", () => {
  it("begins at once what one turn has time for", () => {
    const { begin, begun } = stage();
    for (const name of ["a", "b", "c"]) void begin(name, 1);
    assert.deepEqual(begun, ["a", "b", "c"]);
  });

  it("leaves the rest to the next turns, in the order in which it was asked", async () => {
    const { begin, begun } = stage();
    const all = ["a", "b", "c", "d", "e"].map((name) => begin(name, 3));
    assert.deepEqual(begun, ["a", "b"]);
    await setImmediate();
    assert.deepEqual(begun, ["a", "b", "c", "d"]);
    void begin("f", 3);
    assert.deepEqual(begun, ["a", "b", "c", "d"], "it does not overtake those that wait");
    assert.deepEqual(await Promise.all(all), ["a", "b", "c", "d", "e"]);
    assert.deepEqual(begun, ["a", "b", "c", "d", "e", "f"]);
  });

  it("lets what is asked by one that begins wait behind those that wait already", async () => {
    const { begin, begun, turns } = stage();
    for (const name of ["a", "b"]) void begin(name, 3);
    void turns.begin(() => begin("asked by it", 1));
    void begin("c", 1);
    await setImmediate();
    assert.deepEqual(begun, ["a", "b", "c", "asked by it"]);
  });

  it("begins one in each turn even where one takes longer than a turn", async () => {
    const { begin, begun } = stage();
    for (const name of ["a", "b", "c"]) void begin(name, 20);
    await setImmediate();
    assert.deepEqual(begun, ["a", "b"]);
    await setImmediate();
    assert.deepEqual(begun, ["a", "b", "c"]);
  });

  it("begins at once again when a turn has passed without a rest", async () => {
    const { begin, begun } = stage();
    void begin("a", 20);
    await setImmediate();
    void begin("b", 20);
    assert.deepEqual(begun, ["a", "b"]);
  });

  it("passes on what the work fails with", async () => {
    const turns = new Turns(new ManualClock());
    const slow = () => Promise.reject(new Error("no model"));
    await assert.rejects(turns.begin(slow), /no model/);
  });
});
