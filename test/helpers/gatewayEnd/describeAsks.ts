import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { MakePair } from "../socketPairs.ts";
import type { TypedDocument } from "../typist.ts";
import { PlainGatewayEnd, resync } from "./gatewayEnd.ts";

/** PROTOCOL.md section 6 at the gateway. */
export function describeAsks(makePair: MakePair): void {
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

  /** Says a frame as bytes, with the check that follows from what it means; returns the stream. */
  function sayRaw(hex: string, meant: { readonly text: string; readonly cursor: number }): number {
    const [before, after] = [document.text.slice(0, document.cursor), meant.text];
    // What it means is one edit from the old cursor on; the digest must agree with that.
    const spoken = document;
    assert.ok(after.startsWith(before));
    const inserted = meant.text.slice(before.length, meant.cursor);
    const silent = end.client.sayBytes.bind(end.client);
    let check = 0;
    end.client.sayBytes = (...frames) => {
      const [frame = new Uint8Array()] = frames;
      check = Buffer.from(frame).readUInt16BE(frame.length - 2);
    };
    const stream = spoken.type(inserted);
    end.client.sayBytes = silent;
    const tail = Buffer.alloc(2);
    tail.writeUInt16BE(check);
    end.client.sayBytes(Buffer.concat([Buffer.from(hex, "hex"), tail]));
    return stream;
  }

  it("reads what is typed: at the cursor, and a completion is asked", async () => {
    assert.equal(await held(document.type("x")), "x█const a = 1;\n");
    assert.equal(await held(document.type("yz")), "xyz█const a = 1;\n");
    assert.equal(await held(document.type("\u0000")), "xyz\u0000█const a = 1;\n");
    assert.equal(await held(document.type("aß😀")), "xyz\u0000aß😀█const a = 1;\n");
    assert.equal(await held(document.type("ß")), "xyz\u0000aß😀ß█const a = 1;\n");
  });

  it("reads a typed frame and the same as an edit alike", async () => {
    const rest = "const a = 1;\n";
    assert.equal(await held(sayRaw("61", { text: `a${rest}`, cursor: 1 })), `a█${rest}`);
    assert.equal(await held(sayRaw("81000062", { text: `ab${rest}`, cursor: 2 })), `ab█${rest}`);
    const list = "850200000000000163"; // the first edit is none
    assert.equal(await held(sayRaw(list, { text: `abc${rest}`, cursor: 3 })), `abc█${rest}`);
  });

  it("moves the cursor by an edit that is none, which is not counted", async () => {
    assert.equal(await held(document.ask(10)), "const a = █1;\n");
    assert.equal(await held(document.ask(3)), "con█st a = 1;\n");
    end.client.sayBytes(Buffer.from("801400", "hex")); // 10 on, nothing deleted
    document.cursor = 13;
    assert.equal(await held(document.type("!")), "const a = 1;\n!█");
  });

  it("applies deletions, replacements and lists of edits one after the other", async () => {
    const edits = [
      { offset: 0, deletedChars: 5, text: "let" },
      { offset: 4, deletedChars: 1, text: "bee" },
      { offset: 0, deletedChars: 0, text: "// " },
      { offset: 13, deletedChars: 1, text: "" },
    ];
    assert.equal(await held(document.edit(edits, 12)), "// let bee =█ ;\n");
    const replaced = document.edit([{ offset: 0, deletedChars: 3, text: "" }], 9);
    assert.equal(await held(replaced), "let bee =█ ;\n");
  });

  it("takes edits that ask nothing, and answers from them later", async () => {
    document.change([{ offset: 13, deletedChars: 0, text: "one\n" }]);
    document.change([{ offset: 0, deletedChars: 6, text: "" }]);
    assert.deepEqual(await end.said(), []);
    assert.equal(await held(document.ask(7)), "a = 1;\n█one\n");
  });

  it("takes half a character, as UTF-16", async () => {
    const first = document.edit([{ offset: 0, deletedChars: 0, text: "\ud83d" }], 1);
    assert.equal(await held(first), "\ud83d█const a = 1;\n");
    const rest = document.edit([{ offset: 1, deletedChars: 0, text: "\ude00" }], 2);
    assert.equal(await held(rest), "😀█const a = 1;\n");
  });

  const outside = {
    "a start behind the end": { offset: 14, deletedChars: 0, text: "x" },
    "a deletion beyond the end": { offset: 10, deletedChars: 4, text: "" },
    "a start before the beginning": { offset: -1, deletedChars: 0, text: "x" },
  };
  for (const [what, edit] of Object.entries(outside)) {
    it(`takes an edit outside the text for another text, not for a failure of the link: ${what}`, async () => {
      const stream = document.edit([edit], 3);
      assert.deepEqual(await end.said(), [resync(stream)]);
      assert.equal(end.desk.asks.length, 0);
    });
  }

  const wrong: Readonly<Record<string, string>> = {
    "older asks kept by an edit that asks nothing": "90020000",
    "a list of no edits": "8400",
    "a list of one edit": "840100000161",
    "an edit cut short": "8000",
    "an ask without a check": "810000",
    "a text of a list that is longer than the frame": "840100000561",
    "a text in UTF-16 that is cut in mid-unit": "9001000061",
    "a text that is not UTF-8": "800000e282",
  };
  for (const [what, hex] of Object.entries(wrong)) {
    it(`closes with 4400 upon ${what}`, async () => {
      end.client.sayBytes(Buffer.from(hex, "hex"));
      await end.assertClosedWith(4400);
    });
  }

  it("takes edits that insert 262,144 units together, and closes with 1009 upon one more", async () => {
    const insert = (count: number) => ({ offset: 0, deletedChars: 0, text: "x".repeat(count) });
    document.change([insert(200_000), insert(62_144)]);
    document.ask(0);
    assert.equal((await end.desk.ask(1)).request.after.length, 262_144 + 13);
    document.change([insert(200_000), insert(62_145)]);
    await end.assertClosedWith(1009);
  });

  describe("where its text is not the client's", () => {
    it("says failed with resync and no text, for each ask until the document is opened again", async () => {
      const streams = [document.ask(3, { check: document.check(1) ^ 1 }), document.ask(3)];
      streams.push(document.type("x"));
      assert.deepEqual(await end.said(), streams.map(resync));
      assert.equal(end.desk.asks.length, 0);
      document.open(document.text);
      const stream = document.ask(4);
      assert.equal((await end.desk.ask(1)).request.before, "conx");
      assert.equal(stream, 4);
    });

    it("goes on with other documents", async () => {
      document.ask(3, { check: 1 });
      const stream = end.typist.ask();
      const ask = await end.desk.ask(1);
      ask.end();
      await end.client.until(() => end.client.received.at(-1)?.kind === "end");
      assert.equal(stream, 2);
    });

    it("ends what the ask supersedes all the same", async () => {
      document.ask(3);
      const ask = await end.desk.ask(1);
      document.ask(3, { check: 1 });
      assert.deepEqual(await end.said(), [{ kind: "cancelled", stream: 1 }, resync(2)]);
      assert.ok(ask.signal.aborted);
    });

    /** What one end may have wrong, each told by the check alone. */
    const differences: Readonly<Record<string, () => number>> = {
      "another number of the stream": () => {
        end.typist.lastStream++;
        return document.ask(3) - 1;
      },
      "an edit more": () => {
        const edits = [
          { offset: 0, deletedChars: 0, text: "x" },
          { offset: 0, deletedChars: 1, text: "" },
        ];
        const silent = end.client.sayBytes.bind(end.client);
        end.client.sayBytes = () => undefined;
        document.change(edits);
        end.client.sayBytes = silent;
        document.cursor = 0;
        return document.ask(3);
      },
      "another length": () => {
        document.open(document.text, { lengthChars: 1_000 });
        return document.ask(3);
      },
      "another cursor": () => {
        document.open("x".repeat(1_000));
        const check = checkAt(501);
        return document.ask(500, { check });
      },
      "another snippet": () => {
        end.typist.snippets = ["unsaid"];
        return document.ask(3);
      },
      "another text near the cursor": () => {
        document.open(document.text, { text: "const b = 1;\n" });
        return document.ask(3);
      },
    };
    const checkAt = (offset: number): number => {
      document.cursor = offset;
      const check = document.check(1);
      document.cursor = 0;
      return check;
    };
    for (const [what, say] of Object.entries(differences)) {
      it(`notices ${what}`, async () => {
        const stream = say();
        assert.deepEqual(await end.said(), [resync(stream)]);
      });
    }

    it("does not look farther than 128 units round the cursor", async () => {
      const text = "x".repeat(1_000);
      const farther = `y${text.slice(1, 999)}y`;
      document.open(text, { text: farther });
      document.ask(129);
      document.ask(871);
      await end.desk.ask(2);
      document.ask(128);
      assert.deepEqual((await end.said()).at(-1), resync(3));
    });
  });

  it("counts streams on from where an open says", async () => {
    end.typist.lastStream = 99;
    document.open(document.text);
    assert.equal(document.ask(3), 100);
    (await end.desk.ask(1)).throw(new Error("x"));
    await end.client.until(() => end.client.received.at(-1)?.kind === "failed");
    const last = end.client.received.at(-1);
    assert.equal(last?.kind === "failed" && last.stream, 100);
  });

  it("closes with 4400 upon an open that counts back", async () => {
    document.ask(3);
    document.ask(3);
    end.typist.lastStream = 1;
    document.open(document.text);
    await end.assertClosedWith(4400);
  });
}
