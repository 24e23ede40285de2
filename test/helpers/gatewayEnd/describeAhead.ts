import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { AheadText } from "../../../src/wire/messages.ts";
import type { MakePair } from "../socketPairs.ts";
import type { TypedDocument } from "../typist.ts";
import { cancelled, ended, PlainGatewayEnd, remote, resync } from "./gatewayEnd.ts";

const ahead = (text: string, deletedAfterChars = 0): AheadText => ({ text, deletedAfterChars });

/** PROTOCOL.md sections 6 and 8 at the gateway: asks ahead. */
export function describeAhead(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  let document: TypedDocument;
  beforeEach(async () => {
    end = await PlainGatewayEnd.greeted(makePair);
    document = end.typist.open("const a = 1;\n");
  });
  afterEach(() => {
    end.dispose();
  });

  /** The text the gateway answers from, the cursor as `█`. */
  async function held(stream: number): Promise<string> {
    const { before, after } = (await end.desk.ask(stream)).request;
    return `${before}█${after}`;
  }
  const keeping = (text: string, deletedAfterChars = 0) => ({
    keepsOlder: true,
    ahead: ahead(text, deletedAfterChars),
  });

  it("answers from the text as it would be if it had been accepted", async () => {
    const stream = document.ask(10, { ahead: ahead("f(2)", 1) });
    assert.equal(await held(stream), "const a = f(2)█;\n");
    assert.equal(await held(document.ask(0, { ahead: ahead("// b\n") })), "// b\n█const a = 1;\n");
    assert.equal(await held(document.ask(13, { ahead: ahead("b") })), "const a = 1;\nb█");
    assert.equal(await held(document.ask(5, { ahead: ahead("", 8) })), "const█");
    assert.equal(await held(document.ask(5, { ahead: ahead("") })), "const█ a = 1;\n");
  });

  it("leaves the document and its cursor as they are", async () => {
    await held(document.ask(10, { ahead: ahead("f(2)", 1) }));
    assert.equal(await held(document.type("2")), "const a = 2█1;\n");
    assert.equal(await held(document.type("3", { ahead: ahead("4", 1) })), "const a = 234█;\n");
    assert.equal(await held(document.type("5")), "const a = 235█1;\n");
  });

  it("takes half a character, and runs of spaces", async () => {
    assert.equal(await held(document.ask(0, { ahead: ahead("\ud83d") })), "\ud83d█const a = 1;\n");
    const indent = `\n${" ".repeat(41)}`;
    assert.equal(await held(document.ask(6, { ahead: ahead(indent) })), `const ${indent}█a = 1;\n`);
  });

  it("takes a deletion beyond the text for another text, not for a failure of the link", async () => {
    assert.equal(await held(document.ask(10, { ahead: ahead("b", 3) })), "const a = b█");
    const streams = [document.ask(10, { ahead: ahead("b", 4) }), document.ask(10)];
    assert.deepEqual(await end.said(), [cancelled(1), ...streams.map(resync)]);
    document.open(document.text);
    document.ask(10);
    assert.equal(await held(2), "const a = █1;\n");
  });

  it("takes 8,192 units ahead, and closes with 1009 upon one more", async () => {
    const longest = "x".repeat(8_192);
    assert.equal(await held(document.ask(0, { ahead: ahead(longest, 13) })), `${longest}█`);
    document.ask(0, { ahead: ahead(`${longest}x`, 13) });
    await end.assertClosedWith(1009);
  });

  const wrong: Readonly<Record<string, string>> = {
    "an edit ahead that asks nothing": "980800000061",
    "an ask ahead that is cut short": "990800050000",
    "an ask ahead by a text longer than the frame": "9908000561000000",
    "an ask ahead by UTF-16 that is cut in mid-unit": "99090001610000000000",
    "an ask ahead by what is not UTF-8": "9908000180000000",
    "an unknown bit of the extension": "9910000000",
  };
  for (const [what, hex] of Object.entries(wrong)) {
    it(`closes with 4400 upon ${what}`, async () => {
      end.client.sayBytes(Buffer.from(hex, "hex"));
      await end.assertClosedWith(4400);
    });
  }

  it("lets three asks of a document live side by side, each with its own text and one end", async () => {
    document.ask(10);
    document.ask(10, keeping("f(2)", 1));
    document.ask(10, keeping("f(2);\n", 3));
    const texts = [await held(1), await held(2), await held(3)];
    assert.deepEqual(texts, ["const a = █1;\n", "const a = f(2)█;\n", "const a = f(2);\n█"]);
    assert.ok(end.desk.asks.every(({ signal }) => !signal.aborted));
    for (const stream of [3, 1, 2]) {
      const ask = await end.desk.ask(stream);
      const count = end.client.received.length;
      ask.text(`of ${stream}`);
      ask.end();
      ask.end();
      await end.client.messages(count + 2);
    }
    const expected = [3, 1, 2].flatMap((each) => [remote(each, `of ${each}`), ended(each)]);
    assert.deepEqual(await end.said(), expected);
    assert.deepEqual(end.outcomes, ["end", "end", "end"]);
  });

  it("supersedes nothing by asks ahead that keep older ones, of which the fourth ends the oldest", async () => {
    document.ask(10);
    for (const text of ["b", "c"]) document.ask(10, keeping(text));
    assert.deepEqual(await end.said(), []);
    document.ask(10, keeping("d"));
    assert.deepEqual(await end.said(), [cancelled(1)]);
  });

  it("supersedes older ones by an ask ahead that does not keep them, and by a key", async () => {
    document.ask(10, keeping("b"));
    document.ask(10, keeping("c"));
    document.ask(10, { ahead: ahead("d") });
    assert.deepEqual(await end.said(), [cancelled(1), cancelled(2)]);
    document.ask(10, keeping("e"));
    document.type("f");
    await end.desk.ask(5);
    assert.deepEqual(await end.said(), [1, 2, 3, 4].map(cancelled));
    assert.deepEqual(
      end.desk.asks.map(({ signal }) => !signal.aborted),
      [false, false, false, false, true],
    );
  });

  it("ends one of three upon its cancel, and leaves the others alone", async () => {
    document.ask(10);
    document.ask(10, keeping("b"));
    document.ask(10, keeping("c"));
    end.typist.cancel(2);
    assert.deepEqual(await end.said(), [cancelled(2)]);
    document.ask(10, keeping("d")); // there is room for it
    for (const stream of [1, 3, 4]) (await end.desk.ask(stream)).end();
    await end.client.until(() => end.outcomes.length === 4);
    const others = (await end.said()).slice(1);
    assert.deepEqual(new Set(others), new Set([1, 3, 4].map(ended)));
    assert.equal(others.length, 3);
  });

  it("refuses one ahead by too much, and leaves older ones alone where it keeps them", async () => {
    document.ask(10);
    document.ask(10, keeping("b", 4));
    assert.deepEqual(await end.said(), [resync(2)]);
    (await end.desk.ask(1)).end();
    await end.client.until(() => end.outcomes.length === 2);
    assert.deepEqual(await end.said(), [resync(2), ended(1)]);
  });
}
