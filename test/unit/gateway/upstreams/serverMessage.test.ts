import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorInBody, serverMessage } from "../../../../src/gateway/upstreams/serverMessage.ts";

const hidden = { apiKey: "sk-abcdefgh", texts: ["if (a) {\n\treturn b;", "short"] };

describe("a server's message about its failure", () => {
  it("is found wherever servers put it", () => {
    for (const body of [
      '{"error":{"message":"no room"}}',
      '{"error":"no room"}',
      '{"message":"no room"}',
      '{"detail":"no room"}',
    ]) {
      assert.equal(serverMessage(errorInBody(body), hidden), "no room", body);
    }
  });

  it("is empty for bodies of any other form", () => {
    for (const body of [
      "",
      "<html>",
      "null",
      "7",
      "[]",
      '{"error":null}',
      '{"detail":[{"msg":"x"}]}',
    ]) {
      assert.equal(serverMessage(errorInBody(body), hidden), "", body);
    }
  });

  it("is one line without control characters", () => {
    assert.equal(serverMessage("a\r\n\u001b[31mb\u202e", hidden), "a [31mb");
  });

  it("is not shown with any part of what was sent or of the key, however it is spaced", () => {
    for (const line of [
      "at 'if (a) { return",
      "if (a) {\\n: if (a) {\n\treturn b",
      "in short: no",
      "key cdefgh",
    ]) {
      assert.equal(serverMessage(line, hidden), "", line);
    }
  });
});
