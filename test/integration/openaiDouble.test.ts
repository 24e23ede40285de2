/** The double of OpenAI's API, driven by the official client: what that cannot talk to is no double. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import { OpenAI } from "openai";
import {
  ResponsesWebSocketSession,
  type ResponsesWebSocketEvent,
  type ResponsesWebSocketLane,
} from "openai/lib/responses/responses-websocket-session";
import type { ResponsesServerEvent } from "openai/resources/responses/responses";
import { ResponsesWS } from "openai/resources/responses/ws";
import { OpenaiDouble } from "../helpers/openaiDouble/openaiDouble.ts";
import type { DoubleScript } from "../helpers/openaiDouble/switches.ts";

const limits = { maxLanes: 64, maxBufferedEvents: 10_000, maxBufferedBytes: 10_000_000 };
const words = Array.from({ length: 40 }, (_, index) => `w${index} `);

interface Foreign {
  readonly double: OpenaiDouble;
  readonly ws: ResponsesWS;
  readonly session: ResponsesWebSocketSession;
  /** What came outside of lanes. */
  readonly errors: Error[];
}

async function connect(t: TestContext, script: DoubleScript = {}): Promise<Foreign> {
  const double = await new OpenaiDouble(script).listen();
  const client = new OpenAI({ baseURL: `${double.url}/v1`, apiKey: "sk-any", maxRetries: 0 });
  const ws = new ResponsesWS(client);
  const errors: Error[] = [];
  ws.on("error", (error) => errors.push(error));
  t.after(async () => {
    ws.close();
    await double.close();
  });
  await once(ws.socket as unknown as NodeJS.EventEmitter, "open").catch(() => undefined);
  return { double, ws, session: new ResponsesWebSocketSession(ws, limits), errors };
}

const fields = { model: "tiny", store: false, max_output_tokens: 64 } as const;

/** All events of one response. */
async function eventsOf(lane: ResponsesWebSocketLane): Promise<ResponsesWebSocketEvent[]> {
  const events: ResponsesWebSocketEvent[] = [];
  for (;;) {
    const event = await lane.receive();
    events.push(event);
    if (/^(response\.(completed|incomplete|failed)|error)$/.test(event.type)) return events;
  }
}

const textOf = (events: readonly ResponsesWebSocketEvent[]) =>
  events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");

/** What an event that ends a response may have. */
interface Ending {
  readonly type: string;
  readonly response?: { readonly id: string };
  readonly error?: { readonly code: string };
}

const endingOf = (events: readonly unknown[]) => events.at(-1) as Ending;

/** The id by which a response can be gone on from. */
function idOf(events: readonly unknown[]): string {
  const { type, response } = endingOf(events);
  assert.ok(response && type === "response.completed", type);
  return response.id;
}

/** The code of the error that events end with, or the type of another end. */
function codeOf(events: readonly unknown[]): string {
  const { type, error } = endingOf(events);
  return error?.code ?? type;
}

describe("the official client and the double", () => {
  it("speak in the documented order, numbered, without a lane's name on the default lane", async (t) => {
    const { session } = await connect(t);
    const lane = session.lane();
    lane.create({ ...fields, input: "hi" });
    const events = await eventsOf(lane);
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        ...["response.created", "response.in_progress", "response.output_item.added"],
        ...["response.content_part.added", "response.output_text.delta"],
        ...["response.output_text.delta", "response.output_text.done"],
        ...["response.content_part.done", "response.output_item.done", "response.completed"],
      ],
    );
    for (const [index, event] of events.entries()) {
      assert.equal("sequence_number" in event ? event.sequence_number : undefined, index);
      assert.equal(event.stream_id, undefined);
    }
  });

  it("run named lanes side by side, each in order", async (t) => {
    const { session, double } = await connect(t, { tokens: words, tokenMs: 1 });
    const lanes = ["one", "two", "three"].map((name) => session.lane(name));
    for (const lane of lanes) {
      lane.create({ ...fields, input: "first" });
      lane.create({ ...fields, input: "second" });
    }
    for (const lane of lanes) {
      for (let i = 0; i < 2; i++) assert.equal(textOf(await eventsOf(lane)), words.join(""));
    }
    const order = double.records.map(({ lane, body }) => `${lane} ${String(body["input"])}`);
    assert.deepEqual(order.slice(0, 3), ["one first", "two first", "three first"]);
    const [first, second] = double.records.filter(({ lane }) => lane === "one");
    assert.ok((first?.tokensAt.at(-1) ?? Infinity) < (second?.tokensAt[0] ?? 0));
    const two = double.records.find(({ lane }) => lane === "two");
    assert.ok((two?.tokensAt[0] ?? Infinity) < (first?.tokensAt.at(-1) ?? 0)); // interleaved
  });

  it("end at the output limit, with what was counted", async (t) => {
    const { session } = await connect(t, { tokens: words });
    const lane = session.lane("one");
    lane.create({ ...fields, max_output_tokens: 16, input: "hi" });
    const response = await lane.finalResponse();
    assert.equal(response.status, "incomplete");
    assert.equal(response.incomplete_details?.reason, "max_output_tokens");
    assert.equal(response.usage?.output_tokens, 16);
  });

  it("warm up without a word, fork from that on other lanes, and count what was cached", async (t) => {
    const { session, double } = await connect(t);
    const context = session.lane("ctx");
    context.create({ ...fields, input: "a long text ".repeat(50), generate: false });
    const warm = await eventsOf(context);
    assert.equal(textOf(warm), "");
    assert.equal(warm.at(-1)?.type, "response.completed");
    for (const name of ["one", "two"]) {
      const lane = session.lane(name);
      lane.create({ ...fields, input: "short", previous_response_id: idOf(warm) });
      const { usage } = await lane.finalResponse();
      assert.ok((usage?.input_tokens_details.cached_tokens ?? 0) > 100);
    }
    assert.ok(double.usage.cachedTokens > 200);
  });

  it("go on from the latest response of a lane, and from no older one", async (t) => {
    const { session } = await connect(t);
    const lane = session.lane("one");
    const next = async (previous?: string) => {
      const parent = previous === undefined ? {} : { previous_response_id: previous };
      lane.create({ ...fields, input: "x", ...parent });
      return eventsOf(lane);
    };
    const first = idOf(await next());
    const second = idOf(await next(first));
    assert.equal(codeOf(await next(first)), "previous_response_not_found");
    idOf(await next(second)); // a failed fork from elsewhere would have kept it too
  });

  it("keep what a failed fork went on from, and drop it on its own lane", async (t) => {
    const { session, double } = await connect(t);
    const [one, two] = [session.lane("one"), session.lane("two")];
    one.create({ ...fields, input: "x" });
    const parent = idOf(await eventsOf(one));
    const failing = { ...fields, input: "x", previous_response_id: parent };
    double.script = { model: "other" };
    two.create(failing);
    assert.equal(codeOf(await eventsOf(two)), "model_not_found");
    double.script = {};
    two.create(failing);
    idOf(await eventsOf(two));
    double.script = { model: "other" };
    one.create(failing);
    assert.equal(codeOf(await eventsOf(one)), "model_not_found");
    double.script = {};
    one.create(failing);
    assert.equal(codeOf(await eventsOf(one)), "previous_response_not_found");
  });

  it("lose what was not stored with the socket, and find what was", async (t) => {
    const { session, ws, double } = await connect(t);
    const lane = session.lane("one");
    lane.create({ ...fields, input: "x" });
    const lost = idOf(await eventsOf(lane));
    lane.create({ ...fields, store: true, input: "x" });
    const stored = idOf(await eventsOf(lane));
    ws.close();
    const client = new OpenAI({ baseURL: `${double.url}/v1`, apiKey: "sk-any", maxRetries: 0 });
    const ask = (id: string) =>
      client.responses.create({ ...fields, input: "y", previous_response_id: id, stream: true });
    await assert.rejects(ask(lost), /previous_response_not_found|not found/i);
    let text = "";
    for await (const event of await ask(stored))
      if (event.type === "response.output_text.delta") text += event.delta;
    assert.equal(text, "hello world");
  });

  it("have 32 names for a socket, and one more is refused on its own lane", async (t) => {
    const { session } = await connect(t);
    const ask = async (name: string) => {
      const lane = session.lane(name);
      lane.create({ ...fields, input: "x" });
      return eventsOf(lane);
    };
    for (let index = 0; index < 32; index++) idOf(await ask(`l${index}`));
    const refused = await ask("one-more");
    assert.equal(codeOf(refused), "websocket_stream_limit_reached");
    assert.equal(refused.at(-1)?.stream_id, "one-more");
  });

  it("run 16 responses at a time and keep the rest waiting", async (t) => {
    const { session, double } = await connect(t, { tokens: words, tokenMs: 1 });
    const lanes = Array.from({ length: 20 }, (_, index) => session.lane(`l${index}`));
    for (const lane of lanes) lane.create({ ...fields, input: "x" });
    await double.until(() => double.records.length === 16);
    await Promise.all(lanes.map(eventsOf));
    const endOf = (index: number) => double.records[index]?.tokensAt.at(-1) ?? 0;
    const firstEnd = Math.min(...Array.from({ length: 16 }, (_, index) => endOf(index)));
    assert.equal(double.records.length, 20);
    for (const { tokensAt } of double.records.slice(16)) assert.ok((tokensAt[0] ?? 0) > firstEnd);
  });

  it("end a socket that is too old with an error of no lane", async (t) => {
    const { ws, double } = await connect(t);
    const received: ResponsesServerEvent[] = [];
    ws.on("event", (event) => received.push(event));
    const closed = once(ws.socket as unknown as NodeJS.EventEmitter, "close");
    double.sessions[0]?.endOfAge();
    await closed;
    assert.equal(codeOf(received), "websocket_connection_limit_reached");
    assert.equal(received[0]?.stream_id, undefined);
  });

  for (const [status, script] of [
    [426, { upgrade: { kind: "status", status: 426 } }],
    [429, { upgrade: { kind: "status", status: 429, headers: { "Retry-After": "1" } } }],
  ] as const) {
    it(`refuse an upgrade with ${status}`, async (t) => {
      const double = await new OpenaiDouble(script).listen();
      t.after(() => double.close());
      const client = new OpenAI({ baseURL: `${double.url}/v1`, apiKey: "sk-any", maxRetries: 0 });
      const ws = new ResponsesWS(client);
      const error = await new Promise<Error>((resolve) => ws.on("error", resolve));
      assert.match(`${error.message} ${String(error.cause)}`, new RegExp(String(status)));
    });
  }

  it("say over HTTP what they say over the socket", async (t) => {
    const { session, double } = await connect(t);
    const lane = session.lane();
    lane.create({ ...fields, input: "hi" });
    const overSocket = await eventsOf(lane);
    const client = new OpenAI({ baseURL: `${double.url}/v1`, apiKey: "sk-any", maxRetries: 0 });
    const types: string[] = [];
    for await (const event of await client.responses.create({
      ...{ ...fields, input: "hi", stream: true },
    }))
      types.push(event.type);
    assert.deepEqual(
      types,
      overSocket.map(({ type }) => type),
    );
  });
});
