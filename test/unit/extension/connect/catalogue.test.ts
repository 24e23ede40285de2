import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canBeAskedInWords } from "../../../../src/extension/connect/catalogue.ts";
import { upstreamKinds } from "../../../../src/extension/settings.ts";

describe("asking a model in words", () => {
  it("is offered for the servers that are asked in two ways, and where they are not asked so yet", () => {
    const offered = upstreamKinds.filter((kind) => canBeAskedInWords({ kind, completeBy: "auto" }));
    assert.deepEqual(offered, ["openai-compatible", "llama.cpp", "ollama", "mistral"]);
    assert.ok(!canBeAskedInWords({ kind: "ollama", completeBy: "instruct" }));
  });
});
