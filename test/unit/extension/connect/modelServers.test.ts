import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { findLocalServers, lookAt } from "../../../../src/extension/connect/modelServers.ts";
import {
  llamaServerPages,
  lmStudioPages,
  ollamaPages,
  vllmPages,
} from "../../../helpers/modelServerPages.ts";
import { type PageFor, ScriptedUpstream } from "../../../helpers/scriptedUpstream.ts";

const limitMs = 500;
const never = new AbortController().signal;

async function serving(t: TestContext, pages: PageFor): Promise<ScriptedUpstream> {
  const server = await new ScriptedUpstream({}).listen();
  server.pageFor = pages;
  t.after(() => server.close());
  return server;
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const find = (...ports: readonly number[]) => findLocalServers(ports, limitMs, systemClock, never);
const names = (models: readonly { readonly name: string }[]) => models.map(({ name }) => name);

/** Each server on a port that says nothing of what it is. */
const servers: readonly (readonly [string, PageFor, string, readonly string[]])[] = [
  ["llama-server", llamaServerPages("qwen.gguf"), "llama-server", ["qwen.gguf"]],
  [
    "Ollama",
    ollamaPages({
      "llama3.2:latest": ["completion"],
      "qwen2.5-coder:1.5b": ["completion", "insert"],
    }),
    "ollama",
    ["qwen2.5-coder:1.5b", "llama3.2:latest"],
  ],
  [
    "LM Studio",
    lmStudioPages({ "nomic-embed": "embeddings", gemma: "vlm", "codestral-22b": "llm" }),
    "lm-studio",
    ["codestral-22b", "gemma"],
  ],
  ["vLLM", vllmPages("Qwen/Qwen2.5-Coder-7B"), "vllm", ["Qwen/Qwen2.5-Coder-7B"]],
];

describe("looking for model servers", () => {
  for (const [what, pages, product, models] of servers) {
    it(`knows ${what} and its models by what it answers`, async (t) => {
      const server = await serving(t, pages);
      const [found, ...others] = await find(server.port);
      assert.deepEqual(others, []);
      assert.equal(found?.product, product);
      assert.equal(found.url, server.url);
      assert.deepEqual(names(found.models), models);
      assert.equal(found.needsKey, false);
    });
  }

  it("takes what lists models as OpenAI does for one that answers so", async (t) => {
    const list = { data: [{ id: "a", capabilities: { completion_fim: true } }, { id: "b" }] };
    const server = await serving(t, ({ path }) =>
      path === "/v1/models" ? { json: list } : { status: 404, json: {} },
    );
    const [found] = await find(server.port);
    assert.equal(found?.product, "other");
    assert.deepEqual(found.models, [
      { name: "a", canFill: true },
      { name: "b", canFill: undefined },
    ]);
  });

  it("knows which of Ollama's models can fill in, and leaves out what writes no text", async (t) => {
    const server = await serving(
      t,
      ollamaPages({
        vectors: ["embedding"],
        plain: ["completion"],
        coder: ["completion", "insert"],
      }),
    );
    const [found] = await find(server.port);
    assert.deepEqual(found?.models, [
      { name: "coder", canFill: true },
      { name: "plain", canFill: false },
    ]);
  });

  it("says that vLLM wants a key, and reads its models with it", async (t) => {
    const server = await serving(t, vllmPages("big", "secret"));
    const [found] = await find(server.port);
    assert.deepEqual(
      { product: found?.product, needsKey: found?.needsKey, models: found?.models },
      { product: "vllm", needsKey: true, models: [] },
    );
    const headers = { Authorization: "Bearer secret" };
    const look = { url: `${server.url}/v1/`, headers, timeoutMs: limitMs };
    assert.deepEqual(names((await lookAt(look, systemClock, never))?.models ?? []), ["big"]);
  });

  for (const base of ["/api/paas/v4", "/v1beta/openai/"]) {
    it(`asks a server whose address names a version under that version: ${base}`, async (t) => {
      const models = `${base.replace(/\/$/, "")}/models`;
      const server = await serving(t, ({ path }) =>
        path === models ? { json: { data: [{ id: "big" }] } } : { status: 404, json: {} },
      );
      const look = { url: server.url + base, timeoutMs: limitMs };
      assert.deepEqual(names((await lookAt(look, systemClock, never))?.models ?? []), ["big"]);
    });
  }

  it("finds nothing where nothing, or something else, listens", async (t) => {
    const server = await serving(t, () => ({ json: { hello: "world" } }));
    const page = createHttpServer((_request, response) => response.end("<html>my site</html>"));
    const refusing = createHttpServer((_request, response) => {
      response.writeHead(401, { "Content-Type": "application/json" }).end("{}");
    });
    const closed = await new ScriptedUpstream({}).listen();
    const { port } = closed;
    await closed.close();
    const ports = [server.port, port, await listening(t, page), await listening(t, refusing)];
    assert.deepEqual(await find(...ports), []);
  });

  it("knows of a server at a given address that it wants another key, whatever make it is", async (t) => {
    const server = await serving(t, ({ path }) =>
      path === "/v1/models" ? { status: 401, json: { error: "no" } } : { status: 404, json: {} },
    );
    const headers = { Authorization: "Bearer wrong" };
    const look = { url: server.url, headers, timeoutMs: limitMs };
    const found = await lookAt(look, systemClock, never);
    assert.deepEqual(
      { ...found, url: "" },
      { product: "other", url: "", models: [], needsKey: true },
    );
  });

  it("ends in time beside a server that says nothing, and finds the others", async (t) => {
    const mute = await listening(t, createServer());
    const server = await serving(t, llamaServerPages("small.gguf"));
    const startedAt = performance.now();
    const found = await find(mute, server.port);
    const tookMs = performance.now() - startedAt;
    assert.deepEqual(names(found[0]?.models ?? []), ["small.gguf"]);
    assert.equal(found.length, 1);
    assert.ok(tookMs >= limitMs - 5 && tookMs < 2 * limitMs, `${tookMs} ms`);
  });

  it("finds a server that answers, though not to all of the questions", async (t) => {
    const slow = createHttpServer((request, response) => {
      if (request.url !== "/v1/models") return; // never answered
      response.end(JSON.stringify({ data: [{ id: "big", owned_by: "vllm" }] }));
    });
    const [found] = await find(await listening(t, slow));
    assert.equal(found?.product, "vllm");
  });

  it("gives up an answer without end", async (t) => {
    let isOpen = true;
    const endless = createHttpServer((_request, response) => {
      const write = () => {
        while (isOpen && response.write("x".repeat(64_000)));
      };
      response.on("drain", write).on("close", () => (isOpen = false));
      write();
    });
    assert.deepEqual(await find(await listening(t, endless)), []);
  });

  it("ends when its asker goes", async (t) => {
    const mute = await listening(t, createServer());
    const abort = new AbortController();
    const looking = lookAt(
      { url: `http://127.0.0.1:${mute}`, timeoutMs: 60_000 },
      systemClock,
      abort.signal,
    );
    abort.abort();
    assert.equal(await looking, undefined);
  });
});
