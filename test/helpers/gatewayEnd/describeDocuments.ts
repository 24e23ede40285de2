import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { contentIdOf, wholeHashOf } from "../../../src/wire/contentId.ts";
import { documentLimits } from "../../../src/wire/limits.ts";
import type { OpenMessage } from "../../../src/wire/messages.ts";
import type { MakePair } from "../socketPairs.ts";
import { PlainGatewayEnd, resync } from "./gatewayEnd.ts";

const name = { isConfined: false, path: "app/a.ts", languageId: "typescript" };

/** PROTOCOL.md sections 5 and 9 at the gateway. */
export function describeDocuments(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  beforeEach(async () => {
    end = await PlainGatewayEnd.greeted(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  /** Opens a part of a document, the rest of which is unknown. */
  function openPart(text: string, from: number, to: number) {
    const document = end.typist.open(text, { offset: from, text: text.slice(from, to) });
    document.cursor = from;
    return document;
  }

  async function recall(number: number, text: string, as: OpenMessage["name"] = name) {
    const contentId = contentIdOf(as, text);
    const nextStream = end.typist.lastStream + 1;
    end.client.say({ kind: "recall", document: number, nextStream, contentId });
    return (await end.said()).at(-1);
  }

  it("answers from the text of the document that was opened, and its name", async () => {
    end.typist.open("const a = ;\n", { name }).ask(10);
    assert.deepEqual((await end.desk.ask(1)).request, {
      path: "app/a.ts",
      languageId: "typescript",
      isConfined: false,
      before: "const a = ",
      after: ";\n",
      snippets: [],
    });
  });

  it("puts the cursor where the part begins", async () => {
    const document = openPart("0123456789", 3, 10);
    document.change([{ offset: 3, deletedChars: 0, text: "abc" }]);
    document.fill(0, "012");
    document.ask(6);
    assert.equal((await end.desk.ask(1)).request.before, "012abc");
  });

  it("takes the new text of a document that is opened again, under the name it has now", async () => {
    const document = end.typist.open("old");
    document.open("new", { name });
    document.ask(3);
    const { request } = await end.desk.ask(1);
    assert.equal(request.before, "new");
    assert.equal(request.path, "app/a.ts");
  });

  it("keeps lone surrogates, and passes on what is round the cursor", async () => {
    end.typist.open("a\ud83d b\n\ude00c").ask(5);
    const { request } = await end.desk.ask(1);
    assert.equal(request.before, "a\ud83d b\n");
    assert.equal(request.after, "\ude00c");
  });

  describe("a document of which a part is known", () => {
    const lines = Array.from({ length: 200 }, (_, at) => `line ${at}\n`).join("");
    const at = lines.indexOf("line 100");

    it("answers with whole lines of the known part", async () => {
      openPart(lines, at - 305, at + 305).ask(at);
      const { before, after } = (await end.desk.ask(1)).request;
      assert.ok(lines.slice(0, at).endsWith(`\n${before}`) && before.length > 290);
      assert.ok(lines.slice(at).startsWith(after) && after.length > 290 && after.endsWith("\n"));
    });

    it("is told to be sent again where an ask is near what is unknown", async () => {
      const document = openPart(lines, at - 300, at + 300);
      document.ask(at - 173);
      document.ask(at - 172); // 128 units are known there, but it is too late
      assert.deepEqual(await end.said(), [resync(1), resync(2)]);
      assert.equal(end.desk.asks.length, 0);
    });

    it("answers up to 128 units from what is unknown", async () => {
      openPart(lines, at - 300, at + 300).ask(at - 172);
      await end.desk.ask(1);
    });

    it("is whole once it was filled, in any order, edits between", async () => {
      const document = openPart(lines, at - 300, at + 300);
      const fill = (from: number, to: number) => {
        document.fill(from, document.text.slice(from, to));
      };
      document.change([{ offset: at, deletedChars: 0, text: "new\n" }]);
      fill(at + 304, document.text.length);
      fill(200, at - 300);
      document.change([{ offset: 500, deletedChars: 3, text: "" }]);
      fill(0, 200);
      end.client.say({ kind: "verify", document: 1, hash: wholeHashOf(document.text) });
      document.ask(at);
      const { before, after } = (await end.desk.ask(1)).request;
      assert.equal(before + after, document.text);
      assert.deepEqual(await end.said(), []);
    });

    it("is no longer held where a fill lies outside of what is unknown", async () => {
      for (const [offset, text] of [
        [at, "x"],
        [at - 301, "xy"],
        [lines.length - 1, "xy"],
      ] as const) {
        const document = openPart(lines, at - 300, at + 300);
        document.fill(offset, text);
        const stream = document.ask(at);
        assert.deepEqual((await end.said()).at(-1), resync(stream), `a fill at ${offset}`);
      }
    });
  });

  describe("what is known again by its content", () => {
    const text = "export const a = 1;\n";

    it("is open, whole, its cursor at the start, under its new number", async () => {
      end.typist.open(text, { name }).close();
      assert.deepEqual(await recall(7, text), { kind: "recalled", document: 7, isKnown: true });
      const document = end.typist.open("other");
      document.ask(5);
      await end.desk.ask(1);
      assert.deepEqual(await recall(7, text), { kind: "recalled", document: 7, isKnown: false });
      const again = end.typist.open(text, { document: 7, name });
      again.close();
      await recall(7, text);
      again.recalled(name);
      again.focus();
      const stream = again.type("// ");
      const { request } = await end.desk.ask(stream);
      assert.equal(request.before + request.after, `// ${text}`);
    });

    it("is not the focus", async () => {
      end.typist.open(text, { name }).close();
      const document = end.typist.open("focus");
      await recall(7, text);
      document.ask(5);
      assert.equal((await end.desk.ask(1)).request.before, "focus");
    });

    it("is known as it was when it was closed", async () => {
      const document = end.typist.open(text, { name });
      document.change([{ offset: 0, deletedChars: 0, text: "// " }]);
      document.close();
      assert.equal((await recall(7, text))?.kind, "recalled");
      assert.deepEqual(await recall(8, text), { kind: "recalled", document: 8, isKnown: false });
      assert.deepEqual(await recall(9, `// ${text}`), {
        kind: "recalled",
        document: 9,
        isKnown: true,
      });
    });

    it("is told by its flags, path and language too", async () => {
      end.typist.open(text, { name }).close();
      for (const other of [{ isConfined: true }, { path: "app/b.ts" }, { languageId: "c" }]) {
        const answer = await recall(7, text, { ...name, ...other });
        assert.deepEqual(answer, { kind: "recalled", document: 7, isKnown: false });
      }
      assert.deepEqual(await recall(7, text), { kind: "recalled", document: 7, isKnown: true });
    });

    it("is not what was never whole, or found to differ", async () => {
      openPart(text, 0, 5).close();
      const wrong = end.typist.open(text, { name });
      wrong.ask(3, { check: 0 });
      wrong.close();
      assert.deepEqual(await recall(7, text), { kind: "recalled", document: 7, isKnown: false });
      end.client.say({ kind: "focus", document: 7 });
      await end.assertClosedWith(4400);
    });

    it("is the most recent of up to 4 Mi units", async () => {
      const texts = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(1_000_000));
      for (const each of texts) {
        end.typist.open(each, { name }).close();
        await end.said(); // no client has megabytes on their way
      }
      const known: boolean[] = [];
      for (const [at, each] of texts.entries()) {
        const answer = await recall(100 + at, each);
        known.push(answer?.kind === "recalled" && answer.isKnown);
      }
      assert.deepEqual(known, [false, true, true, true, true]);
    });

    it("numbers the next stream anew", async () => {
      end.typist.open(text, { name }).close();
      end.typist.lastStream = 41;
      await recall(7, text);
      const stream = end.typist.open("x").ask(1);
      (await end.desk.ask(1)).end();
      assert.equal(stream, 42);
      await end.client.until(() => end.client.received.at(-1)?.kind === "end");
    });
  });

  it("takes edits for the document in focus", async () => {
    const first = end.typist.open("first");
    const second = end.typist.open("second");
    second.ask(6);
    first.focus();
    first.ask(5);
    assert.equal((await end.desk.ask(1)).request.before, "second");
    assert.equal((await end.desk.ask(2)).request.before, "first");
  });

  it("says nothing of a verified text that is the same, and resync of one that differs", async () => {
    const document = end.typist.open("the text");
    end.client.say({ kind: "verify", document: 1, hash: wholeHashOf("the text") });
    assert.deepEqual(await end.said(), []);
    end.client.say({ kind: "verify", document: 1, hash: wholeHashOf("the next") });
    assert.deepEqual(await end.said(), [{ kind: "resync", document: 1 }]);
    document.ask(3);
    assert.deepEqual((await end.said()).at(-1), resync(1));
    document.open("the next");
    document.ask(3);
    await end.desk.ask(1);
  });

  it("says resync of a verified text that is not wholly known", async () => {
    openPart("the text", 0, 4);
    end.client.say({ kind: "verify", document: 1, hash: wholeHashOf("the text") });
    assert.deepEqual(await end.said(), [{ kind: "resync", document: 1 }]);
  });

  it("marks what is asked in a confined document", async () => {
    end.typist.open("secret", { name: { ...name, isConfined: true } }).ask(6);
    assert.equal((await end.desk.ask(1)).request.isConfined, true);
  });

  it("holds 64 documents and 8 Mi units, and closes with 4400 upon more", async () => {
    for (let each = 0; each < documentLimits.documents; each++) end.typist.open("x");
    assert.deepEqual(await end.said(), []);
    end.typist.open("one too many");
    await end.assertClosedWith(4400);
  });

  it("counts what is known of each document and what edits add, its name and 256 units more", async () => {
    const ownChars = documentLimits.baseChars + name.path.length + name.languageId.length;
    const whole = "x".repeat(1_000_000);
    for (let each = 0; each < 8; each++) {
      end.typist.open(whole, { name });
      await end.said(); // no client has megabytes on their way
    }
    const left = documentLimits.totalChars - 8 * (whole.length + ownChars) - ownChars;
    const lengthChars = documentLimits.maxChars - 1; // most of it is unknown
    const document = end.typist.open("x".repeat(left - 1), { name, lengthChars });
    document.open("x".repeat(left - 1), { name, lengthChars }); // in its own place
    document.change([{ offset: 0, deletedChars: 0, text: "y" }]);
    assert.deepEqual(await end.said(), []);
    document.change([{ offset: 0, deletedChars: 0, text: "z" }]);
    await end.assertClosedWith(4400);
  });

  const wrong: Readonly<Record<string, () => unknown>> = {
    "an edit without a document": () => {
      end.client.sayBytes(Buffer.of(0x61, 0, 0));
    },
    "an edit of a document that was closed": () => {
      const document = end.typist.open("x");
      document.close();
      document.ask(1);
    },
    "a focus on a document that is not open": () => {
      end.client.say({ kind: "focus", document: 3 });
    },
    "a fill of a document that is not open": () => {
      end.client.say({ kind: "fill", document: 3, offset: 0, text: "x" });
    },
    "a verify of a document that is not open": () => {
      end.client.say({ kind: "verify", document: 3, hash: wholeHashOf("x") });
    },
    "a part that goes beyond its document": () => end.typist.open("abc", { lengthChars: 2 }),
    "a part that begins beyond its document": () =>
      end.typist.open("", { lengthChars: 2, offset: 3 }),
  };
  for (const [what, say] of Object.entries(wrong)) {
    it(`closes with 4400 upon ${what}`, async () => {
      say();
      await end.assertClosedWith(4400);
    });
  }
}
