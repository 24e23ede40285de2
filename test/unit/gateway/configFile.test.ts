import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { defaultChoosing, defaultLimits } from "../../../src/gateway/choosing/upstreams.ts";
import { parseConfig } from "../../../src/gateway/configFile.ts";

const own = { kind: "llama.cpp", url: "http://gpu:8080" };
const parse = (config: unknown) => parseConfig(JSON.stringify(config), { A_KEY: "a secret" });
const complaintOf = (config: unknown): string => {
  try {
    parse(config);
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === "settings");
    return error.message;
  }
  return "none";
};

describe("a hosted gateway's configuration", () => {
  it("needs no more than the kind and the address of an upstream", () => {
    const limits = { firstTextTimeoutMs: 10_000, maxTokens: 96 };
    const settings = { ...own, model: "", completeBy: "auto", apiKey: undefined, ...limits };
    assert.deepEqual(parse({ upstreams: [own] }), {
      upstreams: [{ settings, limits: defaultLimits }],
      choosing: defaultChoosing,
    });
  });

  it("takes everything there is to say, and keys from the environment", () => {
    const limited = { firstTextTimeoutMs: 5_000, maxTokens: 7 };
    const more = { model: "m", completeBy: "instruct", ...limited };
    const { upstreams, choosing } = parse({
      upstreams: [{ ...own, ...more, keyEnvironment: "A_KEY", maxRequests: 4 }, own],
      hedging: true,
      tryTimeoutMs: 700,
      limits: { requestsPerTenant: 3, waitingPerTenant: 2, waitMs: 9 },
    });
    assert.deepEqual(upstreams[0]?.settings, { ...own, ...more, apiKey: "a secret" });
    const limits = { requestsPerTenant: 3, waitingPerTenant: 2, waitMs: 9 };
    assert.deepEqual(
      upstreams.map((each) => each.limits),
      [
        { ...limits, requests: 4 },
        { ...limits, requests: defaultLimits.requests },
      ],
    );
    assert.deepEqual(choosing, { isHedging: true, tryTimeoutMs: 700 });
  });

  const wrong: readonly (readonly [config: unknown, complaint: RegExp])[] = [
    [[], /^the configuration: the file takes an object$/],
    [null, /the file takes an object$/],
    [{}, /^the configuration: upstreams takes a list with one upstream or more$/],
    [{ upstreams: [] }, /upstreams takes a list/],
    [{ upstreams: own }, /upstreams takes a list/],
    [{ upstreams: ["http://a"] }, /: upstreams\[0\] takes an object$/],
    [{ upstreams: [{ url: "http://a" }] }, /: upstreams\[0\]\.kind takes one of .*llama\.cpp/],
    [{ upstreams: [own, { ...own, kind: "gpt" }] }, /: upstreams\[1\]\.kind takes one of/],
    [{ upstreams: [{ ...own, url: "" }] }, /upstreams\[0\]\.url takes the server's address/],
    [{ upstreams: [{ ...own, model: 7 }] }, /\.model takes a model's name$/],
    ...["openai-responses", "ollama", "mistral", "anthropic"].map(
      (kind) =>
        [
          { upstreams: [own, { kind }] },
          /: upstreams\[1\]\.model takes the model's name: [a-z-]+ has no usual one$/,
        ] as const,
    ),
    [{ upstreams: [{ ...own, apiKey: "k" }] }, /\.apiKey is none of kind, url/],
    [{ upstreams: [{ ...own, maxRequests: 0 }] }, /\.maxRequests takes a whole number from 1/],
    [{ upstreams: [{ ...own, maxTokens: 1.5 }] }, /\.maxTokens takes a whole number/],
    [
      { upstreams: [{ ...own, keyEnvironment: "NO_KEY" }] },
      /: upstreams\[0\]\.keyEnvironment: the environment has no NO_KEY$/,
    ],
    [{ upstreams: [own], hedging: "yes" }, /: hedging takes true or false$/],
    [{ upstreams: [own], limits: 5 }, /: limits takes an object$/],
    [{ upstreams: [own], limits: { waitMs: -1 } }, /: limits\.waitMs takes a whole number/],
    [{ upstreams: [own], limit: {} }, /: limit is none of upstreams, hedging/],
  ];
  for (const [config, complaint] of wrong) {
    it(`says what is wrong with ${JSON.stringify(config)}`, () => {
      assert.match(complaintOf(config), complaint);
    });
  }

  it("names every mistake, each once", () => {
    const told = complaintOf({ upstreams: [{ kind: "gpt" }, 5], hedging: 1, more: 2 });
    assert.deepEqual(
      told
        .replace("the configuration: ", "")
        .split("; ")
        .map((each) => each.split(" ")[0]),
      ["more", "hedging", "upstreams[0].kind", "upstreams[1]"],
    );
  });

  it("says where a text is no JSON, and does not repeat it", () => {
    const parseText = (text: string) => () => parseConfig(text, {});
    const isSaid = (words: RegExp) => (error: unknown) =>
      error instanceof Failure && words.test(error.message) && !error.message.includes("secret");
    assert.throws(parseText('{\n"secret": 1,,'), isSaid(/is no JSON \(line 2 column 13\)$/));
    for (const text of ['{"key": secret}', "secret", '{"secret":', ""])
      assert.throws(parseText(text), isSaid(/^the configuration is no JSON/));
  });
});
