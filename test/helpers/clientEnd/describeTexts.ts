import assert from "node:assert/strict";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { documentLimits } from "../../../src/wire/limits.ts";
import { textOf } from "../requests.ts";
import { settled } from "../settled.ts";
import type { MakePair } from "../socketPairs.ts";
import { draft, end as ended, failed, isFailure, PlainClientEnd } from "./clientEnd.ts";

const never = new AbortController().signal;

/** PROTOCOL.md sections 5, 6, 7 and 9 at the client. */
export function describeTexts(makePair: MakePair): void {
  let end: PlainClientEnd;
  beforeEach(async () => {
    end = await PlainClientEnd.welcomed(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  const kinds = () => end.said().map(({ kind }) => kind);
  const held = (request: { before: string; after: string } | undefined) =>
    request && `${request.before}█${request.after}`;

  it("opens a document before its first ask, and only then", async () => {
    await end.ask("const a = █;\n");
    assert.deepEqual(kinds(), ["open", "edit"]);
    end.begin(end.asked.type("1", 10));
    await end.nthAsk(2);
    assert.deepEqual(kinds(), ["open", "edit", "edit"]);
  });

  it("says the name, the flags, the length and the number of the next stream", async () => {
    await end.ask("const a = █;\n", { path: "app/b.ts", languageId: "c", isConfined: true });
    assert.deepEqual(end.said()[0], {
      kind: "open",
      document: 1,
      name: { isConfined: true, path: "app/b.ts", languageId: "c" },
      lengthChars: 12,
      nextStream: 1,
      offset: 0,
      text: "const a = ;\n",
    });
  });

  it("asks about exactly the text it has: typed, deleted, replaced, elsewhere, in half characters", async () => {
    let text = "first line\nsecond\n";
    await end.ask(`█${text}`);
    const edits = [
      { offset: 0, deletedChars: 0, text: "a" },
      { offset: 1, deletedChars: 0, text: "b" },
      { offset: 0, deletedChars: 2, text: "" },
      { offset: 11, deletedChars: 6, text: "2nd" },
      { offset: 0, deletedChars: 0, text: "\ud83d" },
      { offset: 1, deletedChars: 0, text: "\ude00" },
      { offset: 3, deletedChars: 0, text: "long ".repeat(10_000) },
      { offset: 0, deletedChars: 50_000, text: "" },
    ];
    for (const [at, edit] of edits.entries()) {
      const { offset, deletedChars } = edit;
      text = text.slice(0, offset) + edit.text + text.slice(offset + deletedChars);
      const version = 100 + at;
      end.asked.documents.edit("file:///app/main.ts", version, [edit]);
      const cursor = Math.min(text.length, offset + 3);
      const place = {
        documentKey: "file:///app/main.ts",
        documentVersion: version,
        offset: cursor,
      };
      const manner = { isConfined: false, snippets: [], keepsOlder: false };
      end.begin({ ...place, ...manner });
      const { request } = await end.nthAsk(at + 2);
      assert.equal(held(request), `${text.slice(0, cursor)}█${text.slice(cursor)}`);
    }
  });

  it("says three bytes for a key", async () => {
    await end.ask("const a = █;\n");
    end.begin(end.asked.type("1", 10));
    await end.nthAsk(2);
    const last = end.said().at(-1);
    assert.equal(last?.kind === "edit" && last.bytes.length, 3);
  });

  it("takes edits that nothing was asked about along with the next ask", async () => {
    await end.ask("const a = █;\n");
    end.asked.type("1", 10);
    end.asked.type("// ", 0);
    await settled();
    assert.equal(kinds().length, 2);
    end.begin(end.asked.type("2", 14));
    assert.equal(held((await end.nthAsk(2)).request), "// const a = 12█;\n");
    assert.equal(kinds().length, 3);
  });

  it("says which document is asked about whenever that changes", async () => {
    await end.ask("a█", { path: "a" });
    await end.ask("b█", { path: "b" });
    await end.ask("a█", { path: "a" });
    await end.ask("a█", { path: "a" });
    assert.deepEqual(kinds(), ["open", "edit", "open", "edit", "focus", "edit", "edit"]);
    const documents = end.asks().map(({ document }) => document);
    assert.deepEqual(documents, [1, 2, 1, 1]);
  });

  it("says which asks keep older ones", async () => {
    await end.ask("a█", { keepsOlder: true });
    await end.ask("a█");
    assert.deepEqual(
      end.asks().map(({ keepsOlder }) => keepsOlder),
      [true, false],
    );
  });

  it("sends a text of another file once, and says which ones go with an ask when that changes", async () => {
    await end.ask("a█", { snippets: ["one", "two"] });
    await end.ask("a█", { snippets: ["one", "two"] });
    await end.ask("a█", { snippets: ["two", "three"] });
    await end.ask("a█");
    const texts = end.asks().map(({ request }) => request?.snippets);
    assert.deepEqual(texts, [["one", "two"], ["one", "two"], ["two", "three"], []]);
    const puts = end.said().flatMap((said) => (said.kind === "put" ? [said.text] : []));
    assert.deepEqual(puts, ["one", "two", "three"]);
    assert.equal(kinds().filter((kind) => kind === "use").length, 3);
  });

  it("closes what the editor closes, and what it follows anew gets another number", async () => {
    await end.ask("a█");
    end.asked.documents.close("file:///app/main.ts");
    await end.ask("a█");
    assert.deepEqual(kinds(), ["open", "edit", "close", "open", "edit"]);
    assert.deepEqual(
      end.asks().map(({ document }) => document),
      [1, 2],
    );
  });

  it("closes what it used least recently where there are more than 64 documents", async () => {
    for (let each = 0; each < documentLimits.documents; each++) {
      await end.ask("a█", { path: String(each) });
    }
    await end.ask("a█", { path: "0" });
    assert.ok(!kinds().includes("close"));
    await end.ask("a█", { path: "one more" });
    const closed = end.said().flatMap((said) => (said.kind === "close" ? [said.document] : []));
    assert.deepEqual(closed, [2]);
  });

  it("closes what it used least recently where the gateway could not hold all of it", async () => {
    const window = { beforeChars: 1_000_000, afterChars: 1_000_000, pieceChars: 10 };
    const parts = { profile: { ...localProfile, window } };
    const other = await PlainClientEnd.welcomed(makePair, parts);
    const count = (wanted: string) => other.kinds().filter((kind) => kind === wanted).length;
    for (const [index, path] of ["a", "b", "c", "d", "e"].entries()) {
      other.begin(other.asked.askAt("x".repeat(900_000), 5, { path }));
      // One after the other: no socket takes megabytes at once.
      await other.gateway.until(() => count("edit") === index + 1);
    }
    const closed = other.said().flatMap((said) => (said.kind === "close" ? [said.document] : []));
    assert.deepEqual(closed, [1]);
    other.dispose();
  });

  describe("a document that was closed and is opened again", () => {
    const key = "file:///app/main.ts";
    const closeAndRecall = async () => {
      end.asked.documents.close(key);
      end.asked.ask("const a = █;\n");
      end.link.recall(key);
      await end.gateway.until(() => kinds().includes("recall"));
      const recall = end.said().find((said) => said.kind === "recall");
      return recall?.kind === "recall" ? recall.document : 0;
    };

    it("is not sent again where the gateway knows it", async () => {
      await end.ask("const a = █;\n");
      end.gateway.say({ kind: "recalled", document: await closeAndRecall(), isKnown: true });
      await end.arrived();
      const { request } = await end.ask("const a = █;\n");
      assert.equal(held(request), "const a = █;\n");
      assert.equal(kinds().filter((kind) => kind === "open").length, 2); // one is that of arrived()
    });

    it("is sent again where it does not", async () => {
      await end.ask("const a = █;\n");
      end.gateway.say({ kind: "recalled", document: await closeAndRecall(), isKnown: false });
      await end.arrived();
      const { request } = await end.ask("const a = █;\n");
      assert.equal(held(request), "const a = █;\n");
      assert.equal(kinds().filter((kind) => kind === "open").length, 3);
    });

    it("is sent again without waiting, and a late answer is ignored", async () => {
      await end.ask("const a = █;\n");
      const document = await closeAndRecall();
      await end.ask("const a = █;\n");
      end.gateway.say({ kind: "recalled", document, isKnown: true });
      end.begin(end.asked.type("1", 10));
      assert.equal(held((await end.nthAsk(3)).request), "const a = 1█;\n");
      assert.deepEqual(kinds(), ["open", "edit", "close", "recall", "open", "edit", "edit"]);
    });

    it("takes edits made meanwhile along", async () => {
      await end.ask("const a = █;\n");
      const document = await closeAndRecall();
      const ask = end.asked.type("1", 10);
      end.gateway.say({ kind: "recalled", document, isKnown: true });
      await end.arrived();
      end.begin(ask);
      assert.equal(held((await end.nthAsk(3)).request), "const a = 1█;\n");
    });

    it("is not asked for where it was never known, or another", async () => {
      end.asked.ask("never asked█");
      end.link.recall(key);
      await end.ask("const a = █;\n");
      end.asked.documents.close(key);
      end.asked.ask("const b = █;\n");
      end.link.recall(key);
      end.link.recall("no such document");
      await end.arrived();
      assert.ok(!kinds().includes("recall"));
    });
  });

  describe("when the gateway says resync", () => {
    it("of an ask, opens the document again and asks once anew", async () => {
      const { text } = await end.ask("const a = █;\n");
      end.gateway.say(failed(1, "resync"));
      const again = await end.nthAsk(2);
      assert.equal(held(again.request), "const a = █;\n");
      assert.deepEqual(kinds(), ["open", "edit", "open", "edit"]);
      const [, , open] = end.said();
      assert.ok(open?.kind === "open" && open.nextStream === 2 && open.document === 1);
      end.gateway.say(draft(2, "there"), ended(2));
      assert.equal(await text(), "there");
    });

    it("again of that, fails", async () => {
      const { text } = await end.ask();
      end.gateway.say(failed(1, "resync"));
      await end.nthAsk(2);
      end.gateway.say(failed(2, "resync"));
      await assert.rejects(text(), isFailure("resync"));
      await end.arrived();
      assert.equal(end.asks().length, 3); // one is that of arrived()
      assert.deepEqual(end.failures, []);
    });

    it("of an ask whose text is no longer there, or that was cancelled, asks nothing anew", async () => {
      const first = await end.ask("a█");
      end.asked.type("b", 1);
      end.gateway.say(failed(1, "resync"));
      await assert.rejects(first.text(), isFailure("resync"));
      const second = await end.ask("c█", { path: "c" });
      second.controller.abort(new Error("typed on"));
      end.gateway.say(failed(2, "resync"));
      await assert.rejects(second.text(), /typed on/);
      await end.arrived();
      assert.equal(end.asks().length, 3); // one is that of arrived()
    });

    it("of a cancelled ask, opens the document again at the next, and leaves others' streams alone", async () => {
      const other = await end.ask("other█", { path: "other" });
      const { controller } = await end.ask("a█");
      controller.abort(new Error("typed on"));
      const second = end.begin(end.asked.type("b", 1));
      await end.nthAsk(3);
      end.gateway.say(failed(2, "resync"), failed(3, "resync"));
      const again = await end.nthAsk(4);
      assert.equal(held(again.request), "ab█");
      end.gateway.say(draft(4, "rest"), ended(4), draft(1, "other"), ended(1));
      assert.deepEqual([await second.text(), await other.text()], ["rest", "other"]);
      assert.equal(end.asks().length, 4);
    });

    it("of a stream nobody can have meant, trusts nothing and asks all anew", async () => {
      const answers = [await end.ask("a█", { path: "a" }), await end.ask("b█", { path: "b" })];
      const third = await end.ask("c█", { path: "c" });
      end.gateway.say(ended(3));
      await third.text();
      end.gateway.say(failed(3, "resync"));
      await end.nthAsk(5);
      assert.equal(kinds().filter((kind) => kind === "open").length, 5);
      end.gateway.say(failed(1, "resync"), failed(2, "resync"));
      end.gateway.say(draft(4, "a"), ended(4), draft(5, "b"), ended(5));
      assert.deepEqual(await Promise.all(answers.map(({ text }) => text())), ["a", "b"]);
    });

    it("of a document, opens it again before anything is asked in it", async () => {
      const { text } = await end.ask("a█");
      end.gateway.say({ kind: "resync", document: 1 }, ended(1));
      await text();
      await end.ask("a█");
      assert.deepEqual(kinds(), ["open", "edit", "open", "edit"]);
    });

    it("of a document that is closed or never was, minds it not", async () => {
      const { text } = await end.ask("a█");
      end.asked.documents.close("file:///app/main.ts");
      end.gateway.say({ kind: "resync", document: 1 }, { kind: "resync", document: 77 });
      end.gateway.say({ kind: "recalled", document: 77, isKnown: true }, ended(1));
      await text();
      assert.deepEqual(end.failures, []);
    });
  });

  it("leaves no stream behind where the ask's document is not followed", async () => {
    const ask = end.asked.ask("a█");
    end.asked.documents.close(ask.documentKey);
    const asking = textOf(end.link.complete(ask, never));
    await assert.rejects(asking, (error) => error instanceof Failure);
    await end.ask("b█");
    assert.deepEqual(
      end.asks().map(({ stream }) => stream),
      [1],
    );
  });
}
