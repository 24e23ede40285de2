/** What we say and read, as the official client's types have it: where they disagree this does not compile. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  Response,
  ResponseCreateParamsStreaming,
  ResponsesClientEvent,
  ResponsesServerEvent,
} from "openai/resources/responses/responses";
import {
  readEvent,
  type ServerEvent,
} from "../../../../../src/gateway/upstreams/openaiResponses/events.ts";
import type {
  CreateFrame,
  ResponseFields,
} from "../../../../../src/gateway/upstreams/openaiResponses/frames.ts";

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

const usage = {
  ...{ input_tokens: 9, output_tokens: 4, total_tokens: 13 },
  input_tokens_details: { cached_tokens: 7, cache_write_tokens: 0 },
  output_tokens_details: { reasoning_tokens: 0 },
};

const response = {
  ...{ id: "resp_1", object: "response", created_at: 1, output_text: "", model: "tiny" },
  ...{ error: null, incomplete_details: null, instructions: null, metadata: null },
  ...{ output: [], parallel_tool_calls: true, temperature: 1, tool_choice: "auto", tools: [] },
  ...{ top_p: 1, usage },
} as const satisfies Mutable<Partial<Response>> as unknown as Response;

const place = { item_id: "msg_1", output_index: 0, content_index: 0, sequence_number: 3 };

const events: readonly (readonly [ResponsesServerEvent, ServerEvent["kind"]])[] = [
  [{ type: "response.created", response, sequence_number: 0, stream_id: "fim-0" }, "started"],
  [{ type: "response.queued", response, sequence_number: 1 }, "started"],
  [{ type: "response.in_progress", response, sequence_number: 1 }, "started"],
  [{ type: "response.output_text.delta", ...place, delta: "x", logprobs: [] }, "text"],
  [{ type: "response.output_text.done", ...place, text: "x", logprobs: [] }, "other"],
  [{ type: "response.refusal.delta", ...place, delta: "no" }, "other"],
  [{ type: "response.completed", response, sequence_number: 9 }, "ended"],
  [{ type: "response.incomplete", response, sequence_number: 9 }, "ended"],
  [
    {
      ...{ type: "response.failed", sequence_number: 9 },
      response: { ...response, error: { code: "server_error", message: "out of memory" } },
    },
    "failed",
  ],
  [{ type: "error", code: null, message: "no", param: null, sequence_number: 0 }, "failed"],
  [
    {
      ...{ type: "error", status: 400, stream_id: "fim-0" },
      error: {
        ...{ type: "invalid_request_error", code: "previous_response_not_found" },
        ...{ message: "no", param: "previous_response_id" },
      },
    },
    "failed",
  ],
];

describe("openai-responses: the official client's types", () => {
  it("have all that we send", () => {
    const typed = (frame: Mutable<CreateFrame>): ResponsesClientEvent => frame;
    const typedHttp = (fields: Mutable<Omit<ResponseFields, "generate">>) => {
      const body: ResponseCreateParamsStreaming = { ...fields, stream: true };
      return body;
    };
    const fields = {
      ...{ model: "tiny", instructions: "", max_output_tokens: 16, previous_response_id: "resp_1" },
      input: [{ type: "message" as const, role: "user" as const, content: "x" }],
      ...{ store: false as const, reasoning: { effort: "none" as const } },
    };
    const frame = typed({
      type: "response.create",
      stream_id: "fim-0",
      generate: false,
      ...fields,
    });
    assert.equal(frame.type, "response.create");
    assert.equal(typedHttp(fields).stream, true);
  });

  for (const [event, kind] of events) {
    it(`have ${event.type}, which is read as "${kind}"`, () => {
      const read = readEvent(JSON.stringify(event));
      assert.equal(read?.event.kind, kind);
      assert.equal(read.lane, event.stream_id);
    });
  }

  it("have the counts that are read", () => {
    const event: ResponsesServerEvent = {
      type: "response.completed",
      response,
      sequence_number: 9,
    };
    assert.deepEqual(readEvent(JSON.stringify(event))?.event, {
      ...{ kind: "ended", id: "resp_1", stop: "done" },
      usage: { inputTokens: 9, cachedTokens: 7, outputTokens: 4 },
    });
  });

  it("have no event that our reader takes for nonsense", () => {
    for (const [event] of events) assert.ok(readEvent(JSON.stringify(event)), event.type);
    for (const text of ["", "null", "[]", "{}", '{"type":1}', "<html>"])
      assert.equal(readEvent(text), undefined, text);
    for (const type of ["response.created", "response.completed", "response.output_text.delta"])
      assert.equal(readEvent(JSON.stringify({ type })), undefined, type);
  });
});
