import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeUpstream } from "./describeUpstream.ts";
import { describeUpstreamFailures } from "./describeUpstreamFailures.ts";
import { arrange, never, request, textsOf } from "./upstreamFixture.ts";

describeUpstream("llama.cpp");
describeUpstreamFailures("llama.cpp");

describe("llama.cpp: the request", () => {
  it("sends the lines above, the cursor's line and the suffix each in its own field", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    await textsOf(upstream, never, request({ before: "a\nb\nlet x", after: ";\nc\n" }));
    const [record] = server.records;
    assert.equal(record?.path, "/infill");
    assert.deepEqual(record.body, {
      model: "tiny",
      input_prefix: "a\nb\n",
      input_suffix: ";\nc\n",
      prompt: "let x",
      n_predict: 32,
      temperature: 0,
      stream: true,
      cache_prompt: true,
      response_fields: ["content", "stop"],
    });
  });

  it("sends prefix and suffix even when both are empty", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    assert.deepEqual(await textsOf(upstream, never, request({ before: "", after: "" })), [
      "hello",
      " world",
    ]);
    assert.equal(server.records[0]?.body["input_suffix"], "");
  });

  it("keeps the window's start while a line is typed, so that the server's cache holds", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    const above = "const value = 12345;\n".repeat(1000);
    for (const line of ["l", "le", "let", "let x = 1;\n"]) {
      await textsOf(upstream, never, request({ before: above + line }));
    }
    const starts = server.records.map((record) => String(record.body["input_prefix"]).length);
    assert.equal(new Set(starts.slice(0, 3)).size, 1);
    assert.equal((starts[3] ?? 0) - (starts[0] ?? 0), "let x = 1;\n".length);
  });
});
