import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressFlaw, noKeyWords } from "../../../src/extension/secretWords.ts";
import { defaultSettings, type Settings } from "../../../src/extension/settings.ts";

const t = (text: string) => text;

describe("what is said when a secret is asked for", () => {
  it("is why there is no key to be set: a team's gateway, a model file, or no model", () => {
    const said = (change: Partial<Settings>) =>
      noKeyWords({ ...defaultSettings, ...change }, t).sentence;
    assert.match(said({ "gateway.url": "wss://team" }), /your team's gateway's, which has its key/);
    assert.match(said({ "upstream.kind": "gguf" }), /A model file .* needs no key/);
    assert.match(said({}), /no model is set yet/);
  });

  it("leads to a model where one that is set lacks its address, as where none is set", () => {
    const leads = (change: Partial<Settings>) =>
      noKeyWords({ ...defaultSettings, ...change }, t).needsModel;
    assert.ok(leads({}) && leads({ "upstream.kind": "openai-compatible" }));
    assert.ok(!leads({ "upstream.kind": "gguf" }) && !leads({ "gateway.url": "wss://team" }));
  });

  it("is that a token goes to no other machine in the clear", () => {
    for (const right of [
      "wss://team.example",
      "ws://127.0.0.1:8443",
      "ws://localhost",
      "ws://[::1]:1",
    ])
      assert.equal(addressFlaw(right, t), undefined, right);
    for (const open of ["ws://team.example:8443", "ws://192.168.1.20", "ws://127.0.0.1.example"])
      assert.match(addressFlaw(open, t) ?? "", /could read your token/, open);
    for (const wrong of ["https://team.example", "team.example", "wss://a b", "ws://:80"])
      assert.match(addressFlaw(wrong, t) ?? "", /begins with wss:/, wrong);
  });
});
