import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { machineOriginMs } from "../../helpers/machineClock.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { createUpstream } from "../../../src/gateway/upstreams/createUpstream.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { Oracle } from "../../bench/replay/oracle.ts";
import { OracleAnswers } from "../../bench/replay/oracleAnswers.ts";
import { logOf, logPath, readLog } from "../../bench/replay/oracleLog.ts";
import { OracleServer } from "../../bench/replay/oracleServer.ts";
import { OracleUpstream } from "../../bench/replay/oracleUpstream.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const before = "export const first = 1;\n";
const typed = "const a = b;";
const file = { final: `${before}${typed}\n`, regionEnd: before.length + typed.length };
const oracle = new Oracle(file, { accuracy: 1, maxTokens: 60 });
const tokens = ["const", " a", " ", "=", " b", ";"];
const never = new AbortController().signal;

const requestOf = (text: string): CompletionRequest => ({
  path: "a.ts",
  languageId: "typescript",
  before: text,
  after: "\n",
  isConfined: false,
  snippets: [],
});

/** Answers on a manual clock, read through the upstream. */
function underWay() {
  const clock = new ManualClock();
  const answers = new OracleAnswers(oracle, { firstTokenMs: 50, tokenMs: 5 }, clock);
  const upstream = new OracleUpstream(answers);
  const texts: string[] = [];
  const abort = new AbortController();
  const read = async () => {
    for await (const text of upstream.complete(requestOf(before), abort.signal)) texts.push(text);
  };
  return { clock, answers, texts, abort, end: read() };
}

describe("the oracle's answers", () => {
  it("have their first token in its time, then one each, and end a token later", async () => {
    const { clock, answers, texts, end } = underWay();
    const begunAt = clock.now();
    clock.advance(49);
    await settled();
    assert.deepEqual(texts, []);
    clock.advance(1);
    await settled();
    assert.deepEqual(texts, tokens.slice(0, 1));
    for (let ms = 0; ms < 30; ms++) clock.advance(1);
    await end;
    assert.deepEqual(texts, tokens);
    const tokensAt = [50, 55, 60, 65, 70, 75].map((ms) => begunAt + ms);
    const [record] = answers.log;
    assert.deepEqual({ ...record }, { begunAt, tokens: 6, tokensAt, closedAt: undefined });
    assert.equal(clock.timerCount, 0);
  });

  it("stop in the turn of an abort, which is noted", async () => {
    const { clock, answers, texts, abort, end } = underWay();
    clock.advance(57);
    await settled();
    abort.abort(new Error("given up"));
    assert.equal(answers.log[0]?.closedAt, clock.now());
    await assert.rejects(end, /given up/);
    assert.equal(clock.timerCount, 0);
    assert.deepEqual(texts, tokens.slice(0, 2));
    assert.equal(answers.log[0].tokens, 2);
  });

  it("come all at once where no time is set", async () => {
    const answers = new OracleAnswers(oracle, { firstTokenMs: 0, tokenMs: 0 }, new ManualClock());
    const texts: string[] = [];
    for await (const text of new OracleUpstream(answers).complete(requestOf(before), never))
      texts.push(text);
    assert.deepEqual(texts, tokens);
  });

  it("are not begun for who has gone already", async () => {
    const answers = new OracleAnswers(oracle, { firstTokenMs: 0, tokenMs: 0 }, new ManualClock());
    const gone = AbortSignal.abort(new Error("gone"));
    const reading = new OracleUpstream(answers).complete(requestOf(before), gone).next();
    await assert.rejects(reading, /gone/);
    assert.deepEqual(answers.log, []);
  });
});

/** The oracle behind HTTP, asked as the gateway asks it. */
async function served(t: TestContext, tokenMs: number) {
  const answers = new OracleAnswers(oracle, { firstTokenMs: 1, tokenMs }, systemClock);
  const server = new OracleServer(answers);
  const url = `http://127.0.0.1:${await server.listen()}`;
  const settings = { url, model: "", apiKey: undefined, firstTextTimeoutMs: 5_000, maxTokens: 96 };
  const upstream = createUpstream({ kind: "openai-compatible", ...settings }, systemClock);
  t.after(() => {
    upstream.dispose();
    server.dispose();
  });
  return { answers, url, upstream };
}

describe("the oracle behind HTTP", () => {
  it("answers as an OpenAI-compatible server", async (t) => {
    const { answers, upstream } = await served(t, 1);
    const texts: string[] = [];
    for await (const text of upstream.complete(requestOf(before), never)) texts.push(text);
    assert.equal(texts.join(""), typed);
    assert.equal(answers.log[0]?.tokens, tokens.length);
    assert.equal(answers.log[0].closedAt, undefined);
  });

  it("sees a request closed, writes no more, and says so in its log", async (t) => {
    const { answers, url, upstream } = await served(t, 10_000);
    const abort = new AbortController();
    const texts = upstream.complete(requestOf(before), abort.signal)[Symbol.asyncIterator]();
    assert.equal((await texts.next()).value, tokens[0]);
    abort.abort(new Error("given up"));
    await assert.rejects(async () => texts.next(), /given up/);
    const read = async () => readLog(await (await fetch(url + logPath)).json(), machineOriginMs);
    let log = await read();
    // The close may still be on its way.
    for (let tries = 0; tries < 1_000 && log[0]?.closedAt === undefined; tries++)
      log = await read();
    assert.equal(log[0]?.tokens, 1);
    const [mine] = answers.log;
    assert.ok(Math.abs((log[0].closedAt ?? NaN) - (mine?.closedAt ?? NaN)) < 0.01);
  });

  it("refuses everything else", async (t) => {
    const { url } = await served(t, 1);
    assert.equal((await fetch(`${url}/v1/models`)).status, 404);
  });
});

describe("the oracle's log", () => {
  it("is the same on another clock", () => {
    const records = [
      { begunAt: 10, tokens: 2, tokensAt: [20, 25], closedAt: 27 },
      { begunAt: 30, tokens: 0, tokensAt: [], closedAt: undefined },
    ];
    const said = JSON.parse(JSON.stringify(logOf(records, 1_000))) as unknown;
    const shifted = [
      { begunAt: 110, tokens: 2, tokensAt: [120, 125], closedAt: 127 },
      { begunAt: 130, tokens: 0, tokensAt: [], closedAt: undefined },
    ];
    assert.deepEqual(readLog(said, 900), shifted);
  });

  it("may be silent about when tokens were written", () => {
    const [record] = readLog([{ t: 5, sent: 3, aborted: 0, url: "/v1/completions" }], 0);
    const silent = { begunAt: 5, tokens: 3, tokensAt: undefined, closedAt: undefined };
    assert.deepEqual(record, silent);
  });
});
