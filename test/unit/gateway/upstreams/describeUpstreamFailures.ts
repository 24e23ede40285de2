import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ScriptedUpstream } from "../../../helpers/scriptedUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";
import {
  arrange,
  failureOf,
  isSocket,
  key,
  limitMsOf,
  piecesOf,
  readUntil,
  request,
  stopped,
  textsOf,
  upstreamOf,
  type Way,
} from "./upstreamFixture.ts";

const tokens = ["let ", "größe", " = 1;", "\n", "done 🎉"];

/** How every upstream fails, whatever it speaks. */
export function describeUpstreamFailures(way: Way): void {
  describe(`${way}: failing`, () => {
    it("says that nobody listens at the address", async () => {
      const server = await new ScriptedUpstream({}).listen();
      const { url } = server;
      await server.close();
      const upstream = upstreamOf(way, url, new SteppedClock());
      const failure = await failureOf(textsOf(upstream), "upstream-unreachable");
      assert.match(failure.message, /ECONNREFUSED/);
    });

    it("says that the host does not exist", async () => {
      const upstream = upstreamOf(way, "http://no-such-host.invalid:9", new SteppedClock());
      const failure = await failureOf(textsOf(upstream), "upstream-unreachable");
      assert.match(failure.message, /ENOTFOUND|EAI_AGAIN/);
    });

    for (const status of [401, 403]) {
      it(`says that the key is refused (${status}) without the server's words`, async (t) => {
        const body = { error: { message: "Incorrect API key provided." } };
        const { upstream } = await arrange(t, way, { outcome: { kind: "status", status, body } });
        const failure = await failureOf(textsOf(upstream), "upstream-unauthorized");
        assert.doesNotMatch(failure.message, /Incorrect/);
      });
    }

    it("tells an unknown model from a wrong address", async (t) => {
      const { server, upstream } = await arrange(t, way, { model: "other" });
      const unknown = await failureOf(textsOf(upstream), "upstream-not-found");
      assert.match(unknown.message, /no model "tiny".*does not exist/);
      const body = "<html>404 page not found</html>";
      server.script = { outcome: { kind: "status", status: 404, body } };
      const wrong = await failureOf(textsOf(upstream), "upstream-not-found");
      assert.match(wrong.message, /correct the address/);
      assert.doesNotMatch(wrong.message, /html/);
    });

    for (const [status, error] of [
      [403, { code: "model_not_found", message: "Project `p` does not have access to model `m`" }],
      [403, { message: "You don't have access to the model with the specified model ID." }],
    ] as const) {
      it(`says that the key may not use the model: ${error.message}`, async (t) => {
        const outcome = { kind: "status", status, body: { error } } as const;
        const { upstream } = await arrange(t, way, { outcome });
        const failure = await failureOf(textsOf(upstream), "upstream-not-found");
        assert.match(failure.message, /no model "tiny" \(403\): correct the model/);
      });
    }

    for (const [status, error] of [
      [402, { message: "Insufficient Balance", type: "unknown_error", code: "invalid_request" }],
      [429, { message: "You exceeded your current quota", code: "insufficient_quota" }],
      [400, { message: "Your credit balance is too low to access the API.", type: "invalid" }],
      [403, { message: "Your team has used all available credits.", code: "permission" }],
    ] as const) {
      it(`says that the account has no credit: ${error.message}`, async (t) => {
        const outcome = { kind: "status", status, body: { error } } as const;
        const { upstream } = await arrange(t, way, { outcome });
        const failure = await failureOf(textsOf(upstream), "upstream-no-credit");
        assert.match(failure.message, /has no credit left \(\d+\): top the account up/);
      });
    }

    for (const error of [
      { code: "context_length_exceeded", message: "Your input exceeds the context window." },
      { message: "This model's maximum context length is 4096 tokens. However, you requested 5" },
      { code: 400, type: "exceed_context_size_error", message: "the request exceeds it" },
      { message: "prompt is too long: 208310 tokens > 200000 maximum" },
      { message: "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000" },
      { message: "The input token count (1200000) exceeds the maximum number of tokens allowed." },
    ] as const) {
      it(`says that the text is too long for the model: ${error.message}`, async (t) => {
        const outcome = { kind: "status", status: 400, body: { error } } as const;
        const { upstream } = await arrange(t, way, { outcome });
        const failure = await failureOf(textsOf(upstream), "too-large");
        assert.match(failure.message, /cannot read so long a text \(400\): attach less/);
      });
    }

    it("says for how long a busy server asks to be left alone, which stays true as time passes", async (t) => {
      const { server, upstream } = await arrange(t, way, {
        outcome: { kind: "status", status: 429, body: {}, headers: { "Retry-After": "20" } },
      });
      const busy = await failureOf(textsOf(upstream), "upstream-busy");
      assert.match(busy.message, /is busy \(429\): it asks to be left alone for 20 s\./);
      for (const [status, headers, code, expectedMs] of [
        [429, { "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT" }, "upstream-busy", undefined],
        [429, { "Retry-After": "0.5" }, "upstream-busy", 500],
        [429, { "Retry-After": "2", "retry-after-ms": "1250" }, "upstream-busy", 1_250],
        [503, { "Retry-After": "3" }, "upstream-down", 3_000],
      ] as const) {
        server.script = { outcome: { kind: "status", status, body: {}, headers: { ...headers } } };
        const { message, retryAfterMs } = await failureOf(textsOf(upstream), code);
        assert.equal(retryAfterMs, expectedMs);
        if (expectedMs === undefined) assert.match(message, /later/);
      }
    });

    for (const status of [400, 422]) {
      it(`passes on why the request is refused (${status})`, async (t) => {
        const body = { error: { message: "max_tokens is too large" } };
        const { upstream } = await arrange(t, way, { outcome: { kind: "status", status, body } });
        const failure = await failureOf(textsOf(upstream), "upstream-refused");
        assert.match(failure.message, /max_tokens is too large/);
      });
    }

    for (const [status, message] of [
      [501, "Infill is not supported by this model: prefix token is missing."],
      [400, "registry.ollama.ai/library/llama3:latest does not support insert"],
      [400, "suffix is not currently supported"],
      [404, "This is a chat model and not supported in the v1/completions endpoint."],
    ] as const) {
      it(`says that the model cannot fill in (${status}: ${message})`, async (t) => {
        const body = { error: { message } };
        const { upstream } = await arrange(t, way, { outcome: { kind: "status", status, body } });
        const failure = await failureOf(textsOf(upstream), "upstream-no-infill");
        assert.match(
          failure.message,
          /can chat but not fill in code .*: choose a model trained for/,
        );
      });
    }

    for (const status of [500, 502, 503]) {
      it(`passes on why the server failed (${status})`, async (t) => {
        const body = { error: { message: "Loading\nmodel", type: "unavailable_error", code: 503 } };
        const { upstream } = await arrange(t, way, { outcome: { kind: "status", status, body } });
        const failure = await failureOf(textsOf(upstream), "upstream-down");
        assert.match(failure.message, /Loading model/);
      });
    }

    it("keeps the connection after a refusal", async (t) => {
      const { server, upstream } = await arrange(t, way, {
        outcome: { kind: "status", status: 503, body: {} },
      });
      await failureOf(textsOf(upstream), "upstream-down");
      await failureOf(textsOf(upstream), "upstream-down");
      assert.equal(server.connections, 1);
    });

    for (const [what, message] of [
      ["key", `failed with ${key}`],
      ["half of the key", `failed with ${key.slice(4, 14)}...`],
      ["source text", "cannot parse 'const secretNumber = compute();'"],
      ["source text with other spaces", "cannot parse const  secretNumber =\tcompute();"],
    ] as const) {
      it(`does not repeat a server's message with the ${what} in it`, async (t) => {
        const { upstream } = await arrange(t, way, {
          outcome: { kind: "status", status: 500, body: { error: { message } } },
        });
        const failure = await failureOf(textsOf(upstream), "upstream-down");
        assert.doesNotMatch(failure.message, /The server says/);
      });
    }

    it("cuts a long message of the server", async (t) => {
      const { upstream } = await arrange(t, way, {
        outcome: { kind: "status", status: 500, body: { error: "x".repeat(5000) } },
      });
      const failure = await failureOf(textsOf(upstream), "upstream-down");
      assert.equal(/x+…$/.exec(failure.message)?.[0].length, 200);
    });

    it("recognises an answer that is no stream, no JSON or of another form", async (t) => {
      const { server, upstream } = await arrange(t, way);
      for (const [contentType, chunk] of [
        ["text/html", "<html>welcome</html>"],
        ["application/json", '{"hello":"world"}'],
        ["text/event-stream", "data: <html>\n\n"],
        ["text/event-stream", 'data: {"choices":"none","content":1}\n\n'],
        ["text/event-stream", "data: null\n\n"],
        ["text/event-stream", "HTTP is hard\n\n"],
        ["text/event-stream", ""],
      ] as const) {
        server.script = { outcome: { kind: "raw", contentType, chunks: [chunk] } };
        await failureOf(textsOf(upstream), "upstream-garbled");
      }
      server.script = { outcome: { kind: "garbage" } };
      await failureOf(textsOf(upstream), "upstream-garbled");
    });

    for (const outcome of ["cut-off", "unfinished"] as const) {
      it(`gives the text so far and then fails when the answer is ${outcome}`, async (t) => {
        const { upstream } = await arrange(t, way, {
          tokens,
          outcome: { kind: outcome, afterTokens: 2 },
        });
        const got: string[] = [];
        const reading = (async () => {
          for await (const text of upstream.complete(request(), new AbortController().signal))
            got.push(text);
        })();
        assert.match((await failureOf(reading, "upstream-down")).message, /ended early/);
        assert.equal(got.join(""), tokens.slice(0, 2).join(""));
      });
    }

    it("says that the server closed the connection without an answer", async (t) => {
      const { server, upstream } = await arrange(t, way, { outcome: { kind: "silent" } });
      const texts = textsOf(upstream);
      await server.until(() => server.records.length === 1);
      server.dispose();
      // A socket is dialled again at once, and nobody is there.
      await failureOf(texts, isSocket(way) ? "upstream-unreachable" : "upstream-down");
    });

    for (const [error, code] of [
      [{ code: 500, message: "out of memory", type: "server_error" }, "upstream-down"],
      [{ code: 429, message: "slow down" }, "upstream-busy"],
      [{ code: "rate_limit_exceeded", message: "slow down" }, "upstream-busy"],
      [{ type: "invalid_request_error", message: "no" }, "upstream-refused"],
      ["a plain sentence", "upstream-down"],
    ] as const) {
      it(`passes on an error inside the stream as ${code}: ${JSON.stringify(error)}`, async (t) => {
        const outcome = { kind: "error-event", afterTokens: 1, error } as const;
        const { upstream } = await arrange(t, way, { outcome });
        await failureOf(textsOf(upstream), code);
      });
    }

    it("ends with a deadline when no text comes in time", async (t) => {
      const fixture = await arrange(t, way, { outcome: { kind: "silent" } });
      const { clock, server, upstream } = fixture;
      const texts = textsOf(upstream);
      await server.until(() => server.records.length === 1);
      clock.advance(limitMsOf(way) - 1);
      assert.equal(server.records[0]?.closedAt, undefined);
      clock.advance(1);
      const { message } = await failureOf(texts, "deadline");
      assert.ok(message.includes(`no text within ${limitMsOf(way)} ms`), message);
      await stopped(fixture);
    });

    it("does not take comments or empty pieces for text", async (t) => {
      const { clock, server, upstream } = await arrange(t, way, {
        tokens: ["", ""],
        outcome: { kind: "stalled", afterTokens: 2 },
      });
      const texts = textsOf(upstream);
      await server.until(() => server.records[0]?.tokensAt.length === 2);
      clock.advance(limitMsOf(way));
      await failureOf(texts, "deadline");
    });

    it("ends with a deadline when the text stops coming, whatever time its reader took", async (t) => {
      const { clock, upstream } = await arrange(t, way, {
        outcome: { kind: "stalled", afterTokens: 2 },
      });
      const pieces = piecesOf(upstream);
      await readUntil(pieces, "hello world");
      clock.advance(5000);
      const third = pieces.next();
      clock.advance(limitMsOf(way));
      const failure = await failureOf(Promise.resolve(third), "deadline");
      assert.match(failure.message, /no more text within/);
    });
  });
}
