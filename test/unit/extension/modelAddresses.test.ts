import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  addressOf,
  defaultSettings,
  isLinkAddress,
  modelAddresses,
  upstreamKinds,
} from "../../../src/extension/settings.ts";
import { networkKinds, usualUrls } from "../../../src/gateway/upstreams/upstream.ts";

describe("the addresses of models", () => {
  it("are the gateway's usual ones where none is set", () => {
    for (const kind of networkKinds) {
      assert.ok(upstreamKinds.includes(kind));
      assert.equal(addressOf({ kind, url: "" }), usualUrls[kind] ?? "");
      assert.equal(addressOf({ kind, url: "http://here:1" }), "http://here:1");
    }
  });

  it("are each there once, the first model's in front, and none for a model that is no server's", () => {
    const fallbacks = [
      { kind: "llama.cpp", url: "http://127.0.0.1:8080", model: "" },
      { kind: "mistral", url: "https://api.mistral.ai", model: "small" },
    ] as const;
    const settings = { ...defaultSettings, "upstream.fallbacks": [...fallbacks] };
    assert.deepEqual(modelAddresses({ ...settings, "upstream.kind": "mistral" }), [
      "https://api.mistral.ai",
      "http://127.0.0.1:8080",
    ]);
    assert.deepEqual(modelAddresses({ ...defaultSettings, "upstream.kind": "gguf" }), []);
    assert.deepEqual(modelAddresses(defaultSettings), []);
  });

  it("of gateways begin with ws:// or wss://", () => {
    assert.ok(isLinkAddress("wss://gateway.example.com"));
    assert.ok(!isLinkAddress("https://gateway.example.com"));
  });
});
