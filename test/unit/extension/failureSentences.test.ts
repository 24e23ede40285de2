import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure, failureCodes } from "../../../src/base/failure.ts";
import { mustTellUser, sentenceOf } from "../../../src/extension/failureSentences.ts";
import { english, type Translate } from "../../../src/extension/translate.ts";

const own = { isHosted: false };
const hosted = { isHosted: true };

describe("the sentence of a failure", () => {
  for (const code of failureCodes) {
    it(`says for ${code} what happened and what comes next`, () => {
      for (const telling of [own, hosted]) {
        const sentence = sentenceOf(new Failure(code, "it went wrong"), english, telling);
        assert.match(sentence, /^It went wrong\. .*[^.]\.$/);
        const nextStep = sentence.slice("It went wrong. ".length);
        assert.ok(nextStep.split(" ").length >= 3, nextStep);
      }
    });
  }

  it("names nothing that decides nothing: no settings of a model with a team's gateway, none of a gateway without", () => {
    for (const isChat of [false, true]) {
      for (const code of failureCodes) {
        const said = (isHosted: boolean) =>
          sentenceOf(new Failure(code, "x"), english, { isHosted, isChat });
        assert.doesNotMatch(said(true), /upstream\.|API Key|Connect a Model/, code);
        assert.doesNotMatch(said(false), /gateway\.url|Gateway Token/, code);
      }
    }
    const key = new Failure("upstream-unauthorized", "the server refused the key (401)");
    assert.match(sentenceOf(key, english, hosted), /whoever runs your team's gateway/);
    const start = new Failure("gateway-unreachable", "the local gateway did not start");
    assert.match(sentenceOf(start, english, own), /log.*Reconnect/);
  });

  it("ends what happened with one full stop, whatever it ended with", () => {
    for (const message of ["gone", "gone.", "gone...", "gone. \n", " gone"]) {
      const sentence = sentenceOf(new Failure("link-lost", message), english, own);
      assert.equal(sentence, "Gone. Slipstream connects again by itself.");
    }
  });

  it("says in another language what the code means, and the failure's own words behind it", () => {
    const shouting: Translate = (text, ...values) => english(text.toUpperCase(), ...values);
    const sentence = sentenceOf(new Failure("busy", "too many chats."), shouting, own);
    assert.match(sentence, /^THE GATEWAY IS BUSY \(too many chats\)\. THE GATEWAY IS FULL/);
  });

  it("promises nobody who chats that a key asks again", () => {
    const said = failureCodes.map((code) =>
      sentenceOf(new Failure(code, "x"), english, { ...own, isChat: true }),
    );
    assert.ok(said.includes("X. The gateway is full; ask again in a moment."));
    assert.deepEqual(
      said.filter((sentence) => /asked again at .* key/.test(sentence)),
      [],
    );
  });

  it("has the code when there are no words", () => {
    assert.match(
      sentenceOf(new Failure("internal", " "), english, own),
      /^Internal\. This is a defect/,
    );
  });

  it("is told in a message only where people must act", () => {
    const told = failureCodes.filter((code) => mustTellUser(new Failure(code, "x")));
    for (const code of told)
      assert.match(sentenceOf(new Failure(code, "x"), english, own), /Check|Run|Open|Top/);
    assert.ok(told.includes("upstream-unauthorized") && told.includes("settings"));
    for (const code of ["link-lost", "busy", "deadline", "upstream-busy"] as const) {
      assert.ok(!told.includes(code), code);
    }
  });
});
