import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { checkOf, DocumentDigest, joinHashes } from "../../../src/wire/check.ts";
import { contentIdOf, wholeHashOf } from "../../../src/wire/contentId.ts";
import { DocumentReceiver } from "../../../src/wire/documentReceiver.ts";
import { encodeEdits } from "../../../src/wire/editFrame.ts";
import { documentLimits } from "../../../src/wire/limits.ts";
import type { CompletionRequest, OpenMessage } from "../../../src/wire/messages.ts";

const isFailure =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

const name = { isConfined: false, path: "app/a.ts", languageId: "typescript" };

const openOf = (document: number, text: string, parts: Partial<OpenMessage> = {}): OpenMessage => ({
  document,
  name,
  lengthChars: text.length,
  nextStream: 1,
  offset: 0,
  text,
  ...parts,
});

const receiverOf = (beforeChars = 20, afterChars = 10): DocumentReceiver =>
  new DocumentReceiver({ beforeChars, afterChars });

/** A frame that puts a text at the cursor. */
const growing = (text: string): Uint8Array =>
  encodeEdits({ edits: [{ offset: 0, deletedChars: 0, text }], cursor: 0, ask: undefined }, 0);

/** What is asked at a place of a text that was opened whole and not edited. */
function askedAt(
  receiver: DocumentReceiver,
  text: string,
  offset: number,
): CompletionRequest | undefined {
  const digest = new DocumentDigest(1, name);
  digest.fill(0, text);
  const near = text.slice(Math.max(0, offset - 128), offset + 128);
  const state = { stream: 1, digest, lengthChars: text.length, offset, near };
  const check = checkOf({ ...state, snippets: joinHashes([]) });
  const frame = { edits: [], cursor: offset, ask: { check, keepsOlder: false } };
  receiver.open(openOf(1, text));
  const ask = receiver.edit(encodeEdits(frame, 0), 1);
  return ask?.request;
}

describe("the request of an ask", () => {
  const text = "first line\nsecond line\nthird line\nfourth line\nfifth";
  const cases: readonly (readonly [
    name: string,
    text: string,
    at: number,
    before: string,
    after: string,
  ])[] = [
    ["the start and the end of the text", "a\nb", 1, "a", "\nb"],
    ["an empty text", "", 0, "", ""],
    ["whole lines before and after", text, 33, "third line", "\n"],
    ["a last line that is cut, where there is no other", text, 34, "third line\n", "fourth lin"],
    [
      "no line end that the cut line before left",
      "0\n12345678901234567890",
      21,
      "12345678901234567890".slice(0, 19),
      "0",
    ],
    ["a long line, cut anywhere", "x".repeat(50), 25, "x".repeat(20), "x".repeat(10)],
    [
      "no half of a pair",
      "😀".repeat(30),
      31,
      `${"😀".repeat(9)}\ud83d`,
      `\ude00${"😀".repeat(4)}`,
    ],
  ];
  for (const [what, whole, at, before, after] of cases) {
    it(`has ${what}`, () => {
      const request = askedAt(receiverOf(), whole, at);
      assert.ok(request);
      assert.equal(request.before, before);
      assert.equal(request.after, after);
      assert.deepEqual(request.snippets, []);
      assert.equal(request.path, "app/a.ts");
    });
  }
});

describe("what a client may not do with documents", () => {
  const edit = encodeEdits({ edits: [], cursor: 1, ask: undefined }, 0);
  const forbidden: Readonly<Record<string, (receiver: DocumentReceiver) => void>> = {
    "edit without a document": (receiver) => receiver.edit(edit, 1),
    "edit what it has closed": (receiver) => {
      receiver.open(openOf(1, "a"));
      receiver.close(1);
      receiver.edit(edit, 1);
    },
    "focus what is not open": (receiver) => {
      receiver.focus(2);
    },
    "fill what is not open": (receiver) => {
      receiver.fill(2, 0, "a");
    },
    "verify what is not open": (receiver) => {
      receiver.verify(2, Buffer.alloc(8));
    },
    "open a window beyond its document": (receiver) => {
      receiver.open(openOf(1, "abc", { lengthChars: 3, offset: 1 }));
    },
  };
  for (const [what, act] of Object.entries(forbidden)) {
    it(`is to ${what}`, () => {
      assert.throws(() => {
        act(receiverOf());
      }, isFailure("protocol"));
    });
  }

  it("is to open too many", () => {
    const receiver = receiverOf();
    for (let each = 1; each <= documentLimits.documents; each++) receiver.open(openOf(each, "a"));
    receiver.open(openOf(1, "again"));
    assert.throws(() => {
      receiver.open(openOf(1000, ""));
    }, isFailure("protocol"));
  });

  it("is to open too much text, of which what is unknown counts nothing", () => {
    const receiver = receiverOf();
    const half = "x".repeat(documentLimits.totalChars / 2 - 10_000);
    receiver.open(openOf(1, half));
    receiver.open(openOf(2, half));
    receiver.open(openOf(2, half));
    receiver.open(openOf(3, "", { lengthChars: documentLimits.maxChars }));
    assert.throws(() => {
      receiver.open(openOf(4, "x".repeat(20_000)));
    }, isFailure("protocol"));
  });

  it("is to open or make a document that is too long", () => {
    const receiver = receiverOf();
    assert.throws(() => {
      receiver.open(openOf(1, "", { lengthChars: documentLimits.maxChars + 1 }));
    }, isFailure("protocol"));
    receiver.open(openOf(1, "", { lengthChars: documentLimits.maxChars }));
    assert.throws(() => receiver.edit(growing("x"), 1), isFailure("protocol"));
  });

  it("is to let documents grow too much", () => {
    const receiver = receiverOf();
    receiver.open(openOf(1, "x".repeat(documentLimits.totalChars - 300_000)));
    const frame = growing("x".repeat(200_000));
    receiver.edit(frame, 1);
    assert.throws(() => receiver.edit(frame, 1), isFailure("protocol"));
  });

  it("is to fill documents too much", () => {
    const receiver = receiverOf();
    const text = "x".repeat(documentLimits.totalChars - 100_000);
    receiver.open(openOf(1, text, { lengthChars: documentLimits.maxChars }));
    const fill = (offset: number) => {
      receiver.fill(1, offset, "x".repeat(60_000));
    };
    fill(text.length);
    assert.throws(() => {
      fill(text.length + 60_000);
    }, isFailure("protocol"));
  });

  it("is to swap a snippet that is not in use", () => {
    const swapping = (index: number) =>
      encodeEdits({ edits: [], cursor: 0, ask: undefined, swap: { index, place: 0 } }, 0);
    const receiver = receiverOf();
    receiver.open(openOf(1, "text"));
    receiver.put(0, "snippet");
    assert.throws(() => receiver.edit(swapping(0), 1), isFailure("protocol"));
    receiver.use([7]);
    receiver.edit(swapping(0), 1);
    assert.throws(() => receiver.edit(swapping(1), 1), isFailure("protocol"));
    assert.throws(() => receiver.edit(swapping(255), 1), isFailure("protocol"));
  });

  it("is to have names without end", () => {
    const receiver = receiverOf();
    const path = "p".repeat(500_000);
    assert.throws(() => {
      for (let each = 1; each <= documentLimits.documents; each++)
        receiver.open(openOf(each, "", { name: { ...name, path } }));
    }, isFailure("protocol"));
  });
});

describe("closed documents", () => {
  it("are known again by their content, once", () => {
    const receiver = receiverOf();
    receiver.open(openOf(1, "content"));
    receiver.close(1);
    assert.ok(!receiver.recall(2, contentIdOf(name, "another")));
    assert.ok(!receiver.recall(2, contentIdOf({ ...name, isConfined: true }, "content")));
    assert.ok(!receiver.recall(2, contentIdOf({ ...name, path: "app/b.ts" }, "content")));
    assert.ok(receiver.recall(2, contentIdOf(name, "content")));
    assert.ok(receiver.verify(2, wholeHashOf("content")));
    assert.ok(!receiver.recall(3, contentIdOf(name, "content")));
  });

  it("take the place of what was open under their number", () => {
    const receiver = receiverOf();
    receiver.open(openOf(1, "content"));
    const { totalChars } = receiver;
    receiver.close(1);
    receiver.open(openOf(2, "another text"));
    assert.ok(receiver.recall(2, contentIdOf(name, "content")));
    assert.equal(receiver.totalChars, totalChars);
  });

  it("are not kept where some of the text was not known, or was found to differ", () => {
    const receiver = receiverOf();
    receiver.open(openOf(1, "cont", { lengthChars: 7 }));
    receiver.close(1);
    assert.ok(!receiver.recall(2, contentIdOf(name, "cont")));
    receiver.open(openOf(3, "content"));
    assert.ok(!receiver.verify(3, wholeHashOf("Content")));
    receiver.close(3);
    assert.ok(!receiver.recall(4, contentIdOf(name, "content")));
  });

  it("are closed in vain where they are not open", () => {
    receiverOf().close(7);
  });

  it("take so much memory and no more, whatever they are", () => {
    const receiver = receiverOf();
    const path = "p".repeat(100_000);
    for (let each = 1; each <= 20_000; each++) {
      const isLong = each % 100 === 0;
      const named = { ...name, path: `${isLong ? path : ""}${each}` };
      receiver.open(openOf(each, "", { name: named }));
      receiver.close(each);
      assert.ok(receiver.totalChars <= documentLimits.closedChars);
    }
    assert.ok(!receiver.recall(1, contentIdOf({ ...name, path: "1" }, "")));
    assert.ok(receiver.recall(1, contentIdOf({ ...name, path: "19999" }, "")));
  });
});

describe("a document that differs", () => {
  it("is answered nothing until it is opened again", () => {
    const receiver = receiverOf();
    receiver.open(openOf(1, "content"));
    assert.ok(!receiver.verify(1, wholeHashOf("other")));
    const ask = { check: 0, keepsOlder: false };
    for (let check = 0; check <= 0xffff; check++) {
      const frame = encodeEdits({ edits: [], cursor: 3, ask: { ...ask, check } }, 3);
      assert.equal(receiver.edit(frame, 1)?.request, undefined);
    }
    assert.equal(askedAt(receiver, "content", 7)?.before, "content");
  });

  it("is one with an edit outside of it, a fill of what is known, or a cursor outside", () => {
    const outside = { offset: 6, deletedChars: 5, text: "" };
    const wrongs: readonly ((receiver: DocumentReceiver) => unknown)[] = [
      (receiver) =>
        receiver.edit(encodeEdits({ edits: [outside], cursor: 6, ask: undefined }, 0), 1),
      (receiver) => {
        receiver.fill(1, 0, "c");
      },
      (receiver) => {
        receiver.fill(1, 6, "too long");
      },
    ];
    for (const wrong of wrongs) {
      const receiver = receiverOf();
      receiver.open(openOf(1, "content"));
      wrong(receiver);
      assert.ok(!receiver.verify(1, wholeHashOf("content")));
    }
    const crumbled = receiverOf();
    crumbled.open(openOf(1, "", { lengthChars: 10_000 }));
    for (const first of [0, 1])
      for (let offset = first; offset < 10_000; offset += 2) crumbled.fill(1, offset, "c");
    assert.ok(!crumbled.verify(1, wholeHashOf("c".repeat(10_000))));
    for (const cursor of [8, 50, 1_000_000, -1, -50, -1_000])
      assert.equal(askedAt(receiverOf(), "content", cursor), undefined, `cursor ${cursor}`);
  });
});
