/** What the model servers that people run say of themselves, as their documentation has it. */
import type { PageFor } from "./scriptedUpstream.ts";

type Pages = Readonly<Record<string, unknown>>;

const openaiList = (owner: string, models: readonly string[]) => ({
  object: "list",
  data: models.map((id) => ({ id, object: "model", created: 1_790_000_000, owned_by: owner })),
});

/** Answers GETs by path; everything else that is no completion and no chat as `otherwise` says. */
const answering =
  (pages: Pages, otherwise: { status: number; json: unknown }): PageFor =>
  ({ method, path }) => {
    if (
      method === "POST" &&
      /^\/(v1\/(chat\/)?completions|infill|completion$|api\/(generate|chat))/.test(path)
    )
      return undefined;
    return path in pages ? { json: pages[path] } : otherwise;
  };

/** llama.cpp's server with one model loaded. */
export function llamaServerPages(model: string): PageFor {
  const notFound = { error: { code: 404, message: "File Not Found", type: "not_found_error" } };
  const pages = {
    "/props": {
      default_generation_settings: { id: 0, n_ctx: 4096, speculative: false, params: {} },
      total_slots: 4,
      model_path: `/models/${model}`,
      chat_template: "{{ messages }}",
      build_info: "b8000-de3ff81",
    },
    "/v1/models": { models: [{ name: model, model }], ...openaiList("llamacpp", [model]) },
    // It answers here as Ollama does, too.
    "/api/tags": { models: [{ name: model, model }], ...openaiList("llamacpp", [model]) },
  };
  return answering(pages, { status: 404, json: notFound });
}

/** Ollama; each of its models with what it can do. */
export function ollamaPages(models: Readonly<Record<string, readonly string[]>>): PageFor {
  const names = Object.keys(models);
  const pages = {
    "/api/version": { version: "0.12.3" },
    "/api/tags": {
      models: names.map((name) => ({
        name,
        model: name,
        modified_at: "2026-10-03T10:00:00Z",
        size: 986_061_892,
        details: { format: "gguf", family: "qwen2", parameter_size: "1.5B" },
      })),
    },
    "/v1/models": openaiList("library", names),
  };
  const answer = answering(pages, { status: 404, json: "404 page not found" });
  return (question) => {
    if (question.path !== "/api/show") return answer(question);
    return { json: { capabilities: models[String(question.body["model"])] ?? [] } };
  };
}

/** LM Studio, which answers 200 to what it does not know. */
export function lmStudioPages(
  models: Readonly<Record<string, "llm" | "vlm" | "embeddings">>,
): PageFor {
  const list = Object.entries(models).map(([id, type]) => ({
    id,
    object: "model",
    type,
    publisher: "lmstudio-community",
    arch: "qwen2",
    state: "not-loaded",
  }));
  const pages = {
    "/api/v0/models": { object: "list", data: list },
    "/v1/models": openaiList("organization_owner", Object.keys(models)),
  };
  const unknown = { error: "Unexpected endpoint or method. Returning 200 anyway" };
  return answering(pages, { status: 200, json: unknown });
}

/** vLLM, with a key or without. */
export function vllmPages(model: string, key = ""): PageFor {
  const list = openaiList("vllm", [model]);
  const pages = { "/version": { version: "0.11.0" }, "/v1/models": list };
  const answer = answering(pages, { status: 404, json: { detail: "Not Found" } });
  return (question) => {
    const isOpen = key === "" || question.headers.authorization === `Bearer ${key}`;
    const isCompletion = question.path === "/v1/completions"; // the script's matter
    if (isOpen || isCompletion || !question.path.startsWith("/v1")) return answer(question);
    return { status: 401, json: { error: "Unauthorized" } };
  };
}
