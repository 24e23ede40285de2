import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  defaultSettings,
  gatewayAddresses,
  hasModel,
  isLanguageOn,
  needsModelName,
  parseSettings,
} from "../../../src/extension/settings.ts";

interface Property {
  readonly default: unknown;
  readonly type: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly markdownDescription: string;
}

const manifest = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as { contributes: { configuration: { properties: Record<string, Property> } } };
const prefix = "slipstream.";
const offered = Object.entries(manifest.contributes.configuration.properties);

const parse = (values: Record<string, unknown>) => parseSettings((name) => values[name]);

/** One wrong value for each setting and what is told of it. */
const wrongValues: readonly (readonly [keyof typeof defaultSettings, unknown, RegExp])[] = [
  ["enabled", "yes", /slipstream\.enabled takes true or false/],
  ["enabled", null, /slipstream\.enabled takes/],
  ["languages", ["a"], /slipstream\.languages takes language ids with true or false/],
  ["languages", { markdown: "off" }, /slipstream\.languages takes/],
  ["languages", "all", /slipstream\.languages takes/],
  ["prices", { small: { input: 1 } }, /slipstream\.prices takes models' names/],
  ["prices", { small: { input: -1, output: 1 } }, /slipstream\.prices takes/],
  ["engine.suggestions", "loud", /suggestions takes one of quiet, balanced, eager/],
  ["engine.suggestions", 0.7, /suggestions takes one of/],
  ["engine.skipModelWhenSure", "no", /skipModelWhenSure takes true or false/],
  ["gateway.url", "https://gateway.example.com", /slipstream\.gateway\.url takes .*wss:\/\//],
  ["gateway.url", 8080, /slipstream\.gateway\.url takes/],
  ["upstream.kind", "openai", /slipstream\.upstream\.kind takes one of none, openai-responses/],
  ["upstream.url", "localhost:8080", /slipstream\.upstream\.url takes .*http:\/\//],
  ["upstream.url", "http://a b", /slipstream\.upstream\.url takes/],
  ["upstream.url", { toString: "x" }, /slipstream\.upstream\.url takes/],
  ["upstream.nodeLlamaCppFolder", true, /nodeLlamaCppFolder takes the path of a folder/],
  ["upstream.lanes", true, /lanes takes one of auto, on, off/],
  ["upstream.interrupts", "yes", /interrupts takes true or false/],
  ["upstream.model", 7, /slipstream\.upstream\.model takes a model's name/],
  ["upstream.completeBy", "magic", /completeBy takes one of auto, fim, instruct/],
  ["upstream.firstTextTimeoutMs", "10", /firstTextTimeoutMs takes milliseconds from 100 to 14000/],
  ["upstream.firstTextTimeoutMs", 99, /firstTextTimeoutMs takes/],
  ["upstream.firstTextTimeoutMs", 14_001, /firstTextTimeoutMs takes/],
  ["upstream.firstTextTimeoutMs", Number.NaN, /firstTextTimeoutMs takes/],
  ["upstream.maxTokens", 1.5, /maxTokens takes a whole number from 1 to 1024/],
  ["upstream.maxTokens", 0, /maxTokens takes/],
  ["upstream.maxTokens", 1_025, /maxTokens takes/],
  ["gateway.moreUrls", "wss://a", /gateway\.moreUrls takes a list of addresses/],
  ["gateway.moreUrls", ["https://a"], /gateway\.moreUrls takes a list .*wss:\/\//],
  ["upstream.fallbacks", {}, /upstream\.fallbacks takes a list of objects/],
  ["upstream.fallbacks", [{ kind: "gguf", url: "http://a" }], /fallbacks takes a list/],
  ["upstream.fallbacks", [{ kind: "llama.cpp", url: "a" }], /fallbacks takes a list/],
  ["upstream.hedging", 1, /upstream\.hedging takes true or false/],
];

describe("the settings", () => {
  it("are those that package.json offers, with the same defaults", () => {
    const defaults = Object.fromEntries(offered.map(([name, { default: value }]) => [name, value]));
    const ours = Object.entries(defaultSettings).map(([name, value]) => [prefix + name, value]);
    assert.deepEqual(Object.fromEntries(ours), defaults);
  });

  it("take the package's own defaults without a word", () => {
    const values = offered.map(([name, { default: value }]) => [name.slice(prefix.length), value]);
    const { settings, failure } = parse(Object.fromEntries(values) as Record<string, unknown>);
    assert.equal(failure, undefined);
    assert.deepEqual(settings, defaultSettings);
  });

  it("take what package.json says they take, to its limits and no further", () => {
    for (const [fullName, property] of offered) {
      const name = fullName.slice(prefix.length);
      const isTaken = (value: unknown) =>
        !(parse({ [name]: value }).failure?.message.includes(`${fullName} takes`) ?? false);
      for (const value of property.enum ?? []) assert.ok(isTaken(value), `${name} ${value}`);
      const { minimum, maximum } = property;
      if (minimum === undefined || maximum === undefined) continue;
      assert.ok(isTaken(minimum) && isTaken(maximum), name);
      assert.ok(!isTaken(minimum - 1) && !isTaken(maximum + 1), name);
    }
  });

  it("say what each choice of the engine's means", () => {
    const property = manifest.contributes.configuration.properties["slipstream.engine.suggestions"];
    assert.equal(property?.enumDescriptions?.length, property?.enum?.length);
  });

  it("have their defaults when nothing is set", () => {
    assert.deepEqual(parse({}), { settings: defaultSettings, failure: undefined });
  });

  it("are taken over when they are right", () => {
    const values = {
      enabled: false,
      speculation: false,
      languages: { markdown: false, "*": true },
      prices: {
        small: { input: 0.3, output: 0.9, cachedInput: 0.1 },
        "*": { input: 1, output: 2 },
      },
      "engine.suggestions": "eager",
      "engine.skipModelWhenSure": true,
      "gateway.url": "wss://gateway.example.com",
      "gateway.moreUrls": ["wss://far.example.com"],
      "upstream.kind": "llama.cpp",
      "upstream.url": "http://127.0.0.1:8080",
      "upstream.model": "small",
      "upstream.completeBy": "instruct",
      "upstream.nodeLlamaCppFolder": "/opt/llama",
      "upstream.lanes": "off",
      "upstream.interrupts": true,
      "upstream.fallbacks": [{ kind: "openai-compatible", url: "https://b.example", model: "m" }],
      "upstream.hedging": true,
      "upstream.firstTextTimeoutMs": 500,
      "upstream.maxTokens": 32,
    };
    assert.deepEqual(parse(values), { settings: values, failure: undefined });
  });

  for (const [name, value, sentence] of wrongValues) {
    it(`say what ${name} takes when it is ${JSON.stringify(value)}, and keep the others`, () => {
      const { settings, failure } = parse({ "upstream.model": "kept", [name]: value });
      assert.equal(failure?.code, "settings");
      assert.match(failure.message, sentence);
      assert.match(
        failure.message,
        /^Settings: slipstream\.[^;]*\.$/,
        "one sentence on one setting",
      );
      const kept = name === "upstream.model" ? "" : "kept";
      assert.deepEqual(settings, { ...defaultSettings, "upstream.model": kept });
    });
  }

  it("name every wrong one in one sentence", () => {
    const { failure } = parse({ enabled: 1, languages: 2, "upstream.model": 3 });
    assert.equal(failure?.message.split(";").length, 3);
  });

  it("say that a model server needs an address", () => {
    for (const url of [undefined, ""]) {
      const { settings, failure } = parse({ "upstream.kind": "llama.cpp", "upstream.url": url });
      assert.match(failure?.message ?? "", /upstream\.kind needs slipstream\.upstream\.url/);
      assert.equal(settings["upstream.kind"], "llama.cpp");
    }
  });

  it("say that more gateways need a first one, and fallbacks a first model", () => {
    const { failure: gateways } = parse({ "gateway.moreUrls": ["wss://a"] });
    assert.match(gateways?.message ?? "", /moreUrls needs slipstream\.gateway\.url/);
    const { failure: models } = parse({
      "upstream.fallbacks": [{ kind: "llama.cpp", url: "http://a" }],
    });
    assert.match(models?.message ?? "", /fallbacks needs slipstream\.upstream\.kind/);
  });

  it("name the gateways, the first in front and each once", () => {
    const more = ["wss://b", "wss://a", "wss://b"];
    const { settings } = parse({ "gateway.url": "wss://a", "gateway.moreUrls": more });
    assert.deepEqual(gatewayAddresses(settings), ["wss://a", "wss://b"]);
    assert.deepEqual(gatewayAddresses(parse({ "gateway.moreUrls": more }).settings), []);
  });

  it("say that a model file needs a path, and no address", () => {
    const { failure } = parse({ "upstream.kind": "gguf" });
    assert.match(
      failure?.message ?? "",
      /upstream\.kind needs slipstream\.upstream\.model, the path/,
    );
    const right = { "upstream.kind": "gguf", "upstream.model": "/models/small.gguf" };
    assert.equal(parse(right).failure, undefined);
  });

  it("say that a service with a usual address needs a model, and no address", () => {
    for (const kind of ["openai-responses", "ollama", "mistral", "anthropic"]) {
      const { failure } = parse({ "upstream.kind": kind });
      assert.match(failure?.message ?? "", /needs slipstream\.upstream\.model, the model's name/);
      const right = { "upstream.kind": kind, "upstream.model": "m" };
      assert.equal(parse(right).failure, undefined);
      assert.ok(hasModel(parse(right).settings));
    }
  });

  it("know whether there is a model", () => {
    const has = (values: Record<string, unknown>) => hasModel(parse(values).settings);
    assert.ok(!has({ "upstream.url": "http://127.0.0.1:8080", "upstream.model": "small" }));
    assert.ok(!has({ "upstream.kind": "llama.cpp", "upstream.model": "small" }));
    assert.ok(has({ "upstream.kind": "llama.cpp", "upstream.url": "http://127.0.0.1:8080" }));
    assert.ok(!has({ "upstream.kind": "gguf", "upstream.url": "http://127.0.0.1:8080" }));
    assert.ok(has({ "upstream.kind": "gguf", "upstream.model": "/models/small.gguf" }));
  });

  it("know which kinds of models need a name", () => {
    assert.deepEqual(
      (["llama.cpp", "openai-compatible", "ollama", "mistral", "none"] as const).map(
        needsModelName,
      ),
      [false, false, true, true, false],
    );
  });

  it("do not ask for an address that is there but wrong", () => {
    const { failure } = parse({ "upstream.kind": "llama.cpp", "upstream.url": "127.0.0.1" });
    assert.match(failure?.message ?? "", /upstream\.url takes/);
    assert.doesNotMatch(failure?.message ?? "", /needs/);
  });

  it("turn languages on and off, with * for all that are not named", () => {
    const isOn = (languages: Record<string, boolean>, id: string) =>
      isLanguageOn({ ...defaultSettings, languages }, id);
    assert.equal(isOn({}, "python"), true);
    assert.equal(isOn({ python: false }, "python"), false);
    assert.equal(isOn({ python: false }, "rust"), true);
    assert.equal(isOn({ "*": false, rust: true }, "rust"), true);
    assert.equal(isOn({ "*": false, rust: true }, "python"), false);
  });
});
