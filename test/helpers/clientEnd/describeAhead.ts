import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { textOf } from "../requests.ts";
import type { MakePair } from "../socketPairs.ts";
import { draft, end as ended, failed, isFailure, PlainClientEnd } from "./clientEnd.ts";

const never = new AbortController().signal;
const added = { text: "b", deletedAfterChars: 0 };
const accepted = { text: "f(2)", deletedAfterChars: 1 };

/** PROTOCOL.md sections 6 and 8 at the client: asks ahead. */
export function describeAhead(makePair: MakePair): void {
  let end: PlainClientEnd;
  beforeEach(async () => {
    end = await PlainClientEnd.welcomed(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  const held = (request: { before: string; after: string } | undefined) =>
    request && `${request.before}█${request.after}`;
  const kinds = () => end.said().map(({ kind }) => kind);
  const cancels = () => end.said().flatMap((said) => (said.kind === "cancel" ? [said.stream] : []));
  const lastFrame = () => {
    const last = end.said().at(-1);
    return last?.kind === "edit" ? Buffer.from(last.bytes.subarray(0, -2)).toString("hex") : "";
  };

  it("asks about the text as if it had been accepted, and goes on from the text as it is", async () => {
    const first = await end.ask("const a = █1;\n", { ahead: accepted });
    assert.equal(held(first.request), "const a = f(2)█;\n");
    end.begin(end.asked.type("2", 10));
    assert.equal(held((await end.nthAsk(2)).request), "const a = 2█1;\n");
    assert.deepEqual(kinds(), ["open", "edit", "edit"]);
    const frame = end.said()[2];
    assert.equal(frame?.kind === "edit" && frame.bytes.length, 3);
  });

  it("says it beside a typed key in one frame, which is no typed one", async () => {
    await end.ask("const a = █1;\n");
    end.begin(end.asked.type("2", 10, { ahead: accepted }));
    assert.equal(held((await end.nthAsk(2)).request), "const a = 2f(2)█;\n");
    assert.equal(lastFrame(), "99080104662832290032");
  });

  it("says whether it keeps older asks", async () => {
    await end.ask("a█", { ahead: added });
    await end.ask("a█", { ahead: added, keepsOlder: true });
    assert.deepEqual(
      end.asks().map(({ keepsOlder, request }) => [keepsOlder, held(request)]),
      [
        [false, "ab█"],
        [true, "ab█"],
      ],
    );
  });

  it("says half a character as it is", async () => {
    const { request } = await end.ask("a█", { ahead: { text: "\ud83d", deletedAfterChars: 0 } });
    assert.equal(held(request), "a\ud83d█");
  });

  it("reads three asks of a document side by side, each to its own end", async () => {
    const asks = [await end.ask("const a = █1;\n")];
    for (const text of ["f(2)", "g(3)"]) {
      const ahead = { text, deletedAfterChars: 1 };
      asks.push(await end.ask("const a = █1;\n", { ahead, keepsOlder: true }));
    }
    const texts = asks.map(({ text }) => text());
    end.gateway.say(draft(2, "two"), draft(1, "one"), ended(2), draft(3, "three"), ended(3));
    end.gateway.say(draft(1, "!"), ended(1));
    assert.deepEqual(await Promise.all(texts), ["one!", "two", "three"]);
    assert.deepEqual(cancels(), []);
  });

  it("tells of the end of one of them, and goes on with the others", async () => {
    const first = await end.ask("a█");
    const second = await end.ask("a█", { ahead: added, keepsOlder: true });
    second.controller.abort(new Error("not accepted"));
    await assert.rejects(second.text(), /not accepted/);
    end.clock.advance(2);
    await end.gateway.until(() => cancels().length === 1);
    end.gateway.say(draft(1, "one"), { kind: "cancelled", stream: 2 }, ended(1));
    assert.equal(await first.text(), "one");
    assert.deepEqual(cancels(), [2]);
  });

  it("is asked once anew, as far ahead, when the gateway says resync", async () => {
    const { text } = await end.ask("const a = █1;\n", { ahead: accepted, keepsOlder: true });
    end.gateway.say(failed(1, "resync"));
    const again = await end.nthAsk(2);
    assert.equal(held(again.request), "const a = f(2)█;\n");
    assert.ok(again.keepsOlder);
    assert.deepEqual(kinds(), ["open", "edit", "open", "edit"]);
    end.gateway.say(draft(2, "there"), ended(2));
    assert.equal(await text(), "there");
  });

  it("refuses a text that is too long and a deletion of what is not there, and stays in step", async () => {
    const wrong = [
      ["too-large", "x".repeat(8_193), 0],
      ["internal", "x", 4],
      ["internal", "x", -1],
      ["internal", "x", 0.5],
      ["internal", "x", Number.NaN],
    ] as const;
    for (const [code, text, deletedAfterChars] of wrong) {
      const ask = end.asked.ask("const a = █1;\n", { ahead: { text, deletedAfterChars } });
      await assert.rejects(textOf(end.link.complete(ask, never)), isFailure(code));
    }
    const longest = { text: "x".repeat(8_192), deletedAfterChars: 3 };
    const { text, stream, request } = await end.ask("const a = █1;\n", { ahead: longest });
    assert.equal(held(request), `const a = ${longest.text}█`);
    end.gateway.say(draft(stream, "fine"), ended(stream));
    assert.equal(await text(), "fine");
    assert.equal(stream, 1);
  });
}
