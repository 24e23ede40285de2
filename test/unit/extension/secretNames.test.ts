import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  keyNameOf,
  secretsInUse,
  secretsSet,
  tokenNameOf,
} from "../../../src/extension/secretNames.ts";
import { defaultSettings } from "../../../src/extension/settings.ts";

describe("the names of secrets", () => {
  it("are the same for all models of a server, whatever the path and whoever asks", () => {
    const name = keyNameOf("https://models.example.com/v1");
    assert.equal(keyNameOf("https://me:secret@models.example.com"), name);
    assert.doesNotMatch(keyNameOf("https://me:secret@models.example.com"), /secret/);
  });

  it("differ by scheme, host and port, and by what they are", () => {
    const addresses = ["http://a.example", "https://a.example", "https://a.example:8443"];
    const names = [...addresses.map(keyNameOf), keyNameOf("https://b.example")];
    const tokens = ["wss://a.example", "ws://a.example", "wss://b.example"].map(tokenNameOf);
    assert.equal(new Set([...names, ...tokens]).size, 7);
  });

  it("in use are those of what is set", () => {
    assert.deepEqual([...secretsInUse(defaultSettings)], []);
    const settings = {
      ...defaultSettings,
      "upstream.kind": "openai-responses" as const,
      "upstream.fallbacks": [{ kind: "ollama" as const, url: "http://gpu:11434", model: "m" }],
    };
    assert.deepEqual(
      [...secretsInUse(settings)],
      ["upstreamKey of https://api.openai.com", "upstreamKey of http://gpu:11434"],
    );
  });

  it("in use are none of models where a team's gateway is set, which asks its own", () => {
    const settings = {
      ...defaultSettings,
      "gateway.url": "wss://gateway.example.com/",
      "upstream.kind": "openai-responses" as const,
    };
    assert.deepEqual([...secretsInUse(settings)], ["gatewayToken of wss://gateway.example.com"]);
    assert.equal(secretsSet(settings).size, 2, "but a report hides them, too");
  });
});
