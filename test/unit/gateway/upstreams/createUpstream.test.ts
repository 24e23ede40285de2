import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../../src/base/failure.ts";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import type { ServerSettings } from "../../../../src/gateway/upstreams/upstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import { arrange, key, type Kind, never, request, settings, textsOf } from "./upstreamFixture.ts";

const clock = new SteppedClock();

function nameOf(change: Partial<ServerSettings>): string {
  const upstream = createUpstream({ ...settings("llama.cpp", "http://h:1"), ...change }, clock);
  upstream.dispose();
  return upstream.name;
}

describe("creating an upstream", () => {
  for (const kind of ["llama.cpp", "openai-responses"] as const)
    it(`tells of each body that is sent what it is for (${kind})`, async (t) => {
      const { server } = await arrange(t, kind, { tokens: ["x"] });
      const works: string[] = [];
      const upstream = createUpstream(settings(kind, server.url), clock, ({ work }) => {
        works.push(work);
      });
      t.after(() => {
        upstream.dispose();
      });
      await upstream.warm?.(request(), never);
      await textsOf(upstream);
      const turns = [{ role: "user", text: "Why?" }] as const;
      const question = { conversation: "c1", instructions: "", turns };
      const answer = upstream.chat?.(question, never);
      while ((await answer?.next())?.done === false);
      assert.deepEqual(works, ["warming", "completion", "chat"]);
    });

  it("names it by model, kind and host", () => {
    assert.equal(
      nameOf({ model: "", url: "http://127.0.0.1:8080" }),
      "llama.cpp at 127.0.0.1:8080",
    );
    assert.equal(
      nameOf({
        kind: "openai-compatible",
        model: "qwen2.5-coder",
        url: "https://api.example.com/v1?k=1",
      }),
      "qwen2.5-coder (openai-compatible) at api.example.com",
    );
  });

  for (const url of [
    "",
    "127.0.0.1:8080",
    "localhost:8080",
    "ftp://h",
    "file:///etc/passwd",
    "http://",
  ]) {
    it(`refuses the address ${JSON.stringify(url)} with a next step`, () => {
      assert.throws(
        () => nameOf({ url }),
        (thrown) =>
          thrown instanceof Failure &&
          thrown.code === "settings" &&
          thrown.message.includes("http://"),
      );
    });
  }

  it("names a model file by the file, and refuses one without its whole path", () => {
    const file = (model: string) => {
      const limits = { firstTextTimeoutMs: 1_000, maxTokens: 16 };
      return createUpstream({ kind: "gguf", model, nodeLlamaCppFolder: "", ...limits }, clock);
    };
    assert.equal(file("/home/me/models/small.gguf").name, "small.gguf (gguf)");
    for (const path of ["", "small.gguf", "~/small.gguf", "http://127.0.0.1/small.gguf"])
      assert.throws(() => file(path), { code: "settings", message: /the whole path/ });
  });

  it("refuses an address with a password without repeating it", () => {
    assert.throws(
      () => nameOf({ url: "http://me:hunter2@h:1" }),
      (thrown) =>
        thrown instanceof Failure &&
        thrown.code === "settings" &&
        !thrown.message.includes("hunter2"),
    );
  });

  it("refuses a key that cannot be sent without repeating it", () => {
    assert.throws(
      () => nameOf({ apiKey: `${key}\nX-Other: 1` }),
      (thrown) =>
        thrown instanceof Failure && thrown.code === "settings" && !thrown.message.includes(key),
    );
  });

  const paths: readonly (readonly [Kind, string, string])[] = [
    ["openai-compatible", "", "/v1/completions"],
    ["openai-compatible", "/", "/v1/completions"],
    ["openai-compatible", "/v1", "/v1/completions"],
    ["openai-compatible", "/v1/", "/v1/completions"],
    ["openai-compatible", "/v1?version=2", "/v1/completions?version=2"],
    ["llama.cpp", "", "/infill"],
    ["llama.cpp", "/v1/", "/infill"],
  ];
  for (const [kind, suffix, path] of paths) {
    it(`asks ${path} of ${kind} at an address that ends in "${suffix}"`, async (t) => {
      const { server } = await arrange(t, kind);
      const upstream = createUpstream(settings(kind, server.url + suffix), clock);
      t.after(() => {
        upstream.dispose();
      });
      await textsOf(upstream);
      assert.equal(server.records[0]?.path, path);
    });
  }
});
