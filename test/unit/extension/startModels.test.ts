import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSettings } from "../../../src/extension/settings.ts";
import { startModels } from "../../../src/extension/startModels.ts";
import { startMessageSchema } from "../../../src/gateway/startMessage.ts";

/** As the child reads it. */
function told(values: Readonly<Record<string, unknown>>, keys: readonly (string | undefined)[]) {
  const { settings } = parseSettings((name) => values[name]);
  const models = startModels(settings, { fallbacks: settings["upstream.fallbacks"], keys });
  return startMessageSchema.parse({ token: "t".repeat(32), roots: [], ...models });
}
const model = (kind: string) => ({ kind, url: `https://${kind}.example`, model: "m" });

describe("what the child is told of its models", () => {
  it("has each with the key of its own address", () => {
    const { upstream, fallbacks } = told(
      {
        "upstream.kind": "llama.cpp",
        "upstream.url": "http://127.0.0.1:8080",
        "upstream.fallbacks": [model("mistral"), model("ollama")],
      },
      [undefined, "of mistral", undefined],
    );
    const all = [upstream, ...fallbacks].map((each) => [
      each?.kind,
      each && "apiKey" in each ? each.apiKey : undefined,
    ]);
    assert.deepEqual(all, [
      ["llama.cpp", undefined],
      ["mistral", "of mistral"],
      ["ollama", undefined],
    ]);
  });

  it("asks a fallback as the first model, but Anthropic's in words, and those behind Anthropic's as they can", () => {
    const way = (kind: string, completeBy: string, fallback: string) => {
      const values = {
        "upstream.kind": kind,
        "upstream.url": "https://first.example",
        "upstream.model": "m",
        "upstream.completeBy": completeBy,
        "upstream.fallbacks": [model(fallback)],
      };
      const [first] = told(values, []).fallbacks;
      return first && "completeBy" in first ? first.completeBy : undefined;
    };
    assert.equal(way("llama.cpp", "auto", "anthropic"), "instruct");
    assert.equal(way("llama.cpp", "instruct", "ollama"), "instruct");
    assert.equal(way("llama.cpp", "fim", "ollama"), "fim");
    assert.equal(way("anthropic", "instruct", "llama.cpp"), "auto");
  });
});
