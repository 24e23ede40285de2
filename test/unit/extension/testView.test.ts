import assert from "node:assert/strict";
import { test } from "node:test";
import { TestRecord } from "../../../src/extension/testView.ts";

test("what a test has not seen is behind what it counted, however much went before", () => {
  const record = new TestRecord();
  for (let index = 0; index < 1_000; index += 1) record.refuse("paused");
  const told = record.refusals.length;
  record.refuse("off for this language");
  assert.deepEqual(record.refusals.slice(told), ["off for this language"]);
});
