import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fimPrompt, templateOf } from "../../../../src/gateway/upstreams/fimTemplates.ts";

const texts = { head: "HEAD\n", typed: "typed", tail: "TAIL" };

/** Names as servers and files have them, with the prompt that the family was trained with. */
const prompts: readonly (readonly [names: readonly string[], prompt: string])[] = [
  [
    [
      "Qwen/Qwen2.5-Coder-7B",
      "qwen2.5-coder:1.5b-base",
      "Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf",
    ],
    "<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL<|fim_middle|>typed",
  ],
  [["codellama:7b-code", "CodeLlama-13b-hf"], "<PRE> <SUF>TAIL <MID> HEAD\ntyped"],
  [
    ["bigcode/starcoder2-3b", "starcoder-15b.gguf", "stable-code-3b", "granite-8b-code-base"],
    "<fim_prefix><fim_suffix>TAIL<fim_middle>HEAD\ntyped",
  ],
  [
    ["codeqwen:7b-code", "Qwen/CodeQwen1.5-7B", "codeqwen-1_5-7b-q4_k_m.gguf"],
    "<fim_prefix>HEAD\n<fim_suffix>TAIL<fim_middle>typed",
  ],
  [["gpt_bigcode-santacoder"], "<fim-prefix><fim-suffix>TAIL<fim-middle>HEAD\ntyped"],
  [
    ["deepseek-ai/deepseek-coder-6.7b-base", "DeepSeek-Coder-V2-Lite-Base"],
    "<｜fim▁begin｜>HEAD\n<｜fim▁hole｜>TAIL<｜fim▁end｜>typed",
  ],
  [["codegemma:2b-code"], "<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL<|fim_middle|>typed"],
  [["Codestral-22B-v0.1"], "[SUFFIX]TAIL[PREFIX]HEAD\ntyped"],
  [["Seed-Coder-8B-Base"], "<[fim-suffix]>TAIL<[fim-prefix]>HEAD\ntyped<[fim-middle]>"],
  [["JetBrains/Mellum-4b-base"], "<fim_suffix>TAIL<fim_prefix>HEAD\ntyped<fim_middle>"],
  [["granite-4.0-h-tiny"], "<|fim_prefix|>HEAD\n<|fim_suffix|>TAIL<|fim_middle|>typed"],
];

describe("the templates of model families", () => {
  for (const [names, prompt] of prompts) {
    for (const name of names) {
      it(`knows ${name}, and needs at most four stops`, () => {
        const template = templateOf(name) ?? assert.fail();
        assert.equal(fimPrompt(template, texts), prompt);
        assert.ok(template.stops.length <= 4);
        assert.equal(template.isSuffixFirst, prompt.indexOf("TAIL") < prompt.indexOf("HEAD"));
      });
    }
  }

  it("knows no model by a name that tells no family, or one that was not trained to fill in", () => {
    for (const name of [
      "",
      "tiny",
      "gpt-4.1",
      "llama3:8b",
      "codellama:34b",
      "CodeLlama-7b-Python-hf",
    ])
      assert.equal(templateOf(name), undefined, name);
  });

  it("lets no mark in the code itself part the prompt", () => {
    const template = templateOf("starcoder2") ?? assert.fail();
    const code = { head: "a <fim_suffix> b", typed: "<fim_middle>", tail: "<fim_prefix>" };
    const prompt = fimPrompt(template, code);
    for (const mark of template.marks) assert.equal(prompt.split(mark).length, 2, mark);
    assert.ok(prompt.includes("a < fim_suffix> b"));
  });
});
