import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { AnswerEvents } from "../../../../src/gateway/upstreams/answerEvents.ts";
import type { Ask } from "../../../../src/gateway/upstreams/dialect.ts";
import { UpstreamFailures } from "../../../../src/gateway/upstreams/upstreamFailures.ts";
import { settled } from "../../../helpers/settled.ts";

const ask: Ask = {
  url: new URL("http://localhost/"),
  work: "completion",
  body: {},
  format: "ndjson",
  privateTexts: [],
  read: (text) => ({ kind: "text", text }),
};
const failures = new UpstreamFailures({ name: "a model", model: "", apiKey: undefined });

describe("the events of an answer", () => {
  it("all come to a reader that was far behind, and are not read on meanwhile", async () => {
    let given = 0;
    const lines = function* () {
      for (; given < 200; given++) yield `${given} `.padEnd(4_000, "x") + "\n";
    };
    const body = Readable.from(lines(), { objectMode: false, highWaterMark: 1 });
    const events = new AnswerEvents(body, ask, failures);
    for (let turn = 0; turn < 20; turn++) await settled();
    assert.ok(given < 100, `${given} of 200 were read ahead`);
    let count = 0;
    for (let event = await events.next(); event; event = await events.next())
      assert.equal(Number.parseInt(event.text), count++);
    assert.equal(count, 200);
  });
});
