import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrange, failureOf, never, request, textOf, textsOf } from "./upstreamFixture.ts";

describe("ollama: the request", () => {
  it("has a line break where the file begins or ends: an empty text means something else", async (t) => {
    const { server, upstream } = await arrange(t, "ollama");
    await textsOf(upstream, never, request({ before: "let x", after: "" }));
    await textsOf(upstream, never, request({ path: "new.ts", before: "", after: "\nend\n" }));
    const texts = server.records.map(({ body }) => [body["prompt"], body["suffix"]]);
    assert.deepEqual(texts, [
      ["let x", "\n"],
      ["\n", "\nend\n"],
    ]);
  });
});

describe("ollama: loading a model", () => {
  it("is asked for beside the first request, and goes on when keys give theirs up", async (t) => {
    const { server, upstream } = await arrange(t, "ollama", {
      outcome: { kind: "silent" },
      isLoading: true,
    });
    for (let keys = 1; keys <= 3; keys++) {
      const controller = new AbortController();
      const texts = textsOf(upstream, controller.signal);
      await server.until(() => server.records.length === keys && server.asides === 1);
      controller.abort(new Error("typed on"));
      await assert.rejects(texts, /typed on/);
      await server.until(() => server.records.every(({ closedAt }) => closedAt !== undefined));
      assert.deepEqual([server.asides, server.loading], [1, ["tiny"]]);
    }
    upstream.dispose();
    await server.until(() => server.loading.length === 0);
  });

  it("is asked for again behind a request that failed, and behind a pause", async (t) => {
    const { server, upstream, clock } = await arrange(t, "ollama");
    const ask = async (asides: number) => {
      await textOf(upstream);
      await server.until(() => server.asides >= asides && server.loading.length === 0);
      assert.equal(server.asides, asides);
    };
    await ask(1);
    clock.advance(59_999);
    await ask(1);
    clock.advance(60_000);
    await ask(2);
    server.script = { outcome: { kind: "status", status: 500, body: {} } };
    await failureOf(textsOf(upstream), "upstream-down");
    server.script = {};
    await ask(3);
  });
});
