import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import { arrange, failureOf, never, request, settings, textsOf } from "./upstreamFixture.ts";

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
      response_fields: [
        ...["content", "stop", "stop_type"],
        ...["tokens_evaluated", "tokens_predicted", "timings/cache_n"],
      ],
    });
  });

  it("sends prefix and suffix even when both are empty", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    const texts = await textsOf(upstream, never, request({ before: "", after: "" }));
    assert.equal(texts.join(""), "hello world");
    assert.equal(server.records[0]?.body["input_suffix"], "");
  });

  it("keeps the window's start while a line is typed, so that the server's cache holds", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    const above = "const value = 12345;\n".repeat(1000);
    for (const line of ["l", "le", "let", "let x = 1;\n"]) {
      await textsOf(upstream, never, request({ before: above + line }));
    }
    const bodies = server.records.map(({ body }) => body);
    assert.equal(new Set(bodies.map((body) => body["input_prefix"])).size, 1);
    assert.deepEqual(
      bodies.map((body) => body["prompt"]),
      ["l", "le", "let", "let x = 1;\n"],
    );
  });

  it("keeps the suffix while a line is typed, also when the editor closes a bracket", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp");
    const below = "}\nconst below = 1;\n".repeat(40);
    await textsOf(upstream, never, request({ before: "a\nf", after: `\n${below}` }));
    await textsOf(upstream, never, request({ before: "a\nf(", after: `)\n${below}` }));
    await textsOf(upstream, never, request({ before: "a\nf(x", after: `)\n${below}` }));
    const suffixes = server.records.map(({ body }) => String(body["input_suffix"]));
    assert.equal(new Set(suffixes).size, 1);
    assert.ok((suffixes[0]?.length ?? 0) <= 220);
  });

  it("pins each document to a slot once the server has said how many it has", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp", { props: { total_slots: 2 } });
    const ask = (path: string) => textsOf(upstream, never, request({ path }));
    await ask("a.ts");
    await server.until(() => server.asides === 1);
    await asideRead();
    for (const path of ["a.ts", "b.ts", "a.ts", "c.ts", "a.ts", "b.ts"]) await ask(path);
    const slots = server.records.map(({ body }) => body["id_slot"]);
    assert.deepEqual(slots, [undefined, 0, 1, 0, 1, 0, 1]);
  });

  it("asks the server anew after a failure, and pins nothing meanwhile", async (t) => {
    const script = { props: { total_slots: 1 } };
    const { server, upstream } = await arrange(t, "llama.cpp", script);
    await textsOf(upstream);
    await server.until(() => server.asides === 1);
    await asideRead();
    server.script = { outcome: { kind: "status", status: 503, body: {} } };
    await failureOf(textsOf(upstream), "upstream-down");
    server.script = script;
    await textsOf(upstream);
    await server.until(() => server.asides === 2);
    const slots = server.records.map(({ body }) => body["id_slot"]);
    assert.deepEqual(slots, [undefined, 0, undefined]);
  });

  it("lays the prompt out itself where the model's file tells the family", async (t) => {
    const model_path = "/models/starcoder2-3b-q8_0.gguf";
    const { server, upstream } = await arrange(t, "llama.cpp", {
      props: { total_slots: 1, model_path },
    });
    const place = request({ before: "a\nlet x", after: ";\nc\n" });
    await textsOf(upstream, never, place);
    await server.until(() => server.asides === 1);
    await asideRead();
    assert.equal((await textsOf(upstream, never, place)).join(""), "hello world");
    const { path, body } = server.records[1] ?? assert.fail();
    assert.equal(path, "/completion");
    assert.equal(body["prompt"], "<fim_prefix><fim_suffix>;\nc\n<fim_middle>a\nlet x");
  });

  it("leaves the marks to the server where the settings say so", async (t) => {
    const { server } = await arrange(t, "llama.cpp");
    for (const completeBy of ["auto", "fim"] as const) {
      const model = "qwen2.5-coder-1.5b";
      const upstream = createUpstream(
        { ...settings("llama.cpp", server.url), model, completeBy },
        new SteppedClock(),
      );
      t.after(() => {
        upstream.dispose();
      });
      await textsOf(upstream);
    }
    const paths = server.records.map(({ path }) => path);
    assert.deepEqual(paths, ["/completion", "/infill"]);
  });

  it("is warmed by the same prompt with nothing to write", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp", { tokens: [] });
    await upstream.warm?.(request(), never);
    await textsOf(upstream);
    const [warm, asked] = server.records.map(({ body }) => body);
    assert.deepEqual({ ...warm, n_predict: 32 }, asked);
    assert.equal(warm?.["n_predict"], 0);
  });

  it("stops warming when the signal fires", async (t) => {
    const { server, upstream } = await arrange(t, "llama.cpp", { outcome: { kind: "silent" } });
    const controller = new AbortController();
    const warming = upstream.warm?.(request(), controller.signal) ?? assert.fail();
    await server.until(() => server.records.length === 1);
    controller.abort(new Error("typed on"));
    await assert.rejects(warming, /typed on/);
    await server.until(() => server.records[0]?.closedAt !== undefined);
  });
});

/** Until what was written on another connection has been read here: both are on this machine. */
async function asideRead(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
}
