import assert from "node:assert/strict";
import { type TestContext } from "node:test";
import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import { createUpstream } from "../../../../src/gateway/upstreams/createUpstream.ts";
import {
  type ResponsesSettings,
  type ServerSettings,
  type Upstream,
} from "../../../../src/gateway/upstreams/upstream.ts";
import { drainLimitMs } from "../../../../src/gateway/upstreams/openaiResponses/lane.ts";
import { type CompletionRequest } from "../../../../src/wire/messages.ts";
import { OpenaiDouble } from "../../../helpers/openaiDouble/openaiDouble.ts";
import { ScriptedUpstream, type UpstreamScript } from "../../../helpers/scriptedUpstream.ts";
import { SteppedClock } from "./steppedClock.ts";

export type Kind = ServerSettings["kind"] | ResponsesSettings["kind"];

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

export function settings(kind: Kind, url: string): ServerSettings | ResponsesSettings {
  const limits = { firstTextTimeoutMs: 1000, maxTokens: 32 };
  const common = { url, model: "tiny", apiKey: key, ...limits };
  if (kind !== "openai-responses") return { kind, ...common };
  return { kind, ...common, lanes: "on", interrupts: false };
}

/** A scripted server, an upstream that asks it, and a clock that stands still. */
export interface Fixture {
  readonly server: ScriptedUpstream | OpenaiDouble;
  readonly upstream: Upstream;
  readonly clock: SteppedClock;
}

/** Makes the three, and takes them down after the test. */
export async function arrange(
  t: TestContext,
  kind: Kind,
  script: UpstreamScript = {},
): Promise<Fixture> {
  const isOpenai = kind === "openai-responses";
  const server = await (
    isOpenai ? new OpenaiDouble(script) : new ScriptedUpstream(script)
  ).listen();
  const clock = new SteppedClock();
  const upstream = createUpstream(settings(kind, server.url), clock);
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
