import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../../../src/base/failure.ts";
import { Completer } from "../../../src/completion/completer.ts";
import { type AskResult, isExtension } from "../../../src/completion/suggestion.ts";
import type { CompletionSource } from "../../../src/completion/source.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const draftPatienceMs = () => 100;
const hasDrafts = () => true;
const maySpeculate = () => false;
const syntaxOf = () => undefined;

/** What may happen to an ask, in any order. */
type Step =
  | { readonly kind: "text"; readonly text: string; readonly isDraft: boolean }
  | { readonly kind: "end" | "stop" | "cancel" | "leave" | "fail" | "throw text" | "turn" }
  | { readonly kind: "wait"; readonly forMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("text" as const),
    text: fc.constantFrom("", " ", "a", "b()", "\n", "\n\n", ")"),
    isDraft: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("end", "stop", "cancel", "leave", "fail", "throw text", "turn" as const),
  }) as fc.Arbitrary<Step>,
  fc.record({
    kind: fc.constant("wait" as const),
    forMs: fc.constantFrom(1, 399, 400, 1_000, 15_000),
  }),
);

describe("an ask, whatever its source does", () => {
  it("has one result and one report, no rejection and no timer left", async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    const asked = fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.boolean(),
      fc.constantFrom("█", "f(█)"),
      // eslint-disable-next-line complexity -- one line for each kind of step
      async (steps, isDeaf, marked) => {
        const clock = new ManualClock();
        const far = new FakeSource({ isDeaf });
        const completer = new Completer({
          source: far.source,
          clock,
          draftPatienceMs,
          hasDrafts,
          maySpeculate,
          syntaxOf,
        });
        const reports: AskResult[] = [];
        const late: AskResult[] = [];
        completer.onReport(({ result, isLate }) => (isLate ? late : reports).push(result));
        const ask = completer.ask(snapshotAt(marked), clock.now());
        const waiter = new AbortController();
        const waited = ask.wait(waiter.signal);
        for (const each of steps) {
          if (each.kind === "text") {
            far.last.say(textPiece(each.text, each.isDraft ? "draft" : "remote"));
          } else if (each.kind === "end") far.last.say(fakeEnd);
          else if (each.kind === "stop") far.last.stop();
          else if (each.kind === "fail") far.last.fail(new Failure("busy", "full"));
          else if (each.kind === "throw text") far.last.fail("just text");
          else if (each.kind === "cancel") completer.cancelAll("typed on");
          else if (each.kind === "leave") waiter.abort();
          else if (each.kind === "wait") clock.advance(each.forMs);
          else await settled();
        }
        await settled();
        clock.advance(15_000);
        const result = await waited;
        await settled();
        clock.advance(16_000); // for what was taken just now, and what was asked to go on from a broken answer
        assert.equal(reports.length, 1);
        assert.ok(late.length <= 1);
        assert.ok(late.length === 0 || reports[0]?.suggestion, "late is after a suggestion only");
        const told = [reports[0], late[0]];
        assert.ok(
          told.some((each) => each === result || isExtension(each?.suggestion, result.suggestion)),
          "what the editor was given is what was told, or goes on from that",
        );
        assert.equal(result.reason === "", result.suggestion !== undefined);
        assert.ok(result.timings.readyMs <= 15_000);
        assert.equal(clock.timerCount, 0);
      },
    );
    await fc.assert(asked, { numRuns: 400 }); // prints its seed when it fails
    process.off("unhandledRejection", onRejection);
    assert.deepEqual(rejections, []);
  });

  const broken: Record<string, CompletionSource> = {
    "throws when it is called": () => {
      throw new Error("no source");
    },
    "throws without words": () => {
      throw new Error("");
    },
    "throws no error": () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the case
      throw undefined;
    },
    "is no iterable": () => ({}) as AsyncIterable<never>,
    "fails to close": () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: fakeEnd }),
        return: () => Promise.reject(new Error("no close")),
      }),
    }),
  };
  for (const [name, source] of Object.entries(broken)) {
    it(`has a result when the source ${name}`, async () => {
      const completer = new Completer({
        source,
        clock: new ManualClock(),
        draftPatienceMs,
        hasDrafts,
        maySpeculate,
        syntaxOf,
      });
      const result = await completer.ask(snapshotAt("█"), 0).result;
      assert.equal(result.suggestion, undefined);
      assert.notEqual(result.reason, "");
    });
  }
});
