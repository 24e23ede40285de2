import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";

void describe("What was thrown", () => {
  void it("is taken for the failure that it is", () => {
    const failure = new Failure("busy", "the gateway is full");
    assert.equal(Failure.from(failure), failure);
  });

  void it("is taken for one by its name and code where another bundle has made it", () => {
    const foreign = Object.assign(new Error("the link is gone"), {
      name: "Failure",
      code: "link-lost",
    });
    assert.equal(Failure.from(foreign).code, "link-lost");
  });

  void it("is internal where it is anything else, with its words", () => {
    const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    assert.equal(Failure.from(reset).code, "internal");
    assert.equal(Failure.from(reset).message, "reset");
    assert.equal(Failure.from("words", "protocol").code, "protocol");
    const strange = Object.assign(new Error("strange"), { name: "Failure", code: "unheard-of" });
    assert.equal(Failure.from(strange).code, "internal");
  });
});
