import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure, type FailureCode, failureCodes } from "../../../../src/base/failure.ts";
import { flawOf } from "../../../../src/extension/connect/connectionTest.ts";
import {
  flawWords,
  type TriedModel,
  verdictOn,
} from "../../../../src/extension/connect/verdict.ts";
import { english } from "../../../../src/extension/translate.ts";

const local: TriedModel = {
  address: new URL("http://127.0.0.1:8080"),
  model: "coder",
  remoteName: undefined,
  isReachedByWindow: false,
  hasProxy: false,
};
const far: TriedModel = { ...local, address: new URL("https://models.example.com/v1") };

const said = (code: FailureCode, tried: TriedModel) =>
  verdictOn(new Failure(code, "words of the server"), tried, english);

/** What is wrong, and the sentence's gist. */
const causes: readonly (readonly [string, FailureCode, TriedModel, RegExp])[] = [
  ["a wrong key", "upstream-unauthorized", far, /^models\.example\.com refuses the key/],
  [
    "an empty account",
    "upstream-no-credit",
    far,
    /^The account with models\.example\.com .*top it up/,
  ],
  ["thoughts alone", "upstream-only-thought", far, /^coder thinks first .* raise .*maxTokens\.$/],
  ["no FIM model", "upstream-no-infill", far, /^coder cannot fill in code.*fill-in-the-middle\.$/],
  ["a certificate", "upstream-insecure", far, /certificate of models\.example\.com is not trusted/],
  ["nobody at home", "upstream-unreachable", local, /at 127\.0\.0\.1:8080: start the server\.$/],
  [
    "the other side of a remote window",
    "upstream-unreachable",
    { ...local, remoteName: "ssh-remote" },
    /runs on \(ssh-remote\); a server on your own computer is on the other side: forward/,
  ],
  ["nobody far away", "upstream-unreachable", far, /check the address/],
  ["a proxy that is named", "upstream-unreachable", { ...far, hasProxy: true }, /through a proxy/],
  [
    "a proxy that the window came through",
    "upstream-unreachable",
    { ...far, isReachedByWindow: true },
    /through a proxy only/,
  ],
  ["a wrong model", "upstream-not-found", local, /has no model coder at this address/],
  ["a wrong path", "upstream-not-found", { ...local, model: "" }, /not at this address: check/],
  ["a slow model", "deadline", local, /^coder did not answer in time/],
  [
    "a gateway that waits for the key",
    "gateway-unreachable",
    far,
    /secret storage .* connect .* again/,
  ],
  ["another kind of server", "upstream-garbled", local, /another form/],
];

describe("the verdict on a model that was tried", () => {
  for (const [what, code, tried, sentence] of causes) {
    it(`says of ${what} what is wrong and what to do`, () => {
      assert.match(said(code, tried), sentence);
    });
  }

  it("says what the editor says where a setting is not taken", () => {
    assert.equal(said("settings", local), "words of the server");
  });

  it("is one sentence for each failure, without the server's words or anything left to fill in", () => {
    for (const code of failureCodes.filter((each) => each !== "settings")) {
      const sentence = said(code, local);
      assert.match(sentence, /^[A-Z1c].*\.$/, sentence);
      assert.doesNotMatch(sentence, /words of the server|\{\d\}/);
    }
  });

  it("takes no proxy for what is on this machine", () => {
    assert.doesNotMatch(said("upstream-unreachable", { ...local, hasProxy: true }), /proxy/);
  });
});

describe("an answer that came", () => {
  const flaw = (text: string, inputTokens?: number) =>
    flawOf({ text, inputTokens, firstTextMs: 1 });

  it("is one to show when it belongs between the two texts", () => {
    for (const text of ["total += number;", "total = total + number;\n    // done"]) {
      assert.equal(flaw(text), undefined);
      assert.equal(flaw(text, 250), undefined);
    }
  });

  it("is none when it is empty, has control tokens or talks", () => {
    assert.equal(flaw(" \n"), "empty");
    assert.equal(flaw("total<|fim_middle|>"), "control tokens");
    assert.equal(flaw("Sure! Here is the loop's body:"), "prose");
    assert.equal(flaw("```ts\ntotal += number;"), "prose");
  });

  it("is none when the text behind the cursor was not read", () => {
    assert.equal(flaw("total += number;\n  }\n  return total;\n}"), "suffix ignored");
    assert.equal(flaw("total += number;", 60), "suffix ignored");
    const words = flawWords("suffix ignored", local, english);
    assert.match(words, /^coder answers, but .*fill-in-the-middle\.$/);
    assert.match(flawWords("empty", local, english), /without any text/);
  });
});
