import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureCodes } from "../../../src/base/failure.ts";
import { closeCodes, failureOfClose } from "../../../src/wire/closeCodes.ts";
import { failureCodeOf, failureNumbers } from "../../../src/wire/failureNumbers.ts";

describe("the numbers of failures", () => {
  it("are what they were when they were given", () => {
    assert.deepEqual(failureNumbers, {
      internal: 0,
      "link-lost": 1,
      "gateway-unreachable": 2,
      "handshake-refused": 3,
      unauthorized: 4,
      protocol: 5,
      "too-large": 6,
      busy: 7,
      deadline: 8,
      "upstream-unreachable": 9,
      "upstream-unauthorized": 10,
      "upstream-not-found": 11,
      "upstream-busy": 12,
      "upstream-refused": 13,
      "upstream-down": 14,
      "upstream-garbled": 15,
      settings: 16,
      resync: 17,
      superseded: 18,
      "upstream-insecure": 19,
      "upstream-no-infill": 20,
      "upstream-no-credit": 21,
      "upstream-only-thought": 22,
      unread: 23,
    });
  });

  it("are one byte and never the same for two codes", () => {
    const numbers = failureCodes.map((code) => failureNumbers[code]);
    assert.equal(new Set(numbers).size, failureCodes.length);
    for (const number of numbers) assert.ok(number >= 0 && number <= 255);
  });

  it("are read back as the code they stand for, and as internal where they are from a newer end", () => {
    for (const code of failureCodes) assert.equal(failureCodeOf(failureNumbers[code]), code);
    for (const number of [24, 100, 255]) assert.equal(failureCodeOf(number), "internal");
  });
});

describe("the reasons for a close", () => {
  it("have the numbers of the protocol", () => {
    assert.deepEqual(closeCodes, {
      normal: 1000,
      goingAway: 1001,
      tooLarge: 1009,
      full: 1013,
      protocol: 4400,
      unauthorized: 4401,
      versionNotSpoken: 4406,
      helloTimeout: 4408,
    });
  });

  it("tell the client what to make of it", () => {
    assert.equal(failureOfClose(4401), "unauthorized");
    assert.equal(failureOfClose(4406), "handshake-refused");
    assert.equal(failureOfClose(1009), "too-large");
    assert.equal(failureOfClose(4400), "protocol");
    assert.equal(failureOfClose(1013), "busy");
    for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 3000, 4000, 4408, 4500, 4999]) {
      assert.equal(failureOfClose(code), "link-lost", `code ${code}`);
    }
  });

  it("are not dialled against where they are a newer gateway's refusal or a garbled frame", () => {
    for (const code of [4402, 4403, 4499]) {
      assert.equal(failureOfClose(code), "handshake-refused", `code ${code}`);
    }
    for (const code of [1002, 1003, 1007, 1008]) {
      assert.equal(failureOfClose(code), "protocol", `code ${code}`);
    }
  });
});
