import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { createUpstream } from "../../src/gateway/upstreams/createUpstream.ts";
import type { Upstream, ServerSettings } from "../../src/gateway/upstreams/upstream.ts";
import type { CompletionRequest } from "../../src/wire/messages.ts";
import { machineNow } from "../helpers/machineClock.ts";
import { tokensAfter } from "../helpers/scriptedUpstream.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";

const request: CompletionRequest = {
  path: "app/main.ts",
  languageId: "typescript",
  snippets: [],
  before: "const a = ",
  after: ";\n",
  isConfined: false,
};

function upstreamAt(kind: ServerSettings["kind"], url: string): Upstream {
  const settings = { kind, url, model: "tiny", apiKey: undefined, maxTokens: 64 };
  return createUpstream({ ...settings, firstTextTimeoutMs: 10_000 }, systemClock);
}

for (const kind of ["openai-compatible", "llama.cpp", "ollama", "mistral"] as const) {
  describe(`${kind} in another process`, () => {
    it("has its stream closed at once when the signal fires, and writes next to nothing after", async (t) => {
      using server = await ScriptedUpstreamProcess.start({
        tokens: Array<string>(500).fill("x"),
        tokenMs: 5,
      });
      const upstream = upstreamAt(kind, server.url);
      const delaysMs: number[] = [];
      for (let i = 0; i < 10; i++) {
        const controller = new AbortController();
        let firedAt = 0;
        let got = 0;
        const reading = (async () => {
          for await (const text of upstream.complete(request, controller.signal)) {
            got += text.length;
            if (got < 3) continue;
            firedAt = machineNow();
            controller.abort(new Error("typed on"));
          }
        })();
        await assert.rejects(reading, /typed on/);
        const record = await closedRecord(server);
        delaysMs.push((record.closedAt ?? Infinity) - firedAt);
        assert.ok(tokensAfter(record, firedAt) < 100, "the server went on writing");
        await server.forget();
      }
      upstream.dispose();
      await server.close();
      t.diagnostic(
        `from abort to the server's close: ${delaysMs.map((ms) => ms.toFixed(1)).join(", ")} ms`,
      );
      assert.ok(Math.min(...delaysMs) < 50);
    });

    it("answers many requests at the same time, some of them cancelled, and keeps their texts apart", async () => {
      using server = await ScriptedUpstreamProcess.start({
        tokens: ["a", "b", "c", "d"],
        tokenMs: 2,
      });
      const upstream = upstreamAt(kind, server.url);
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, async (_, at) => {
          const controller = new AbortController();
          let text = "";
          try {
            for await (const piece of upstream.complete(request, controller.signal)) {
              text += piece;
              if (at % 3 === 0) controller.abort(at);
            }
            return text;
          } catch (reason) {
            return reason;
          }
        }),
      );
      outcomes.forEach((outcome, at) => {
        assert.equal(outcome, at % 3 === 0 ? at : "abcd");
      });
      upstream.dispose();
      await server.close();
    });
  });
}

/** Asks the other process until it has seen the close; each question is a turn of its loop and of ours. */
async function closedRecord(server: ScriptedUpstreamProcess) {
  for (;;) {
    const { records } = await server.records();
    const record = records.at(-1);
    if (record?.closedAt !== undefined) return record;
  }
}
