import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../../../../src/base/failure.ts";
import { SingleFlight } from "../../../../src/gateway/load/singleFlight.ts";
import type { UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";
import type { CompletionRequest } from "../../../../src/wire/messages.ts";
import { HandUpstream, wholeAnswer } from "../../../helpers/handUpstream.ts";
import { holds } from "../../../helpers/property.ts";
import { aRequest } from "../../../helpers/requests.ts";
import { settled } from "../../../helpers/settled.ts";

const never = new AbortController().signal;

/** The same text in a string of its own, as another frame brings it. */
const copy = (text: string): string => Buffer.from(text).toString();
const sameRequest = (): CompletionRequest =>
  aRequest({ before: copy("const a = "), snippets: [copy("one")] });

describe("identical requests of a tenant", () => {
  let model: HandUpstream;
  let flights: SingleFlight;

  beforeEach(() => {
    model = new HandUpstream();
    flights = new SingleFlight((...ask) => model.complete(...ask));
  });
  const ask = (request = sameRequest(), signal = never) => flights.complete(request, signal);

  it("are one question to the model, and each gets all of its text", async () => {
    const first = wholeAnswer(ask());
    model.last.say("one ");
    await settled();
    const second = wholeAnswer(ask());
    model.last.say("two");
    model.last.end();
    assert.deepEqual(await Promise.all([first, second]), ["one two", "one two"]);
    assert.equal(model.calls.length, 1);
  });

  it("are not the same where one of them says more of other files", () => {
    const none = aRequest({ before: "const a = ", snippets: [] });
    for (const request of [none, sameRequest()]) void ask(request).next();
    assert.equal(model.calls.length, 2);
  });

  it("are asked in the turn in which they come", () => {
    void ask().next();
    assert.equal(model.calls.length, 1);
  });

  it("get the same usage and reason to stop", async () => {
    const end = {
      stop: "limit",
      usage: { inputTokens: 5, cachedTokens: 4, outputTokens: 3 },
    } as const;
    const ended = new SingleFlight(async function* () {
      yield await Promise.resolve("a");
      return end;
    });
    const read = async (answer: UpstreamAnswer) => {
      await answer.next();
      return (await answer.next()).value;
    };
    const request = sameRequest();
    const both = [ended.complete(request, never), ended.complete(sameRequest(), never)];
    assert.deepEqual(await Promise.all(both.map(read)), [end, end]);
  });

  it("fail together", async () => {
    const both = [wholeAnswer(ask()), wholeAnswer(ask())];
    const failure = new Failure("upstream-down", "down");
    model.last.say("a");
    model.last.fail(failure);
    for (const each of both) await assert.rejects(each, failure);
    assert.equal(model.calls.length, 1);
  });

  it("stop the model only when the last one leaves, and then in the same turn", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const answers = [ask(sameRequest(), one.signal), ask(sameRequest(), other.signal)];
    const reads = answers.map((answer) => answer.next());
    const left = new Error("typed on");
    one.abort(left);
    await assert.rejects(reads[0] ?? Promise.resolve(), left);
    assert.equal(model.last.signal.aborted, false);
    model.last.say("more");
    assert.deepEqual(await reads[1], { done: false, value: "more" });
    const read = answers[1]?.next();
    other.abort(left);
    assert.equal(model.last.signal.aborted, true);
    await assert.rejects(read ?? Promise.resolve(), left);
    await settled();
    assert.equal(model.running, 0);
  });

  it("may stop reading one by one", async () => {
    const [one, other] = [ask(), ask()];
    const reads = [one.next(), other.next()];
    model.last.say("a");
    await Promise.all(reads);
    await one.return({ stop: "done", usage: undefined });
    assert.equal(model.last.signal.aborted, false);
    assert.deepEqual(await one.next(), { done: true, value: { stop: "done", usage: undefined } });
    await other.return({ stop: "done", usage: undefined });
    assert.equal(model.last.signal.aborted, true);
  });

  it("are asked anew once the answer before is over, or was left", async () => {
    const first = wholeAnswer(ask());
    model.last.end();
    await first;
    const left = ask();
    const read = left.next();
    await left.return({ stop: "done", usage: undefined });
    await read;
    assert.equal(model.calls.length, 2);
    const third = wholeAnswer(ask());
    assert.equal(model.calls.length, 3);
    model.last.end();
    await third;
  });

  it("read at their own pace, and one that does not read holds nobody up", async () => {
    const slow = ask();
    const first = slow.next();
    const fast = wholeAnswer(ask());
    for (const text of ["a", "b", "c"]) model.last.say(text);
    model.last.end();
    assert.equal(await fast, "abc");
    assert.deepEqual(await first, { done: false, value: "a" });
    assert.equal(await wholeAnswer(slow), "bc");
  });

  it("refuse at once what was cancelled before it began, without a question", async () => {
    const gone = AbortSignal.abort(new Error("gone"));
    await assert.rejects(ask(sameRequest(), gone).next(), /gone/);
    assert.equal(model.calls.length, 0);
  });

  const others: readonly (readonly [string, Partial<CompletionRequest>])[] = [
    ["the text before", { before: "const b = " }],
    ["the text after", { after: ",\n" }],
    ["the place between them", { before: "const a =", after: " ;\n" }],
    ["the file", { path: "app/other.ts" }],
    ["the language", { languageId: "python" }],
    ["a snippet", { snippets: ["two"] }],
    ["the number of snippets", { snippets: [] }],
  ];
  for (const [what, parts] of others) {
    it(`are not those that differ in ${what}`, () => {
      void ask().next();
      void ask({ ...sameRequest(), ...parts }).next();
      assert.equal(model.calls.length, 2);
    });
  }

  it("are stopped where the model does not come to an end, and both get what there was", async () => {
    const both = [wholeAnswer(ask()), wholeAnswer(ask())];
    for (let part = 0; part < 5; part++) model.last.say("x".repeat(64 * 1024));
    const texts = await Promise.all(both);
    assert.deepEqual(
      texts.map(({ length }) => length),
      [5 * 64 * 1024, 5 * 64 * 1024],
    );
    assert.equal(model.last.signal.aborted, true);
    await settled();
    assert.equal(model.running, 0);
  });

  it("each get what the model said to their question or nothing, whoever comes and goes when", async (t) => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("ask" as const), what: fc.nat(2) }),
      fc.record({ do: fc.constant("say" as const), which: fc.nat(5) }),
      fc.record({ do: fc.constant("end" as const), which: fc.nat(5) }),
      fc.record({ do: fc.constant("fail" as const), which: fc.nat(5) }),
      fc.record({ do: fc.constant("leave" as const), which: fc.nat(8) }),
      fc.record({ do: fc.constant("turn" as const) }),
    );
    await holds(
      t,
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const upstream = new HandUpstream();
        const shared = new SingleFlight((...question) => upstream.complete(...question));
        const said = new Map<number, string>();
        const asked: { what: number; got: string; how: string; abort: AbortController }[] = [];
        const texts = ["a", "b", "c"];
        const read = async (reader: (typeof asked)[number], answer: UpstreamAnswer) => {
          try {
            for await (const text of answer) reader.got += text;
            reader.how = "end";
          } catch (error) {
            reader.how = error instanceof Failure ? error.code : "left";
          }
        };
        for (const each of steps) {
          const running = upstream.calls.filter(({ isOver, signal }) => !isOver && !signal.aborted);
          if (each.do === "turn") await settled();
          else if (each.do === "ask") {
            const reader = { what: each.what, got: "", how: "", abort: new AbortController() };
            asked.push(reader);
            const request = aRequest({ before: copy(texts[each.what] ?? "") });
            void read(reader, shared.complete(request, reader.abort.signal));
          } else if (each.do === "leave") asked[each.which]?.abort.abort(new Error("left"));
          else {
            const call = running[each.which % Math.max(1, running.length)];
            if (!call) continue;
            const at = upstream.calls.indexOf(call);
            if (each.do === "say") {
              const text = `${at}:${said.get(at)?.length ?? 0} `;
              said.set(at, (said.get(at) ?? "") + text);
              call.say(text);
            } else if (each.do === "end") call.end();
            else call.fail(new Failure("upstream-down", "down"));
          }
          const open = upstream.calls.filter(({ signal, isOver }) => !isOver && !signal.aborted);
          const befores = open.map(({ request }) => request?.before);
          await settled();
          if (each.do === "ask")
            assert.equal(new Set(befores).size, befores.length, "asked twice at a time");
        }
        for (const call of upstream.calls) call.end();
        await settled();
        for (const { got, how, what } of asked) {
          assert.notEqual(how, "", "it has one end");
          if (got === "") continue;
          const call = Number(got.split(":")[0]);
          assert.equal(upstream.calls[call]?.request?.before, texts[what]);
          const all = said.get(call) ?? "";
          if (how === "end") assert.equal(got, all);
          else assert.ok(all.startsWith(got));
        }
        assert.equal(upstream.running, 0);
      }),
      300,
    );
  });
});
