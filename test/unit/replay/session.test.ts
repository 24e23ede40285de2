import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type KeyTrace, readKeyTrace } from "../../bench/replay/keyTrace.ts";
import { makeSession, sessionSeed } from "../../bench/replay/makeSession.ts";

const file = join(import.meta.dirname, "../../bench/replay/session.keys.json");
const session = await readKeyTrace(file);

/** What the keys make of the region. */
const typedBy = ({ events }: KeyTrace): string =>
  events.reduce((text, event) => (event.op === "ins" ? text + event.text : text.slice(0, -1)), "");

describe("the session that the repository carries", () => {
  it("types its region, slips and all", () => {
    assert.equal(typedBy(session), session.final.slice(session.regionStart, session.regionEnd));
    assert.ok(session.events.some(({ op }) => op === "del"));
  });

  it("is what the maker makes of its text", () => {
    const lineOf = (offset: number) => session.final.slice(0, offset).split("\n").length;
    const [firstLine, lastLine] = [lineOf(session.regionStart), lineOf(session.regionEnd)];
    const path = session.path ?? "";
    const made = makeSession(session.final, { path, firstLine, lastLine, seed: sessionSeed });
    assert.deepEqual(made, session);
  });
});

describe("a made session", () => {
  it("types the lines in human time, whatever decides the chances", () => {
    const final = "first\nif (true) {\n  zebra();\n\n}\nlast";
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const made = makeSession(final, { path: "a.ts", firstLine: 2, lastLine: 5, seed });
        assert.equal(typedBy(made), "if (true) {\n  zebra();\n\n}");
        assert.equal(final.slice(made.regionStart, made.regionEnd), typedBy(made));
        const times = made.events.map(({ t }) => t);
        assert.ok(times.every((t, index) => t - (times[index - 1] ?? 0) >= 60));
      }),
    );
  });
});
