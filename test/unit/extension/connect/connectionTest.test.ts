import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { testConnection } from "../../../../src/extension/connect/connectionTest.ts";
import type { Piece } from "../../../../src/wire/messages.ts";
import { LocalDocuments } from "../../../../src/wire/localDocuments.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { settled } from "../../../helpers/settled.ts";

const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });

function setUp(ready: (signal: AbortSignal) => Promise<void>, pieces: readonly Piece[]) {
  const clock = new ManualClock();
  let asked = 0;
  const link = {
    ready,
    async *complete(_ask: unknown, signal: AbortSignal) {
      asked++;
      if (pieces.length === 0) await untilAborted(signal);
      yield* pieces;
    },
  };
  const parts = { link, documents: new LocalDocuments(), clock };
  return { clock, asked: () => asked, begin: (signal = never) => testConnection(parts, signal) };
}
const text: Piece = { kind: "text", origin: "remote", text: "total += number;" };

describe("the test of a connection", () => {
  it("blames no model that could not be asked, since the gateway has not begun", async () => {
    const { clock, asked, begin } = setUp(untilAborted, []);
    const ended = assert.rejects(begin(), { code: "gateway-unreachable" });
    clock.advance(20_000);
    await ended;
    assert.equal(asked(), 0);
  });

  it("gives the model all its time, however late the gateway begins", async () => {
    const ready = Promise.withResolvers<undefined>();
    const { clock, begin } = setUp(() => ready.promise, []);
    const ended = assert.rejects(begin(), { code: "deadline" });
    clock.advance(19_000);
    ready.resolve(undefined);
    await settled();
    clock.advance(20_000);
    await ended;
  });

  it("ends with its signal's reason while the gateway begins", async () => {
    const abort = new AbortController();
    const { begin } = setUp(untilAborted, []);
    const ended = assert.rejects(begin(abort.signal), { message: "given up" });
    abort.abort(new Error("given up"));
    await ended;
  });

  it("has what the model said", async () => {
    const { begin } = setUp(() => Promise.resolve(), [text]);
    assert.equal((await begin()).text, "total += number;");
  });
});
