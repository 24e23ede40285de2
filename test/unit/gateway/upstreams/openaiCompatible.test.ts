import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import { openaiCompatible } from "../../../../src/gateway/upstreams/openaiCompatible.ts";
import { SteppedClock } from "./steppedClock.ts";
import {
  after,
  answerOf,
  arrange,
  before,
  failureOf,
  never,
  request,
  settings,
  textOf,
  textsOf,
} from "./upstreamFixture.ts";

const question = {
  conversation: "c",
  instructions: "",
  turns: [{ role: "user", text: "Why?" }],
} as const;

describe("openai-compatible: the request", () => {
  it("sends prompt and suffix with a low temperature and at most four stops", async (t) => {
    const { server, upstream } = await arrange(t, "openai-compatible");
    await textsOf(upstream);
    const record = server.records[0];
    const { stop, ...body } = record?.body ?? {};
    assert.equal(record?.path, "/v1/completions");
    assert.deepEqual(body, {
      model: "tiny",
      prompt: before,
      suffix: after,
      max_tokens: 32,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.ok(Array.isArray(stop) && stop.length <= 4);
  });

  it("leaves out an empty model, an empty suffix and a missing key", async (t) => {
    const { server } = await arrange(t, "openai-compatible");
    const bare = { ...settings("openai-compatible", server.url), model: "", apiKey: undefined };
    const upstream = createUpstream(bare, new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    await textsOf(upstream, never, request({ after: "" }));
    const [record] = server.records;
    assert.ok(record && !("model" in record.body) && !("suffix" in record.body));
    assert.equal(record.headers.authorization, undefined);
  });

  it("sends at most 6,000 characters before and 2,000 after the cursor", async (t) => {
    const { server, upstream } = await arrange(t, "openai-compatible");
    const line = "const value = 12345;\n";
    const asked = request({ before: line.repeat(9000), after: line.repeat(2000) });
    await textsOf(upstream, never, asked);
    const { prompt, suffix } = server.records[0]?.body as { prompt: string; suffix: string };
    assert.ok(prompt.length > 4000 && prompt.length <= 6000 && prompt.startsWith("const"));
    assert.ok(suffix.length > 1900 && suffix.length <= 2000 && suffix.endsWith("\n"));
  });

  it("ends at a reason to finish even if the server never says [DONE]", async (t) => {
    const event = 'data: {"choices":[{"text":"x","finish_reason":"stop"}]}\n\n';
    const outcome = { kind: "raw", chunks: [event] } as const;
    const { upstream } = await arrange(t, "openai-compatible", { outcome });
    assert.equal(await textOf(upstream), "x");
  });

  it("says so when the model cannot take a suffix", async (t) => {
    const body = { message: "suffix is not currently supported", type: "BadRequestError" };
    const outcome = { kind: "status", status: 400, body } as const;
    const { upstream } = await arrange(t, "openai-compatible", { outcome });
    const failure = await failureOf(textsOf(upstream), "upstream-no-infill");
    assert.match(
      failure.message,
      /can chat but not fill in code.*completeBy to instruct\. .*suffix is not currently supported/,
    );
  });

  it("answers from the prompt alone when the server ignores the suffix", async (t) => {
    const { upstream } = await arrange(t, "openai-compatible", { isSuffixIgnored: true });
    assert.equal(await textOf(upstream), "hello world");
  });

  it("puts the model's own marks into the prompt where its name tells them", async (t) => {
    const { server } = await arrange(t, "openai-compatible");
    for (const completeBy of ["auto", "fim"] as const) {
      const base = settings("openai-compatible", server.url);
      const upstream = createUpstream(
        { ...base, model: "Qwen/Qwen2.5-Coder-7B", completeBy },
        new SteppedClock(),
      );
      t.after(() => {
        upstream.dispose();
      });
      await textsOf(upstream, never, request({ before: "a\nlet x", after: ";\nc\n" }));
    }
    const [marked, plain] = server.records.map(({ body }) => body);
    const prompt = "<|fim_prefix|>a\n<|fim_suffix|>;\nc\n<|fim_middle|>let x";
    assert.equal(marked?.["prompt"], prompt);
    assert.ok(!("suffix" in marked));
    assert.equal(plain?.["prompt"], "a\nlet x");
    assert.equal(plain["suffix"], ";\nc\n");
  });

  const chats = "/chat/completions";
  for (const [address, completions, chat] of [
    ["https://api.deepseek.com", "https://api.deepseek.com/beta/completions", chats],
    ["https://api.deepseek.com/v1", "https://api.deepseek.com/beta/completions", chats],
    ["https://api.deepseek.com/beta", "https://api.deepseek.com/beta/completions", chats],
    // As the documents of each of these services have it.
    [
      "https://generativelanguage.googleapis.com/v1beta/openai/",
      "https://generativelanguage.googleapis.com/v1beta/openai/completions",
      `/v1beta/openai${chats}`,
    ],
    [
      "https://open.bigmodel.cn/api/paas/v4",
      "https://open.bigmodel.cn/api/paas/v4/completions",
      `/api/paas/v4${chats}`,
    ],
    [
      "https://ark.cn-beijing.volces.com/api/v3/",
      "https://ark.cn-beijing.volces.com/api/v3/completions",
      `/api/v3${chats}`,
    ],
    ["https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/completions", `/api/v1${chats}`],
    ["https://h/vllm", "https://h/vllm/v1/completions", `/vllm/v1${chats}`],
  ] as const) {
    it(`asks at ${address} where that service answers`, () => {
      const base = new URL(address);
      const dialect = openaiCompatible(settings("openai-compatible", base.href), base);
      const { url } = dialect.complete?.(request()) ?? assert.fail();
      assert.equal(url.href, completions);
      assert.equal(dialect.chat(question).url.pathname, chat);
    });
  }

  for (const reason of ["insufficient_system_resource", "error", "abort"])
    it(`fails behind the text so far where its server ends with ${reason}`, async (t) => {
      const chunks = [
        'data: {"choices":[{"text":"x","finish_reason":null}]}\n\n',
        `data: {"choices":[{"text":"","finish_reason":"${reason}"}]}\n\ndata: [DONE]\n\n`,
      ];
      const { upstream } = await arrange(t, "openai-compatible", {
        outcome: { kind: "raw", chunks },
      });
      const pieces = upstream.complete(request(), never);
      assert.equal((await pieces.next()).value, "x");
      const { message } = await failureOf(pieces.next(), "upstream-down");
      assert.match(message, new RegExp(`ended with ${reason}`));
    });

  it("takes what was counted with the reason or behind it, and needs none of it", async (t) => {
    const { server, upstream } = await arrange(t, "openai-compatible");
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 };
    const counted = { inputTokens: 9, cachedTokens: 4, outputTokens: 1 };
    const finish = { text: "x", finish_reason: "length" };
    for (const [frames, expected] of [
      [[{ choices: [finish], usage }], counted],
      [[{ choices: [finish] }, { choices: [], usage }], counted],
      [[{ choices: [finish], usage: null }], undefined],
    ] as const) {
      const chunks = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`);
      server.script = { outcome: { kind: "raw", chunks } };
      const { texts, end } = await answerOf(upstream);
      assert.deepEqual({ texts, end }, { texts: ["x"], end: { stop: "limit", usage: expected } });
    }
  });
});
