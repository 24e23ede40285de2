import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import {
  problemReport,
  type ProblemFacts,
  withoutCredentials,
} from "../../../src/extension/problemReport.ts";
import { defaultSettings } from "../../../src/extension/settings.ts";

const facts: ProblemFacts = {
  versions: { Slipstream: "1.2.3", Editor: "1.139.1" },
  settings: defaultSettings,
  settingsFailure: undefined,
  secrets: { "API key": undefined },
  homeFolder: "/home/canary",
  link: { kind: "connecting", after: undefined },
  latency: { lastMs: 3, p50Ms: 4.25, p95Ms: undefined, answers: 7 },
  counts: { shown: 5 },
  reasons: [["typed on", 12]],
  failures: [new Failure("upstream-down", "the model failed (500)")],
};

describe("a report on a problem", () => {
  it("has the versions, what is set, the state, the reasons and the failures", () => {
    const settings = { ...defaultSettings, "upstream.maxTokens": 32 };
    const text = problemReport({ ...facts, settings });
    for (const line of [
      "- Slipstream: 1.2.3",
      "- slipstream.upstream.maxTokens: 32",
      "- API key: not set",
      "- link: connecting",
      "- last answers: 7, p50 4.3 ms, p95 -",
      "- 12: typed on",
      "- upstream-down: the model failed (500)",
    ])
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    assert.ok(!text.includes("firstTextTimeoutMs"), "defaults are left out");
  });

  it("has no key, no credentials of an address and no home folder, wherever they stand", () => {
    const text = problemReport({
      ...facts,
      secrets: { "API key": "sk-canary-key", "gateway token": "canary-token" },
      settings: {
        ...defaultSettings,
        "upstream.url":
          "https://canaryuser:canary%40pass@models.example.com/v1?key=canaryquery#canaryhash",
        "gateway.url": "wss://canaryuser:canarypass@gateway.example.com",
        "upstream.model": "/home/canary/models/small.gguf",
      },
      settingsFailure: new Failure("settings", "cannot read /home/canary/x"),
      reasons: [["refused sk-canary-key", 1]],
      failures: [
        new Failure("unauthorized", "canary-token was refused"),
        new Failure("internal", "at https://canaryuser:canary%40pass@models.example.com"),
      ],
    });
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /models\.example\.com\/v1"/);
    assert.match(text, /- API key: set/);
    assert.match(text, /"~\/models\/small\.gguf"/);
  });

  it("has no credentials of further models and gateways, and is there where one has a sign of its own", () => {
    const text = problemReport({
      ...facts,
      secrets: { "API key of https://b.example.com": 'canary"key' },
      settings: {
        ...defaultSettings,
        "upstream.url": "http://u:%C3%A450%zebra@h:1/",
        "gateway.moreUrls": ["wss://jane:canaryone@gateway.example.com"],
        "upstream.fallbacks": [
          {
            kind: "mistral",
            url: "https://jane:canarytwo@b.example.com/?key=canarythree",
            model: "m",
          },
        ],
        "upstream.model": 'canary"key',
      },
      failures: [
        new Failure(
          "internal",
          "http://u:ä50%zebra@h:1/, jane:canaryone, canarytwo, ?key=canarythree",
        ),
      ],
    });
    assert.doesNotMatch(text, /canary|zebra/);
    assert.match(text, /- API key of https:\/\/b\.example\.com: set/);
  });

  for (const path of [
    "C:\\Users\\Canary\\m.gguf",
    "c:\\Users\\Canary\\m.gguf",
    "C:/Users/Canary/m.gguf",
  ]) {
    it(`has no home folder of Windows as in ${path}`, () => {
      const text = problemReport({
        ...facts,
        homeFolder: "C:\\Users\\Canary",
        settings: { ...defaultSettings, "upstream.model": path },
        failures: [new Failure("internal", `no file ${path}`)],
      });
      assert.doesNotMatch(text, /Canary/);
      assert.match(text, /~[\\/]+m\.gguf/);
    });
  }

  it("says of an address that is none that it is none", () => {
    assert.equal(withoutCredentials("sk-canary"), "(an address that cannot be read)");
  });
});
