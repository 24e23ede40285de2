import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  lanePlan,
  socketAddress,
} from "../../../../../src/gateway/upstreams/openaiResponses/platform.ts";
import { Requests } from "../../../../../src/gateway/upstreams/openaiResponses/requests.ts";
import { key, request } from "../upstreamFixture.ts";
import { usualUrls } from "../../../../../src/gateway/upstreams/upstream.ts";
import { question } from "./stage.ts";

const openaiUrl = usualUrls["openai-responses"] ?? "";

const hasLanes = (url: string, choice: "auto" | "on" | "off" = "auto") =>
  lanePlan(new URL(url), choice).completion.names.length > 1;

describe("openai-responses: where it asks", () => {
  for (const [base, socket] of [
    [openaiUrl, "wss://api.openai.com/v1/responses"],
    ["https://api.x.ai", "wss://api.x.ai/v1/responses"],
    ["https://r.openai.azure.com/openai/v1/", "wss://r.openai.azure.com/openai/v1/responses"],
    ["http://127.0.0.1:9/v1", "ws://127.0.0.1:9/v1/responses"],
  ] as const) {
    it(`opens ${socket} for ${base}`, () => {
      assert.equal(socketAddress(new URL(base), key).url.href, socket);
    });
  }

  it("says the key as each vendor wants it", () => {
    const headersOf = (url: string) => socketAddress(new URL(url), key).headers;
    assert.deepEqual(headersOf(openaiUrl), { Authorization: `Bearer ${key}` });
    assert.deepEqual(headersOf("https://r.openai.azure.com/openai/v1"), { "api-key": key });
    assert.deepEqual(headersOf("https://azure.com.example.org"), {
      Authorization: `Bearer ${key}`,
    });
    assert.deepEqual(socketAddress(new URL(openaiUrl), undefined).headers, {});
  });

  it("uses lanes where they are known, or by setting", () => {
    assert.ok(hasLanes(openaiUrl));
    assert.ok(hasLanes("https://eu.api.openai.com/v1"));
    for (const url of [
      "https://api.x.ai/v1",
      "https://r.openai.azure.com",
      "https://api.openai.com.example.org",
      "http://127.0.0.1:80",
    ]) {
      assert.ok(!hasLanes(url), url);
      assert.ok(hasLanes(url, "on"));
    }
    assert.ok(!hasLanes(openaiUrl, "off"));
  });

  it("stays below what a socket may carry", () => {
    const { completion, chat } = lanePlan(new URL(openaiUrl), "on");
    for (const { names, parking } of [completion, chat]) {
      assert.ok(names.length + parking.length <= 16);
      assert.equal(new Set([...names, ...parking]).size, names.length + parking.length);
    }
  });
});

describe("openai-responses: how much a model may think", () => {
  for (const [model, effort, completion, chat] of [
    ["gpt-4.1-mini", undefined, 64, 4_096],
    ["gpt-5-mini", "minimal", 64, 29_096],
    ["gpt-5.2", "none", 64, 29_096],
    ["gpt-5.1-codex-mini", "low", 1_088, 29_096],
    ["gpt-5-chat-latest", undefined, 64, 4_096],
    ["o4-mini", "low", 1_088, 29_096],
    ["openai/o4-mini", "low", 1_088, 29_096],
    ["grok-code-fast-1", undefined, 64, 4_096],
    ["", undefined, 64, 4_096],
  ] as const) {
    it(`is ${effort ?? "not said"} for ${model || "a model without a name"}, and has room`, () => {
      const requests = new Requests(new URL(openaiUrl), model, 64);
      const asked = requests.completion(request());
      assert.equal(asked.reasoning?.effort, effort);
      assert.equal(asked.max_output_tokens, completion);
      assert.equal(requests.chat(question("hi"), [], undefined).max_output_tokens, chat);
    });
  }
});
