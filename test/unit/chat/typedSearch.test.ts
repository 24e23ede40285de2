import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { TypedSearch } from "../../../src/chat/typedSearch.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

void describe("A search for what is typed", () => {
  let clock: ManualClock;
  let search: TypedSearch<string>;
  let shown: string[];
  let running: { text: string; signal: AbortSignal; end: (error?: Error) => void }[];
  beforeEach(() => {
    clock = new ManualClock();
    shown = [];
    running = [];
    search = new TypedSearch({
      clock,
      find: (text, signal) =>
        new Promise((resolve, reject) => {
          const end = (error?: Error) => {
            if (error) reject(error);
            else resolve(`found ${text}`);
          };
          running.push({ text, signal, end });
        }),
      show: (found) => shown.push(found),
    });
  });

  void it("begins a moment after the last key", async () => {
    search.typed("a");
    clock.advance(100);
    search.typed("ab");
    clock.advance(100);
    assert.equal(running.length, 0);
    clock.advance(50);
    assert.deepEqual(
      running.map(({ text }) => text),
      ["ab"],
    );
    running[0]?.end();
    await settled();
    assert.deepEqual(shown, ["found ab"]);
  });

  void it("is stopped by the next key, and shows nothing late", async () => {
    void search.search("");
    search.typed("a");
    assert.equal(running[0]?.signal.aborted, true);
    running[0].end();
    await settled();
    assert.deepEqual(shown, []);
  });

  void it("ends with its owner", async () => {
    void search.search("");
    search.typed("a");
    search.dispose();
    assert.equal(clock.timerCount, 0);
    running[0]?.end();
    await settled();
    assert.deepEqual(shown, []);
  });

  void it("that fails leaves what is shown", async () => {
    const done = search.search("");
    running[0]?.end(new Error("no folder"));
    await done;
    assert.deepEqual(shown, []);
  });
});
