import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Edit } from "../../../src/wire/edit.ts";
import { documentLimits } from "../../../src/wire/limits.ts";
import { type LocalDocument, LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { DocumentPair } from "./documentPair.ts";
import { Sent } from "./sent.ts";

const type = (offset: number, text: string): Edit => ({ offset, deletedChars: 0, text });

describe("the client's end of documents", () => {
  it("opens what is asked about by a window, and says a typed key in three bytes", () => {
    const sent = new Sent();
    const document = sent.open("a", "x".repeat(10_000));
    sent.ask(document, 5_000);
    assert.deepEqual(sent.said(), ["open 1 at 3500: 2000", "edit 5"]);
    for (let at = 5_000; at < 5_100; at++) {
      sent.edit("a", type(at, "k"));
      sent.ask(document, at + 1);
      assert.deepEqual(sent.said(), ["edit 3"]);
    }
  });

  it("says nothing of documents that nobody asked about, and of edits until somebody asks", () => {
    const sent = new Sent();
    const document = sent.open("a", "text");
    sent.edit("a", type(0, "k"));
    assert.ok(!sent.sender.sendPiece(1) && !sent.sender.verify());
    sent.sender.flushEdits();
    assert.deepEqual(sent.said(), []);
    sent.ask(document, 0);
    sent.said();
    sent.edit("a", type(0, "l"), type(3, "m"));
    assert.deepEqual(sent.said(), []);
    sent.sender.flushEdits();
    sent.sender.flushEdits();
    assert.deepEqual(sent.said(), ["edit 10"]);
  });

  it("fills the rest in pieces, what is near the cursor first, and then has nothing to send", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", "x".repeat(10_000)), 5_000);
    sent.said();
    const pieces: string[] = [];
    while (sent.sender.sendPiece(2)) pieces.push(...sent.said());
    assert.deepEqual(pieces, ["fill 1 at 5500: 4000", "fill 1 at 0: 3500", "fill 1 at 9500: 500"]);
    assert.ok(sent.sender.verify());
    assert.deepEqual(sent.said(), ["verify 1"]);
    assert.ok(!sent.sender.verify());
    sent.edit("a", type(0, "k"));
    assert.ok(sent.sender.verify());
    assert.deepEqual(sent.said(), ["edit 4", "verify 1"]);
  });

  it("fills nothing where the last of what was unknown has just been deleted", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", "x".repeat(2_000)), 1_000);
    assert.deepEqual(sent.said(), ["open 1 at 0: 1500", "edit 5"]);
    sent.edit("a", { offset: 1_400, deletedChars: 600, text: "" });
    assert.ok(sent.sender.sendPiece(2));
    assert.deepEqual(sent.said(), ["edit 5"]);
    assert.ok(!sent.sender.sendPiece(2));
  });

  it("fills round a cursor that is far from what is known", () => {
    const sent = new Sent();
    const document = sent.open("a", "x".repeat(100_000));
    sent.ask(document, 5_000);
    sent.said();
    sent.ask(document, 50_000);
    assert.deepEqual(sent.said(), ["fill 1 at 48500: 2000", "edit 6"]);
  });

  it("fills what comes after the text that an ask ahead takes the place of", () => {
    const sent = new Sent();
    const document = sent.open("a", "x".repeat(10_000));
    sent.ask(document, 5_000);
    sent.said();
    const ask = (offset: number, deletedAfterChars: number) => {
      sent.ask(document, offset, [], { text: "y", deletedAfterChars });
      return sent.said();
    };
    assert.deepEqual(ask(5_000, 372), ["edit 9"]);
    assert.deepEqual(ask(5_100, 273), ["fill 1 at 5500: 100", "edit 10"]);
    assert.deepEqual(ask(5_100, 373), ["edit 9"], "there is no more in its window");
  });

  it("says an ask ahead in eight bytes and its text, whatever is typed with it, and then keys in three", () => {
    const sent = new Sent();
    const document = sent.open("a", "text");
    sent.ask(document, 0);
    sent.said();
    sent.ask(document, 0, [], { text: "ahead", deletedAfterChars: 2 });
    sent.edit("a", type(0, "k"));
    sent.ask(document, 1, [], { text: "ahead", deletedAfterChars: 2 });
    sent.edit("a", type(1, "k"));
    sent.ask(document, 2);
    assert.deepEqual(sent.said(), ["edit 12", "edit 13", "edit 3"]);
  });

  it("cuts no pair of surrogates", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", `x${"😀".repeat(5_000)}`), 5_000);
    const pieces = [...sent.said()];
    while (sent.sender.sendPiece(2)) pieces.push(...sent.said());
    const bounds = pieces.flatMap(
      (piece) => /at (\d+): (\d+)/.exec(piece)?.slice(1).map(Number) ?? [],
    );
    for (let index = 0; index < bounds.length; index += 2) {
      const start = bounds[index] ?? 0;
      assert.ok(start === 0 || start % 2 === 1, `a piece from ${start}`);
    }
  });

  it("opens again what the far end has lost, by its newest text", () => {
    const losses: readonly ((sent: Sent, document: LocalDocument) => void)[] = [
      ({ sender }) => {
        sender.lost(1);
      },
      ({ sender }, document) => {
        sender.lostDocument(document);
      },
      ({ sender }) => {
        sender.lostAll();
      },
    ];
    for (const lose of losses) {
      const sent = new Sent();
      const document = sent.open("a", "text");
      sent.ask(document, 0);
      lose(sent, document);
      sent.edit("a", type(0, "new "));
      sent.said();
      sent.ask(document, 4);
      assert.deepEqual(sent.said(), ["open 1 at 0: 8", "edit 4"]);
      lose(sent, document);
      assert.ok(sent.sender.sendPiece(3));
      assert.deepEqual(sent.said(), ["open 1 at 0: 8"]);
    }
  });

  it("opens again after edits that say more than a window", () => {
    const sent = new Sent();
    const document = sent.open("a", "x".repeat(50_000));
    sent.ask(document, 0);
    sent.said();
    sent.edit("a", type(100, "p".repeat(10_000)));
    sent.ask(document, 0);
    assert.equal(sent.said().length, 1);
    sent.edit("a", type(100, "p".repeat(20_000)));
    sent.sender.flushEdits();
    assert.deepEqual(sent.said(), []);
    sent.ask(document, 0);
    assert.deepEqual(sent.said(), ["open 1 at 0: 500", "edit 4"]);
  });

  it("recalls what was whole when it was closed, and opens what is asked before the answer", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", "text"), 0);
    sent.documents.close("a");
    sent.said();
    sent.sender.recall(sent.open("a", "other text"), 2);
    assert.deepEqual(sent.said(), []);
    const again = sent.open("a", "text");
    sent.sender.recall(again, 2);
    assert.deepEqual(sent.said(), ["recall 2"]);
    sent.sender.recalled(2, true);
    sent.edit("a", type(0, "k"));
    sent.ask(again, 1);
    assert.deepEqual(sent.said(), ["focus 2", "edit 3"]);

    sent.documents.edit("a", 3, [{ offset: 0, deletedChars: 1, text: "" }]);
    sent.sender.flushEdits();
    sent.documents.close("a");
    const third = sent.open("a", "text");
    sent.sender.recall(third, 3);
    sent.said();
    sent.ask(third, 0);
    sent.sender.recalled(3, true);
    sent.ask(third, 1);
    assert.deepEqual(sent.said(), ["open 3 at 0: 4", "edit 4", "edit 4"]);
  });

  it("opens what it recalls where too much was edited before the answer", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", "text"), 0);
    sent.documents.close("a");
    const again = sent.open("a", "text");
    sent.sender.recall(again, 2);
    sent.edit("a", type(0, "p".repeat(20_000)));
    sent.sender.recalled(2, true);
    sent.said();
    sent.ask(again, 20_000);
    assert.deepEqual(sent.said(), ["open 2 at 18500: 1504", "edit 5"]);
  });

  it("closes what was asked about least recently where the far end could not hold more", () => {
    const sent = new Sent();
    const all = Array.from({ length: documentLimits.documents }, (_, index) =>
      sent.open(`${index}`, "text"),
    );
    for (const document of all) sent.ask(document, 0);
    for (const document of all.slice(0, 5)) sent.sender.lostDocument(document);
    for (const document of all.slice(0, 5)) sent.ask(document, 0);
    sent.edit("5", type(0, "k"));
    sent.sender.flushEdits();
    sent.ask(sent.documents.get("5") ?? assert.fail(), 1);
    sent.said();
    for (const key of ["new", "newer"]) sent.ask(sent.open(key, "text"), 0);
    assert.deepEqual(sent.said(), [
      "close 7",
      "open 65 at 0: 4",
      "edit 4",
      "close 8",
      "open 66 at 0: 4",
      "edit 4",
    ]);
  });

  it("closes others where a document that it opens again has grown too much", () => {
    const sent = new Sent();
    const text = "x".repeat(documentLimits.wholeChars);
    for (const key of ["a", "b", "c", "d"]) sent.ask(sent.open(key, text), 0);
    while (sent.sender.sendPiece(5)) sent.said();
    sent.edit("d", type(0, "y".repeat(20_000)));
    sent.said();
    sent.ask(sent.documents.get("d") ?? assert.fail(), 0);
    assert.deepEqual(sent.said(), ["close 1", "open 4 at 0: 500", "edit 4"]);
  });

  it("never fills more than the far end takes, however many documents were opened before", () => {
    const sent = new Sent();
    const text = "x".repeat(documentLimits.wholeChars);
    const open = new Map<string, number>();
    const note = (): void => {
      for (const said of sent.said()) {
        const {
          what,
          document = "",
          chars = "0",
        } = /^(?<what>\w+) (?<document>\d+)(?: at \d+: (?<chars>\d+))?$/.exec(said)?.groups ?? {};
        if (what === "close") open.delete(document);
        else if (what !== "edit") open.set(document, (open.get(document) ?? 0) + Number(chars));
      }
    };
    for (let each = 0; each < 12; each++) sent.ask(sent.open(`${each}`, text), 0);
    note();
    while (sent.sender.sendPiece(13)) note();
    const totalChars = [...open.values()].reduce((sum, chars) => sum + chars, 0);
    assert.ok(totalChars <= documentLimits.totalChars / 2, `${totalChars} at the far end`);
    assert.ok(totalChars > documentLimits.totalChars / 4, `${totalChars} at the far end`);
  });

  it("never makes the far end hold too much of long documents, however many places are asked about", () => {
    const documents = new LocalDocuments();
    const pair = new DocumentPair({
      documents,
      window: { beforeChars: 128 * 1024, afterChars: 16 * 1024, pieceChars: 1_000 },
      limits: { beforeChars: 100, afterChars: 100 },
      carry: (payloads) => payloads,
      onAsk: (_stream, { request }) => {
        assert.ok(request);
      },
    });
    const text = "0123456789abcdef".repeat(600_000);
    for (const key of ["a", "b"]) {
      documents.open({ key, path: key, languageId: "text", isConfined: false }, 1, text);
    }
    let mostChars = 0;
    for (let place = 1; place <= 65; place++) {
      for (const key of ["a", "b"]) {
        pair.ask(documents.get(key) ?? assert.fail(), place * 144 * 1024, {});
        pair.deliver();
        assert.equal(pair.ended, undefined, `at place ${place}`);
        mostChars = Math.max(mostChars, pair.receiver.totalChars);
      }
    }
    assert.ok(mostChars <= 0.6 * documentLimits.totalChars, `${mostChars}`);
    pair.dispose();
    documents.dispose();
  });

  it("closes nothing for a document of which the far end will know a window only", () => {
    const sent = new Sent();
    sent.ask(sent.open("a", "text"), 0);
    sent.said();
    sent.ask(sent.open("b", "x".repeat(documentLimits.totalChars)), 0);
    assert.deepEqual(sent.said(), ["open 2 at 0: 500", "edit 4"]);
  });

  const snippets = ["one", "two", "three"];

  it("says another snippet with the edit that it goes with", () => {
    const sent = new Sent();
    const document = sent.open("a", "text");
    sent.ask(document, 0, snippets);
    assert.deepEqual(sent.said(), ["put", "put", "put", "use", "open 1 at 0: 4", "edit 4"]);
    sent.edit("a", type(0, "k"));
    sent.ask(document, 1, ["one", "four", "three"]);
    assert.deepEqual(sent.said(), ["put", "edit 8"]);
    sent.edit("a", type(1, "k"));
    sent.ask(document, 2, snippets);
    assert.deepEqual(sent.said(), ["edit 8"]);
    sent.edit("a", type(2, "k"));
    sent.ask(document, 3, snippets);
    assert.deepEqual(sent.said(), ["edit 3"]);
  });

  it("says all snippets in use after a loss", () => {
    const sent = new Sent();
    const document = sent.open("a", "text");
    sent.ask(document, 0, snippets);
    sent.sender.lostDocument(document);
    sent.said();
    sent.ask(document, 0, ["one", "two", "four"]);
    assert.deepEqual(sent.said(), ["put", "put", "put", "use", "open 1 at 0: 4", "edit 4"]);
  });
});
