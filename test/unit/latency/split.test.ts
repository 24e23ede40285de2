import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { splitOf, totalMs } from "../../../src/latency/split.ts";
import type { AskTimings } from "../../../src/completion/suggestion.ts";
import type { GatewayTimings, Origin } from "../../../src/wire/messages.ts";
import { ended, recording, reported } from "./reports.ts";

function splitWith(
  timings: Partial<AskTimings>,
  gateway?: GatewayTimings,
  origin: Origin = "remote",
) {
  const { recorder } = recording();
  recorder.answered(reported({ request: 7, origin, timings }));
  recorder.ended(ended({ timings: gateway }));
  const [record] = recorder.records;
  assert.ok(record);
  return splitOf(record);
}
const far = { readyMs: 50, requestedMs: 2, textMs: 45, contextMs: 0.5, tidyMs: 1 };
const gateway = { draftMs: 4, firstRemoteMs: 40, modelAskedMs: 1, totalMs: 60 };

describe("the split of an answer's time", () => {
  it("tells the link from the gateway, and the gateway from the model", () => {
    assert.deepEqual(splitWith(far, gateway), {
      wait: 1.5,
      context: 0.5,
      link: 3,
      gateway: 1,
      model: 39,
      rest: 4,
      tidy: 1,
    });
  });

  it("gives a draft's time in the gateway, and no model", () => {
    const split = splitWith({ ...far, textMs: 10 }, gateway, "draft");
    assert.deepEqual([split.link, split.gateway, split.model], [4, 4, undefined]);
  });

  it("has one piece for what the far end did not say", () => {
    const whole = splitWith(far);
    assert.deepEqual(
      [whole.link, whole.gateway, whole.model, whole.rest],
      [undefined, undefined, undefined, 43 + 4],
    );
    const untold = splitWith(far, { draftMs: undefined, firstRemoteMs: 40, totalMs: 60 });
    assert.deepEqual([untold.link, untold.model, untold.rest], [3, undefined, 40 + 4]);
  });

  it("believes no times that do not fit into the way", () => {
    const split = splitWith(far, { ...gateway, firstRemoteMs: 400 });
    assert.deepEqual([split.link, split.rest], [undefined, 47]);
  });

  it("adds up to the whole, whatever was measured", () => {
    const part = fc.double({ min: 0, max: 1e4, noNaN: true });
    const maybe = fc.option(part, { nil: undefined });
    const property = fc.property(
      fc.record({ context: part, wait: part, far: part, held: part, tidy: part, returned: maybe }),
      fc.record({ draftMs: maybe, firstRemoteMs: maybe, modelAskedMs: maybe, totalMs: part }),
      fc.record({ isOwn: fc.boolean(), isDraft: fc.boolean(), isAwaited: fc.boolean() }),
      (ms, gatewayMs, { isOwn, isDraft, isAwaited }) => {
        const { recorder, clock } = recording();
        const requestedMs = ms.wait + ms.context;
        const textMs = requestedMs + ms.far;
        const readyMs = textMs + ms.held + ms.tidy;
        const own = isOwn ? { requestedMs, textMs } : undefined;
        const timings = { readyMs, contextMs: ms.context, tidyMs: ms.tidy, ...own };
        const origin = isDraft ? "draft" : "remote";
        const source = isAwaited ? "awaited" : "asked";
        recorder.answered(reported({ request: 7, origin, source, timings }));
        if (ms.returned !== undefined) recorder.taken({ ask: 1, at: clock.now() + ms.returned });
        recorder.ended(ended({ timings: gatewayMs }));
        const [record] = recorder.records;
        assert.ok(record);
        const parts = Object.values(splitOf(record));
        const sum = parts.reduce((all, value) => all + value, 0);
        assert.ok(Math.abs(sum - totalMs(record)) < 1e-6, `${sum} of ${totalMs(record)}`);
        assert.ok(
          parts.every((value) => value > -1e-6),
          "no part is less than nothing",
        );
      },
    );
    fc.assert(property); // its failure says the seed
  });
});
