import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { type StatusFacts, statusText } from "../../../src/extension/statusText.ts";
import type { LinkState } from "../../../src/link/linkState.ts";
import { english } from "../../../src/extension/translate.ts";
import { welcome } from "../../helpers/framePeer.ts";

const ready = (upstream = "", gateway = "slipstream-gateway/1"): LinkState => ({
  kind: "ready",
  welcome: { ...welcome, gateway, upstream },
});
const lost = new Failure("link-lost", "the gateway is gone");

const idle: StatusFacts = {
  offReason: undefined,
  note: undefined,
  link: ready(),
  gatewayHost: undefined,
  learnedShare: 1,
  isThinking: false,
  latency: { lastMs: 31.6, p50Ms: 28, p95Ms: 140.2, answers: 42 },
  roundTripMs: 0.42,
  sparedCount: 0,
  cacheShare: 0.42,
  sentBytes: 812,
  jsonBytes: 61_400,
  tokensSaved: 1_200,
  isHosted: false,
  failure: undefined,
  lastReason: "",
};
const textOf = (facts: Partial<StatusFacts>) => statusText({ ...idle, ...facts }, english);

/** What the status bar reads in each state: facts, text, whether it is a warning. */
const states: readonly (readonly [string, Partial<StatusFacts>, string, boolean])[] = [
  ["the last answer's latency", {}, "$(zap) 32 ms", false],
  [
    "the name before any answer",
    { latency: { ...idle.latency, lastMs: undefined } },
    "$(zap) Slipstream",
    false,
  ],
  ["a spinner while it thinks", { isThinking: true }, "$(loading~spin) 32 ms", false],
  ["how far indexing is", { learnedShare: 0.459 }, "$(loading~spin) indexing 45 %", false],
  [
    "a loss rather than indexing",
    { learnedShare: 0.4, link: { kind: "waiting", failure: lost, retryMs: 1 } },
    "$(debug-disconnect) link lost",
    false,
  ],
  [
    "a pause rather than indexing",
    { learnedShare: 0.4, offReason: "paused until 10:40" },
    "$(debug-pause) paused until 10:40",
    false,
  ],
  [
    "a spinner while it connects",
    { link: { kind: "connecting", after: undefined } },
    "$(loading~spin) 32 ms",
    false,
  ],
  [
    "the loss of the link",
    { link: { kind: "waiting", failure: lost, retryMs: 100 } },
    "$(debug-disconnect) link lost",
    false,
  ],
  [
    "the loss of the link while it is dialled again",
    { link: { kind: "connecting", after: lost } },
    "$(debug-disconnect) link lost",
    false,
  ],
  [
    "what it is off for, without an icon of its words",
    { offReason: "off for $(bug)" },
    "$(circle-slash) off for (bug)",
    false,
  ],
  [
    "a refused link as a warning",
    { link: { kind: "refused", failure: lost } },
    "$(debug-disconnect) link lost",
    true,
  ],
  [
    "a loss rather than thinking",
    { isThinking: true, link: { kind: "waiting", failure: lost, retryMs: 1 } },
    "$(debug-disconnect) link lost",
    false,
  ],
  [
    "that drafts go on without the gateway on another machine",
    { isHosted: true, link: { kind: "waiting", failure: lost, retryMs: 1 } },
    "$(debug-disconnect) draft only",
    false,
  ],
  [
    "an error of the model's server as a warning",
    { failure: new Failure("upstream-down", "on fire") },
    "$(warning) model error",
    true,
  ],
  ["a failure as a warning", { failure: new Failure("busy", "full") }, "$(warning) 32 ms", true],
  [
    "a pause",
    { offReason: "paused until 10:40", isThinking: true },
    "$(debug-pause) paused until 10:40",
    false,
  ],
  [
    "a language that is off",
    { offReason: "off for markdown" },
    "$(circle-slash) off for markdown",
    false,
  ],
  [
    "a file of secrets",
    { offReason: "never completed in: a file of secrets" },
    "$(circle-slash) off here",
    false,
  ],
];

describe("the status bar's text", () => {
  for (const [what, facts, text, isWarning] of states) {
    it(`shows ${what}`, () => {
      const shown = textOf(facts);
      assert.equal(shown.text, text);
      assert.equal(shown.isWarning, isWarning);
    });
  }
});

describe("the status bar's tooltip", () => {
  it("says which of a team's gateways is used", () => {
    const { tooltip } = textOf({ gatewayHost: "near.example.com" });
    assert.match(tooltip, /\| link \| open, slipstream-gateway\/1 at near\.example\.com \|/);
  });

  it("has the latencies, the round trip, the link and the model", () => {
    const { tooltip } = textOf({ link: ready("small on llama.cpp") });
    assert.match(tooltip, /\| last answer \| 32 ms \|/);
    assert.match(tooltip, /\| p50 of the last 42 \| 28 ms \|/);
    assert.match(tooltip, /\| p95 \| 140 ms \|/);
    assert.match(tooltip, /\| round trip \| 0\.4 ms \|/);
    assert.match(tooltip, /\| link \| open, slipstream-gateway\/1 \|/);
    assert.match(tooltip, /\| model \| small on llama\.cpp \|/);
  });

  it("has what came from cache, the bytes against JSON's, and what cancelling saved", () => {
    const { tooltip } = textOf({});
    assert.match(tooltip, /\| shown from cache \| 42 % \|/);
    assert.match(tooltip, /\| sent, as JSON it would be \| 812 B, 61\.4 kB \|/);
    assert.match(tooltip, /\| tokens saved by cancelling, about \| 1200 \|/);
    const unknown = textOf({ cacheShare: undefined, tokensSaved: undefined }).tooltip;
    assert.match(unknown, /\| shown from cache \| – \|/);
    assert.match(unknown, /\| tokens saved by cancelling, about \| – \|/);
  });

  it("says that drafts go on while a hosted gateway's link is lost", () => {
    const link: LinkState = { kind: "waiting", failure: lost, retryMs: 1 };
    assert.match(textOf({ isHosted: true, link }).tooltip, /goes on with drafts/);
    assert.doesNotMatch(textOf({ isHosted: true }).tooltip, /goes on with drafts/);
    assert.doesNotMatch(textOf({ link }).tooltip, /goes on with drafts/);
  });

  const wrong = new Failure("upstream-unauthorized", "no key");
  const down = new Failure("upstream-down", "on fire");
  const heard: readonly (readonly [string, Partial<StatusFacts>, string])[] = [
    ["the last latency", {}, "Slipstream status: last answer in 32 ms."],
    [
      "that nothing came yet",
      { latency: { ...idle.latency, lastMs: undefined } },
      "Slipstream status: no answer yet.",
    ],
    [
      "why it is off here",
      { offReason: "not a file" },
      "Slipstream status: no completions here, not a file.",
    ],
    ["how far indexing is", { learnedShare: 0.459 }, "Slipstream status: indexing 45 %."],
    [
      "a failure with its next step",
      { failure: wrong },
      "Slipstream status: model error. No key. Run “Slipstream: Set Upstream API Key”.",
    ],
    [
      "a lost link with a hosted gateway",
      { isHosted: true, link: { kind: "waiting", failure: lost, retryMs: 1 } },
      "Slipstream status: draft only.",
    ],
  ];
  for (const [what, facts, sentence] of heard) {
    it(`says to a screen reader ${what} in a plain sentence`, () => {
      assert.equal(textOf(facts).spoken, sentence);
    });
  }

  it("has nothing new for a screen reader while the text is the same, but for another failure", () => {
    const { text, spoken } = textOf({});
    const other = textOf({
      isThinking: true,
      roundTripMs: 9,
      sentBytes: 9_999,
      lastReason: "typed on",
    });
    assert.equal(other.spoken, spoken);
    assert.notEqual(other.text, text, "the spinner is for the eyes");
    assert.notEqual(textOf({ failure: wrong }).spoken, textOf({ failure: down }).spoken);
  });

  it("says how many requests a sure draft has saved, where it has saved any", () => {
    assert.match(textOf({ sparedCount: 12 }).tooltip, /\| requests saved \| 12 \|/);
    assert.doesNotMatch(textOf({ sparedCount: 0 }).tooltip, /requests saved/);
  });

  it("has a dash for what is not known yet, and the embedded engine for no model", () => {
    const latency = { lastMs: undefined, p50Ms: undefined, p95Ms: undefined, answers: 0 };
    const { tooltip } = textOf({ latency, roundTripMs: undefined });
    assert.match(tooltip, /\| p95 \| – \|/);
    assert.match(tooltip, /\| round trip \| – \|/);
    assert.match(tooltip, /\| model \| embedded engine \|/);
  });

  it("says why nothing is completed or shown, what holds for the file and what to do", () => {
    assert.match(textOf({ offReason: "off for markdown" }).tooltip, /here: off for markdown\./);
    assert.match(textOf({ note: "git ignores this file" }).tooltip, /git ignores this file/);
    assert.match(textOf({ lastReason: "typed on" }).tooltip, /nothing was shown: typed on\./);
    const { tooltip } = textOf({ failure: new Failure("upstream-unauthorized", "no key") });
    assert.match(tooltip, /\$\(warning\) No key\. Run “Slipstream: Set Upstream API Key”\./);
  });

  it("says that completions work while the project is indexed, and nothing of it afterwards", () => {
    assert.match(
      textOf({ learnedShare: 0.4 }).tooltip,
      /indexing 40 % of the project; completions work/,
    );
    assert.doesNotMatch(textOf({}).tooltip, /indexing/);
  });

  it("says why a link was refused", () => {
    const failure = new Failure("unauthorized", "the gateway does not know the token");
    const { tooltip } = textOf({ link: { kind: "refused", failure } });
    assert.match(tooltip, /\| link \| refused: the gateway does not know the token \|/);
  });

  const evil = [
    "[x](command:evil)",
    "![x](https://evil.example/beacon.png)",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "<b>x</b>",
    "$(zap)",
    "\\$(zap)",
    "| a | b |",
    "a\n\n# b\n- c",
    "**a** __b__ ~~c~~ `d`",
    "&dollar;(zap) &#36;(zap)",
  ];
  const ways: Record<string, (text: string) => Partial<StatusFacts>> = {
    "a model's name": (text) => ({ link: ready(text) }),
    "a gateway's name": (text) => ({ link: ready("", text) }),
    "a failure": (text) => ({ failure: new Failure("upstream-down", `x ${text}`) }),
    "a refusal": (text) => ({ link: { kind: "refused", failure: new Failure("busy", text) } }),
    "a reason": (text) => ({ lastReason: text }),
    "a reason against the file": (text) => ({ offReason: `off for ${text}` }),
    "a note": (text) => ({ note: `x ${text}` }),
  };
  for (const [where, facts] of Object.entries(ways)) {
    it(`takes ${where} for plain text`, () => {
      for (const text of evil) {
        const { tooltip } = textOf(facts(text));
        const harmless = textOf(facts("harmless")).tooltip;
        const lines = tooltip.split("\n");
        assert.equal(lines.length, harmless.split("\n").length, "no line of its own");
        for (const [index, line] of lines.entries()) {
          const clean = harmless.split("\n")[index] ?? "";
          const count = (of: string, what: RegExp) => of.match(what)?.length ?? 0;
          for (const special of [/\[/g, /\|/g, /\$\(/g, /[*_`~<>@\\]/g, /:\/\//g, /www\./g]) {
            assert.equal(count(line, special), count(clean, special), `${text} gives ${line}`);
          }
        }
      }
    });
  }

  it("shows the characters of plain text as they are", () => {
    const { tooltip } = textOf({ link: ready("$(a) | [b] & c") });
    const shown = tooltip.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    assert.match(shown, /\| model \| \$\(a\) \| \[b\] & c \|/);
  });
});
