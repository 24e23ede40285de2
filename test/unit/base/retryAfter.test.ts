import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryAfterMs } from "../../../src/base/retryAfter.ts";

const date = "Wed, 21 Oct 2015 07:28:00 GMT";

describe("how long a server wants to be left alone", () => {
  for (const [headers, ms] of [
    [{ "Retry-After": "20" }, 20_000],
    [{ "RETRY-AFTER": 2 }, 2_000],
    [{ "retry-after": " 0.25 " }, 250],
    [{ "retry-after": "2", "retry-after-ms": "1250" }, 1_250],
    [{ "retry-after": "2", "retry-after-ms": "soon" }, 2_000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", date }, 30_000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:27:30 GMT", date }, undefined],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT" }, undefined],
    [{ "retry-after": "soon", date }, undefined],
    [{ "retry-after": "-1", date }, undefined],
    [{ "retry-after": null, date }, undefined],
    [{ date }, undefined],
  ] as const)
    it(`is ${ms ?? "not known"} by ${JSON.stringify(headers)}`, () => {
      assert.equal(retryAfterMs(headers), ms);
    });
});
