import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import { describeUpstream } from "./describeUpstream.ts";
import { describeUpstreamFailures } from "./describeUpstreamFailures.ts";
import { SteppedClock } from "./steppedClock.ts";
import {
  after,
  arrange,
  before,
  failureOf,
  never,
  request,
  settings,
  textsOf,
} from "./upstreamFixture.ts";

describeUpstream("openai-compatible");
describeUpstreamFailures("openai-compatible");

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
    assert.deepEqual(await textsOf(upstream), ["x"]);
  });

  it("says so when the model cannot take a suffix", async (t) => {
    const body = { message: "suffix is not currently supported", type: "BadRequestError" };
    const outcome = { kind: "status", status: 400, body } as const;
    const { upstream } = await arrange(t, "openai-compatible", { outcome });
    const failure = await failureOf(textsOf(upstream), "upstream-no-infill");
    assert.match(failure.message, /fill in code between.*suffix is not currently supported/);
  });

  it("answers from the prompt alone when the server ignores the suffix", async (t) => {
    const { upstream } = await arrange(t, "openai-compatible", { isSuffixIgnored: true });
    assert.deepEqual(await textsOf(upstream), ["hello", " world"]);
  });
});
