import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { httpAsk } from "../../../../src/gateway/upstreams/openaiResponses/httpFallback.ts";
import { UpstreamFailures } from "../../../../src/gateway/upstreams/upstreamFailures.ts";

describe("what an upstream's failure says", () => {
  const failures = new UpstreamFailures({ name: "tiny", model: "tiny", apiKey: undefined });
  const asked = { url: new URL("https://h/v1/responses"), privateTexts: [] };

  for (const event of [
    { type: "error", code: "insufficient_quota", message: "Check your plan." },
    { type: "response.failed", response: { error: { code: "insufficient_quota" } } },
  ])
    it(`is that the account is empty where OpenAI says so over HTTP: ${event.type}`, () => {
      const fields = { model: "tiny", store: false as const, instructions: "", input: [] };
      const reading = httpAsk(fields, asked, "completion").read(JSON.stringify(event));
      assert.ok(reading.kind === "error");
      assert.match(failures.inStream(reading.error, asked).message, /has no credit left \(429\)/);
    });

  it("is found in the begin of what the server says, however long that is", () => {
    const said = (message: string) =>
      failures.answered(
        {
          ...{ status: 403, contentType: "application/json", retryAfterMs: undefined },
          body: JSON.stringify({ error: { message } }),
        },
        asked,
      );
    assert.equal(said("model x not found").code, "upstream-not-found");
    assert.equal(said(`${"model ".repeat(10_000)}not found`).code, "upstream-unauthorized");
  });
});
