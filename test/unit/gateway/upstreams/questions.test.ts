import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import {
  after,
  arrange,
  before,
  failureOf,
  key,
  never,
  request,
  settings,
  textOf,
  textsOf,
} from "./upstreamFixture.ts";

const turns = [
  { role: "user", content: before },
  { role: "assistant", content: "What of it?" },
  { role: "user", content: after },
];
const messages = [{ role: "system", content: "Be brief." }, ...turns];

describe("what is asked", () => {
  it("of Ollama is prompt and suffix", async (t) => {
    const { server, upstream } = await arrange(t, "ollama");
    await textsOf(upstream);
    assert.equal(server.records[0]?.path, "/api/generate");
    assert.deepEqual(server.records[0].body, {
      model: "tiny",
      stream: true,
      prompt: before,
      suffix: after,
      options: { temperature: 0, num_predict: 32 },
    });
  });

  it("of Mistral's services is prompt and suffix, and no field that they do not know", async (t) => {
    const { server, upstream } = await arrange(t, "mistral");
    await textsOf(upstream);
    assert.equal(server.records[0]?.path, "/v1/fim/completions");
    assert.deepEqual(server.records[0].body, {
      model: "tiny",
      prompt: before,
      suffix: after,
      max_tokens: 32,
      temperature: 0,
      stream: true,
    });
  });

  for (const [way, path] of [
    ["ollama chat", "/api/chat"],
    ["mistral chat", "/v1/chat/completions"],
    ["llama.cpp chat", "/v1/chat/completions"],
    ["openai-compatible chat", "/v1/chat/completions"],
  ] as const) {
    it(`by ${way} is the whole conversation, and no limit that was meant for completions`, async (t) => {
      const { server, upstream } = await arrange(t, way);
      await textsOf(upstream);
      const { path: asked, body } = server.records[0] ?? assert.fail();
      assert.equal(asked, path);
      assert.deepEqual(body["messages"], messages);
      assert.ok(!("max_tokens" in body) && !("options" in body));
    });
  }

  it("by anthropic chat has the instructions apart, and the limit that it cannot do without", async (t) => {
    const { server, upstream } = await arrange(t, "anthropic chat");
    await textsOf(upstream);
    const { path, headers, body } = server.records[0] ?? assert.fail();
    assert.equal(path, "/v1/messages");
    assert.equal(headers["anthropic-version"], "2023-06-01");
    assert.deepEqual(body, {
      model: "tiny",
      max_tokens: 4096,
      system: "Be brief.",
      messages: turns,
      stream: true,
    });
  });

  it("in words of a model that chats has the code, the place in it and the limit", async (t) => {
    const { server, upstream } = await arrange(t, "anthropic instruct");
    await textsOf(upstream);
    const { body } = server.records[0] ?? assert.fail();
    const [{ content }] = body["messages"] as [{ content: string }];
    assert.ok(content.includes(`${before}<CURSOR>${after}`));
    assert.equal(body["max_tokens"], 32);
  });

  it("leaves out the conversation's instructions where there are none", async (t) => {
    const { server } = await arrange(t, "ollama");
    for (const kind of ["ollama", "anthropic"] as const) {
      const upstream = createUpstream(settings(kind, server.url), new SteppedClock());
      t.after(() => {
        upstream.dispose();
      });
      const question = {
        conversation: "c",
        instructions: "",
        turns: [{ role: "user", text: "Why?" }],
      } as const;
      for await (const text of upstream.chat?.(question, never) ?? assert.fail()) assert.ok(text);
    }
    const [first, second] = server.records.map(({ body }) => body);
    assert.deepEqual(first?.["messages"], [{ role: "user", content: "Why?" }]);
    assert.ok(second && !("system" in second));
  });
});

describe("a model that only chats", () => {
  const next = /can chat but not fill in code.*: choose a model .*completeBy to instruct/;

  it("is not asked to fill in, and says what to do", async (t) => {
    const { server } = await arrange(t, "anthropic chat");
    const upstream = createUpstream(settings("anthropic", server.url), new SteppedClock());
    t.after(() => {
      upstream.dispose();
    });
    assert.match((await failureOf(textsOf(upstream), "upstream-no-infill")).message, next);
    assert.equal(server.records.length, 0);
  });

  for (const [way, status, body] of [
    ["ollama", 400, { error: "registry.ollama.ai/library/llama3:latest does not support insert" }],
    [
      "llama.cpp",
      501,
      {
        error: {
          code: 501,
          message: "Infill is not supported by this model: prefix token is missing. ",
        },
      },
    ],
    [
      "openai-compatible",
      404,
      {
        error: {
          message: "This is a chat model and not supported in the v1/completions endpoint.",
        },
      },
    ],
  ] as const) {
    it(`says what to do when ${way} refuses with ${status}`, async (t) => {
      const { upstream } = await arrange(t, way, { outcome: { kind: "status", status, body } });
      assert.match((await failureOf(textsOf(upstream), "upstream-no-infill")).message, next);
    });
  }

  it("answers in code alone, whatever it puts round it", async (t) => {
    const { server, upstream } = await arrange(t, "anthropic instruct");
    for (const [tokens, code] of [
      [["x = ", "1;"], "x = 1;"],
      [["``", "`ts\n", "x = 1;\n", "y();", "\n``", "`"], "x = 1;\ny();"],
      [["\n```\n  x\n```\nThis sets x."], "  x"],
      [["`a` + b"], "`a` + b"],
      [["``` is a fence"], "``` is a fence"],
      [["```python\n", "pass"], "pass"],
      [["```js\na\n", "  `b`", "\n```\n"], "a\n  `b`"],
      [[], ""],
    ] as const) {
      server.script = { tokens };
      assert.equal(await textOf(upstream), code, JSON.stringify(tokens));
    }
  });

  it("may write a fence in Markdown", async (t) => {
    const tokens = ["```sh\n", "npm ci\n", "```\n"];
    const { upstream } = await arrange(t, "anthropic instruct", { tokens });
    const texts = await textsOf(upstream, never, request({ languageId: "markdown" }));
    assert.equal(texts.join(""), tokens.join(""));
  });

  it("does not say again the line that was begun", async (t) => {
    const tokens = ["```ts\n", "const to", "tal = ", "1;\n```"];
    const { upstream } = await arrange(t, "anthropic instruct", { tokens });
    const begun = request({ before: "a();\nconst total = " });
    assert.equal((await textsOf(upstream, never, begun)).join(""), "1;");
  });

  it("streams its code while it writes it", async (t) => {
    const { upstream } = await arrange(t, "anthropic instruct", {
      tokens: ["```ts\n", "let ", "x"],
      outcome: { kind: "stalled", afterTokens: 2 },
    });
    const pieces = upstream.complete(request(), never);
    assert.equal((await pieces.next()).value, "let ");
    await pieces.return({ stop: "done", usage: undefined });
  });
});

describe("the usual address", () => {
  for (const [kind, host] of [
    ["ollama", "127.0.0.1:11434"],
    ["mistral", "api.mistral.ai"],
    ["anthropic", "api.anthropic.com"],
  ] as const) {
    it(`of ${kind} is ${host}`, () => {
      const upstream = createUpstream({ ...settings(kind, ""), apiKey: key }, new SteppedClock());
      assert.equal(upstream.name, `tiny (${kind}) at ${host}`);
      upstream.dispose();
    });
  }
});
