/** Asks ahead at the gateway's end of a document. PROTOCOL.md section 6. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkOf, DocumentDigest, joinHashes } from "../../../src/wire/check.ts";
import { DocumentReceiver } from "../../../src/wire/documentReceiver.ts";
import type { Edit } from "../../../src/wire/edit.ts";
import { encodeEdits } from "../../../src/wire/editFrame.ts";
import type { AheadText, CompletionRequest } from "../../../src/wire/messages.ts";
import { freshSeed, seededRandom } from "../../helpers/randomness.ts";

const name = { isConfined: false, path: "app/a.ts", languageId: "typescript" };

/** A document at the gateway, of which a part is known, and its client's own view of it. */
class Opened {
  readonly receiver: DocumentReceiver;
  text: string;
  cursor: number;
  readonly #digest = new DocumentDigest(1, name);
  #stream = 0;

  constructor(
    text: string,
    limits: { readonly beforeChars: number; readonly afterChars: number },
    known = { start: 0, end: text.length },
  ) {
    this.receiver = new DocumentReceiver(limits);
    this.text = text;
    this.cursor = known.start;
    const part = text.slice(known.start, known.end);
    this.#digest.fill(known.start, part);
    const place = { document: 1, name, lengthChars: text.length, nextStream: 1 };
    this.receiver.open({ ...place, offset: known.start, text: part });
  }

  /** What is asked at a place, after one edit or none; undefined where the gateway says that it holds another text. */
  ask(offset: number, ahead?: AheadText, edit?: Edit): CompletionRequest | undefined {
    if (edit) {
      this.text = accepted(this.text, edit.offset, edit);
      this.#digest.edit(edit);
    }
    const stream = ++this.#stream;
    const check = checkOf({
      stream,
      digest: this.#digest,
      lengthChars: this.text.length,
      offset,
      snippets: joinHashes([]),
      near: this.text.slice(Math.max(0, offset - 128), offset + 128),
    });
    const ask = { check, keepsOlder: false, ahead };
    const frame = encodeEdits({ edits: edit ? [edit] : [], cursor: offset, ask }, this.cursor);
    this.cursor = offset;
    const received = this.receiver.edit(frame, stream);
    assert.ok(received);
    return received.request;
  }
}

function accepted(
  text: string,
  offset: number,
  change: { readonly text: string; readonly deletedChars: number },
): string {
  return text.slice(0, offset) + change.text + text.slice(offset + change.deletedChars);
}

describe("the request of an ask ahead", () => {
  const text = "first line\nsecond line\nthird line\nfourth line\nfifth";
  const cases: readonly (readonly [
    name: string,
    at: number,
    ahead: readonly [text: string, deletedAfterChars: number],
    before: string,
    after: string,
  ])[] = [
    ["the text ahead before the cursor", 40, [" or", 0], "fourth or", " line\n"],
    ["no text that it takes the place of", 40, ["th", 5], "third line\nfourthth", "\nfifth"],
    ["nothing after the cursor where all is deleted", 46, ["!", 5], "fourth line\n!", ""],
    ["whole lines, those ahead as well", 46, ["and\nmore\nand", 0], "and\nmore\nand", "fifth"],
    [
      "fewer lines before the cursor, the more is ahead",
      34,
      ["1234567890", 0],
      "1234567890",
      "fourth lin",
    ],
    [
      "nothing but what is ahead, where that is as long as the window",
      34,
      ["x".repeat(20), 0],
      "x".repeat(20),
      "fourth lin",
    ],
    [
      "the end of what is ahead, where that is longer",
      34,
      [`a\n${"x".repeat(9)}\n${"y".repeat(15)}`, 0],
      "y".repeat(15),
      "fourth lin",
    ],
    [
      "the end of a long line ahead, and no half of a pair",
      34,
      ["😀".repeat(10) + "x", 0],
      `${"😀".repeat(9)}x`,
      "fourth lin",
    ],
    ["what is ahead from the start of the text", 0, ["one\ntwo", 6], "one\ntwo", "line\n"],
    [
      "what is ahead from the start of the text, as long as the window",
      0,
      ["one\n5678901234567890", 6],
      "one\n5678901234567890",
      "line\n",
    ],
    [
      "what is ahead from a line, where it is longer than the window",
      0,
      ["one\n56789012345678901", 6],
      "56789012345678901",
      "line\n",
    ],
  ];
  for (const [what, at, [aheadText, deletedAfterChars], before, after] of cases) {
    it(`has ${what}`, () => {
      const opened = new Opened(text, { beforeChars: 20, afterChars: 10 });
      const request = opened.ask(at, { text: aheadText, deletedAfterChars });
      assert.deepEqual([request?.before, request?.after], [before, after]);
    });
  }

  it("is that of the same text where it was accepted, whatever it is", (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const below = (end: number): number => Math.floor(random() * end);
    const words = ["a", "const x", "\n", "\r\n", "😀", "\ud83d", "\ude00", "    ", ";"];
    const anyText = (most: number): string =>
      Array.from({ length: below(most) }, () => words[below(words.length)]).join("");
    for (let round = 0; round < 4_000; round++) {
      const text = anyText(400);
      const at = below(text.length + 1);
      const most = random() < 0.3 ? text.length - at : Math.min(20, text.length - at);
      const ahead = {
        text: anyText(random() < 0.1 ? 200 : 12),
        deletedAfterChars: below(most + 1),
      };
      const limits = { beforeChars: below(300), afterChars: below(300) };
      const isWhole = random() < 0.5;
      const start = isWhole ? 0 : below(Math.max(0, at - 128) + 1);
      const nearEnd = Math.min(text.length, at + ahead.deletedAfterChars + 128);
      const end = isWhole ? text.length : nearEnd + below(text.length - nearEnd + 1);
      const asked = new Opened(text, limits, { start, end }).ask(at, ahead);
      const made = new Opened(text, limits, { start, end });
      const change = { offset: at, deletedChars: ahead.deletedAfterChars, text: ahead.text };
      const isNone = change.deletedChars === 0 && change.text === "";
      const real = made.ask(at + ahead.text.length, undefined, isNone ? undefined : change);
      assert.ok(real);
      assert.deepEqual(asked, { ...real, isAhead: true }, `seed ${seed}, round ${round}`);
    }
  });

  it("changes nothing: what is typed and asked next is about the text as it was", () => {
    const opened = new Opened(text, { beforeChars: 1_000, afterChars: 1_000 });
    for (const ahead of [undefined, { text: "ahead\n", deletedAfterChars: 8 }, undefined]) {
      const { cursor } = opened;
      const typed = { offset: cursor, deletedChars: 0, text: "x" };
      const before = `${"x".repeat(cursor + 1)}${ahead?.text ?? ""}`;
      const request = opened.ask(cursor + 1, ahead, typed);
      assert.equal(request?.before, before);
      assert.equal(request.after, text.slice(ahead?.deletedAfterChars ?? 0));
    }
    assert.equal(opened.receiver.totalChars - text.length, 256 + 8 + 10 + 3);
  });

  it("is about the text and the cursor that the frame's own edits make", () => {
    const opened = new Opened("let a = 1;\n", { beforeChars: 1_000, afterChars: 1_000 });
    const edit = { offset: 4, deletedChars: 1, text: "bee" };
    const request = opened.ask(10, { text: "f(2)", deletedAfterChars: 1 }, edit);
    assert.equal(`${request?.before}█${request?.after}`, "let bee = f(2)█;\n");
  });

  it("has nothing after the cursor of what is not known", () => {
    const limits = { beforeChars: 100, afterChars: 1_000 };
    const whole = "line\n".repeat(200);
    const known = { start: 0, end: 400 };
    const afterOf = (deletedAfterChars: number) =>
      new Opened(whole, limits, known).ask(200, { text: "x", deletedAfterChars })?.after;
    assert.equal(afterOf(150), "line\n".repeat(10));
    assert.equal(afterOf(200), "");
    assert.equal(afterOf(300), "");
    assert.equal(afterOf(800), "");
  });

  it("is none where more is deleted than there is, and then no ask has one until the document is opened again", () => {
    const limits = { beforeChars: 100, afterChars: 100 };
    const askWith = (deletedAfterChars: number) => {
      const opened = new Opened("12345", limits);
      const request = opened.ask(3, { text: "x", deletedAfterChars });
      return [request?.before, request?.after, opened.ask(3)?.before];
    };
    assert.deepEqual(askWith(2), ["123x", "", "123"]);
    assert.deepEqual(askWith(3), [undefined, undefined, undefined]);
    assert.deepEqual(askWith(0xffff_ffff), [undefined, undefined, undefined]);
  });
});
