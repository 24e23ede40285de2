import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HttpStream } from "../../../../src/gateway/upstreams/httpStream.ts";
import { openaiChat } from "../../../../src/gateway/upstreams/openaiCompatible.ts";
import { Exchange } from "../../../../src/gateway/upstreams/openaiResponses/exchange.ts";
import { textsOf as openaiTexts } from "../../../../src/gateway/upstreams/openaiResponses/reading.ts";
import { TimedAnswers } from "../../../../src/gateway/upstreams/timedAnswers.ts";
import { unread, type UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";
import { UpstreamFailures } from "../../../../src/gateway/upstreams/upstreamFailures.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { ScriptedUpstream } from "../../../helpers/scriptedUpstream.ts";
import { settled } from "../../../helpers/settled.ts";
import {
  answerOf,
  arrange,
  failureOf,
  never,
  settings,
  textOf,
  textsOf,
} from "./upstreamFixture.ts";

const turns = [{ role: "user", text: "Why?" }] as const;
const question = { conversation: "c", instructions: "", turns };
const subject = { name: "tiny", model: "tiny", apiKey: undefined };

/** Answers that say what a test gives them, when it does. */
class ByHand {
  #said = Promise.withResolvers<string>();

  say(text: string): void {
    this.#said.resolve(text);
  }

  async *begin(signal: AbortSignal): UpstreamAnswer {
    signal.addEventListener("abort", () => {
      this.#said.promise.catch(() => undefined); // nobody may read it any more
      this.#said.reject(signal.reason);
    });
    for (;;) {
      const text = await this.#said.promise;
      this.#said = Promise.withResolvers();
      yield text;
    }
  }
}

describe("a model that thinks before it answers", () => {
  for (const mayThink of [true, false]) {
    const what = mayThink ? "is waited for as long as it goes on" : "is only waited for so long";
    it(`${what} where it ${mayThink ? "may" : "is to complete"}`, async () => {
      const clock = new ManualClock();
      const answers = new TimedAnswers(new UpstreamFailures(subject), clock);
      const model = new ByHand();
      const begin = (signal: AbortSignal) => model.begin(signal);
      const texts = answers.run({ begin, timeoutMs: 1_000, mayThink }, never);
      const first = texts.next();
      const read = mayThink ? first : failureOf(first, "deadline");
      for (const text of ["", "", "so"]) {
        await settled();
        clock.advance(600);
        model.say(text);
      }
      const next = await read;
      if ("value" in next) assert.equal(next.value, "so");
      answers.dispose();
      await texts.return(unread);
    });
  }

  for (const way of ["ollama instruct", "openai-compatible", "anthropic instruct"] as const)
    it(`says so where its thoughts leave nothing for the code: ${way}`, async (t) => {
      const { server, upstream } = await arrange(t, way, { tokens: [""], stop: "limit" });
      const { message } = await failureOf(textsOf(upstream), "upstream-only-thought");
      assert.match(message, /used up its output limit without any text: choose a model/);
      server.script = { tokens: [""], stop: "done" }; // it has nothing to say
      assert.equal(await textOf(upstream), "");
    });

  it("may do so in a chat without any text, which its end tells", async (t) => {
    const { upstream } = await arrange(t, "ollama chat", { tokens: [""], stop: "limit" });
    assert.equal((await answerOf(upstream)).end.stop, "limit");
  });

  it("is told not to by Ollama when it is to complete, and may in a chat", async (t) => {
    const instruct = await arrange(t, "ollama instruct");
    const chat = await arrange(t, "ollama chat");
    for (const { upstream } of [instruct, chat]) await textsOf(upstream);
    const said = [instruct, chat].map(({ server }) => server.records[0]?.body["think"]);
    assert.deepEqual(said, [false, undefined]);
  });

  for (const [model, fields] of [
    ["gpt-5-mini", { max_completion_tokens: 32, reasoning_effort: "minimal" }],
    ["openai/o4-mini", { max_completion_tokens: 1_056, reasoning_effort: "low" }],
    ["gpt-5-chat-latest", { max_completion_tokens: 32 }],
    ["openai/gpt-oss-20b", { max_tokens: 32, temperature: 0 }],
    ["gpt-5-pro", { max_completion_tokens: 1_056 }],
    ["gpt-5.2-pro", { max_completion_tokens: 1_056 }],
    ["gpt-5.1", { max_completion_tokens: 32, reasoning_effort: "none" }],
    ["gpt-5.1-codex-mini", { max_completion_tokens: 1_056, reasoning_effort: "low" }],
    ["gpt-35-turbo", { max_tokens: 32, temperature: 0 }],
    ["gpt-4.1", { max_tokens: 32, temperature: 0 }],
  ] as const)
    it(`is given its limit in the words that ${model} takes`, () => {
      const asked = { ...settings("openai-compatible", "https://h/v1"), model };
      const { body } = openaiChat(asked, new URL(asked.url), question, 32);
      const { model: named, messages, stream, stream_options: options, ...limits } = body;
      assert.ok(named === model && messages && stream === true && options);
      assert.deepEqual(limits, fields);
    });

  for (const kind of ["stalled", "silent"] as const)
    it(`${kind === "stalled" ? "is" : "is not"} known to work in a chat where its server is ${kind}`, async (t) => {
      const { server, upstream } = await arrange(t, "openai-compatible", {
        outcome: { kind, afterTokens: 0 },
      });
      const alive = Promise.withResolvers<undefined>();
      let isAlive = false;
      const chat = upstream.chat?.(question, never, () => {
        isAlive = true;
        alive.resolve(undefined);
      });
      const read = chat?.next().catch(() => undefined);
      if (kind === "stalled") await alive.promise;
      else await server.until(() => server.records.length === 1);
      assert.equal(isAlive, kind === "stalled");
      upstream.dispose();
      await read;
    });

  it("gives a sign of life with each event of its thoughts over a socket", async () => {
    const exchange = new Exchange(() => undefined);
    exchange.push({ kind: "started", id: "r", isLoaded: true });
    exchange.push({ kind: "other" });
    exchange.push({ kind: "text", text: "x" });
    exchange.push({ kind: "ended", id: "r", stop: "done", usage: undefined });
    const asked = { url: new URL("https://h/v1/responses"), privateTexts: [] };
    const reader = { signal: never, failures: new UpstreamFailures(subject), asked };
    const texts: string[] = [];
    for await (const text of openaiTexts(exchange, reader)) texts.push(text);
    assert.deepEqual(texts, ["", "", "x"]);
  });

  it("gives a sign of life with each event of its thoughts", async (t) => {
    const frames = [
      { choices: [{ delta: { reasoning_content: "Hm." } }] }, // DeepSeek, vLLM and llama-server
      { choices: [{ delta: { content: "x" }, finish_reason: "stop" }] },
    ];
    const chunks = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`);
    const server = await new ScriptedUpstream({ outcome: { kind: "raw", chunks } }).listen();
    const origin = new URL(server.url);
    const failures = new UpstreamFailures(subject);
    const stream = new HttpStream({ origin, headers: {}, failures, clock: new ManualClock() });
    t.after(async () => {
      stream.dispose();
      await server.close();
    });
    const asked = settings("openai-compatible", server.url);
    const ask = openaiChat(asked, origin, question, undefined);
    const texts: string[] = [];
    for await (const text of stream.answer({ ...ask, work: "completion", privateTexts: [] }, never))
      texts.push(text);
    assert.deepEqual(texts.slice(0, 3), ["", "", "x"]); // the first of them with the head
  });
});
