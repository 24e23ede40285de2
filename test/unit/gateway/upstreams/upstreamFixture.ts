import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import type {
  AnswerEnd,
  ResponsesSettings,
  ServerSettings,
  Upstream,
} from "../../../../src/gateway/upstreams/upstream.ts";
import { thinkingMs } from "../../../../src/gateway/upstreams/timedAnswers.ts";
import { drainLimitMs } from "../../../../src/gateway/upstreams/openaiResponses/lane.ts";
import type { ChatQuestion } from "../../../../src/wire/chat.ts";
import type { CompletionRequest } from "../../../../src/wire/messages.ts";
import { OpenaiDouble } from "../../../helpers/openaiDouble/openaiDouble.ts";
import { ScriptedUpstream, type UpstreamScript } from "../../../helpers/scriptedUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";

export type Kind = ServerSettings["kind"] | ResponsesSettings["kind"];

/** How an upstream is asked: to complete, as it does that by itself or in words, or to chat. */
export type Way = Kind | `${Kind} instruct` | `${Kind} chat`;

type HttpWay = Exclude<Way, `openai-responses${string}`>;

/** Every way in which people use an upstream. */
export const ways: readonly Way[] = [
  "openai-compatible",
  "openai-compatible chat",
  "openai-compatible instruct",
  "llama.cpp",
  "llama.cpp chat",
  "ollama",
  "ollama chat",
  "mistral",
  "mistral chat",
  "anthropic instruct",
  "anthropic chat",
];

const kindOf = (way: Way): Kind => way.replace(/ .*/, "") as Kind;

export const key = "sk-test-0123456789abcdef";
export const before = "const secretNumber = compute();\nconst next = secret";
export const after = "\nconsole.log(next);\n";
export const never = new AbortController().signal;

export function request(change: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    path: "app/src/main.ts",
    languageId: "typescript",
    snippets: [],
    before,
    after,
    isConfined: false,
    ...change,
  };
}

export function settings(way: HttpWay, url: string): ServerSettings;
export function settings(way: Way, url: string): ServerSettings | ResponsesSettings;
export function settings(way: Way, url: string): ServerSettings | ResponsesSettings {
  const completeBy = way.endsWith("instruct") ? "instruct" : "auto";
  const limits = { firstTextTimeoutMs: 1000, maxTokens: 32 };
  const common = { url, model: "tiny", completeBy, apiKey: key, ...limits } as const;
  const kind = kindOf(way);
  if (kind !== "openai-responses") return { kind, ...common };
  return { kind, ...common, lanes: "on", interrupts: false };
}

/** The longest wait for text: a chat's model may think first. */
export const limitMsOf = (way: Way): number => (way.endsWith("chat") ? thinkingMs : 1_000);

/** Whether it keeps a socket open, on which answers cannot be stopped. */
export const isSocket = (way: Way): boolean => kindOf(way) === "openai-responses";

/** Made of these settings. Where it is to chat, its `complete` asks the same as a chat's last turn. */
export function upstreamOf(way: Way, url: string, clock: SteppedClock): Upstream {
  const upstream = createUpstream(settings(way, url), clock);
  if (!way.endsWith("chat")) return upstream;
  return {
    name: upstream.name,
    complete: (asked, signal) => upstream.chat?.(questionOf(asked), signal) ?? assert.fail(),
    dispose: () => {
      upstream.dispose();
    },
  };
}

function questionOf({ before: asked, after: next }: CompletionRequest): ChatQuestion {
  const turns = [
    { role: "user", text: asked },
    { role: "assistant", text: "What of it?" },
    { role: "user", text: next },
  ] as const;
  return { conversation: "c1", instructions: "Be brief.", turns };
}

/** A scripted server, an upstream that asks it, and a clock that stands still. */
export interface Fixture<Server = ScriptedUpstream | OpenaiDouble> {
  readonly server: Server;
  readonly upstream: Upstream;
  readonly clock: SteppedClock;
}

/** Makes the three, and takes them down after the test. */
export async function arrange(
  t: TestContext,
  way: HttpWay,
  script?: UpstreamScript,
): Promise<Fixture<ScriptedUpstream>>;
export async function arrange(t: TestContext, way: Way, script?: UpstreamScript): Promise<Fixture>;
export async function arrange(
  t: TestContext,
  way: Way,
  script: UpstreamScript = {},
): Promise<Fixture> {
  const countsUnasked = kindOf(way) === "mistral";
  const server = await (
    isSocket(way) ? new OpenaiDouble(script) : new ScriptedUpstream({ countsUnasked, ...script })
  ).listen();
  const clock = new SteppedClock();
  const upstream = upstreamOf(way, server.url, clock);
  t.after(async () => {
    upstream.dispose();
    await server.close();
  });
  return { server, upstream, clock };
}

export async function textsOf(
  upstream: Upstream,
  signal: AbortSignal = never,
  asked: CompletionRequest = request(),
): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of upstream.complete(asked, signal)) texts.push(text);
  return texts;
}

/** The whole text of an answer: how many pieces it comes in depends on how the network cut it. */
export async function textOf(upstream: Upstream): Promise<string> {
  return (await textsOf(upstream)).join("");
}

/** Reads on until that much has come. */
export async function readUntil(pieces: AsyncIterator<string>, wanted: string): Promise<void> {
  let text = "";
  while (text.length < wanted.length) text += String((await pieces.next()).value);
  assert.equal(text, wanted);
}

/** The texts of an answer and what is said at its end. */
export async function answerOf(
  upstream: Upstream,
  signal: AbortSignal = never,
): Promise<{ readonly texts: readonly string[]; readonly end: AnswerEnd }> {
  const answer = upstream.complete(request(), signal);
  const texts: string[] = [];
  for (;;) {
    const next = await answer.next();
    if (next.done === true) return { texts, end: next.value };
    texts.push(next.value);
  }
}

/** The failure a promise ends with, of the given code and without key, prompt or line breaks in its message. */
export async function failureOf(promise: Promise<unknown>, code: FailureCode): Promise<Failure> {
  const thrown = await promise.then(
    () => assert.fail("should have failed"),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.doesNotMatch(thrown.message, /sk-test|secretNumber|compute\(|console\.log|\n/);
  assert.match(thrown.message, /: [a-z].+\.|The server says/);
  return thrown;
}

/** The pieces one by one, for tests that act between two of them. */
export function piecesOf(upstream: Upstream, signal: AbortSignal = never): AsyncIterator<string> {
  return upstream.complete(request(), signal)[Symbol.asyncIterator]();
}

/**
 * Resolves once the server no longer works for the first request. One behind HTTP loses its connection at once; a
 * socket is left when what was abandoned on it does not come to its end in time.
 */
export async function stopped({ server, clock }: Fixture): Promise<void> {
  if (server instanceof OpenaiDouble) clock.advance(drainLimitMs);
  await server.until(() => server.records[0]?.closedAt !== undefined);
}
