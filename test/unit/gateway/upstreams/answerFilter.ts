import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import type { UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";

/** What takes something out of an answer while it streams. */
export type AnswerFilter = (answer: UpstreamAnswer) => UpstreamAnswer;

// eslint-disable-next-line @typescript-eslint/require-await -- a stand-in for what comes over a socket
async function* answerOf(pieces: readonly string[]): UpstreamAnswer {
  yield* pieces;
  return { stop: "limit", usage: undefined };
}

/** All that a filter passes on of an answer in these pieces. */
export async function filtered(filter: AnswerFilter, pieces: readonly string[]): Promise<string> {
  let text = "";
  for await (const piece of filter(answerOf(pieces))) text += piece;
  return text;
}

/** A filter makes this of what is said, wherever that is cut into pieces. */
export async function assertPasses(
  filter: AnswerFilter,
  said: string,
  passed: string,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: said.length })), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), said.length];
      const pieces = places.slice(1).map((to, index) => said.slice(places[index], to));
      assert.equal(await filtered(filter, pieces), passed);
    }),
  );
}

/** What every filter keeps to, tried with text that it has nothing to take out of. */
export function describeStreaming(filter: AnswerFilter): void {
  it("is left by the reader who leaves, so that the model stops", async () => {
    let isLeft = false;
    const said = async function* (): UpstreamAnswer {
      try {
        for (;;) yield await Promise.resolve("a");
      } finally {
        isLeft = true;
      }
    };
    const answer = filter(said());
    await answer.next();
    await answer.return({ stop: "done", usage: undefined });
    assert.equal(isLeft, true);
  });

  it("comes as it is said, and with its end", async () => {
    const answer = filter(answerOf(["a", "\n", "b"]));
    assert.deepEqual(await answer.next(), { done: false, value: "a" });
    assert.deepEqual(await answer.next(), { done: false, value: "\n" });
    assert.deepEqual(await answer.next(), { done: false, value: "b" });
    assert.deepEqual((await answer.next()).value, { stop: "limit", usage: undefined });
  });
}
