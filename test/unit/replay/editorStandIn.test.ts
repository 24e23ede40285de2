import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { EditorStandIn, type EditorWaits } from "../../bench/replay/editorStandIn.ts";
import type { KeyEvent, KeyTrace } from "../../bench/replay/keyTrace.ts";
import type { Stage } from "../../bench/replay/stage.ts";
import { lastGhost } from "../../bench/replay/stateRecord.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

const [above, typed, below] = ["const first = 1;\n", "const alpha = beta;", "\nconst last = 2;\n"];
const trace: KeyTrace = {
  languageId: "typescript",
  final: above + typed + below,
  regionStart: above.length,
  regionEnd: above.length + typed.length,
  events: [],
};

/** The stand-in before a far end that a test speaks for, on a clock in its hand. */
function setUp(waits?: EditorWaits) {
  const clock = new ManualClock();
  const far = new FakeSource();
  const documents = new LocalDocuments();
  const recalled: string[] = [];
  const warmedAt: number[] = [];
  const stage: Stage = {
    clock,
    documents,
    source: far.source,
    recall: (key) => recalled.push(key),
    warm: (_key, offset) => warmedAt.push(offset),
    bytesUp: () => 0,
    cpu: () => Promise.resolve(undefined),
    until: () => Promise.resolve(),
    log: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const editor = new EditorStandIn(stage, trace, waits, () => undefined);
  const key = (text: string | undefined) => {
    const event: KeyEvent = text === undefined ? { t: 0, op: "del" } : { t: 0, op: "ins", text };
    editor.key(event);
  };
  const [name] = recalled;
  const text = () => documents.get(name ?? "")?.text.whole();
  return { clock, far, editor, key, text, warmedAt };
}

const ghosts = (editor: EditorStandIn): string[] => editor.records.map(lastGhost);

describe("the editor's stand-in", () => {
  it("shows what the provider returns and keeps its rest while the typed text follows it", async () => {
    const { clock, far, editor, key } = setUp();
    key("c");
    await settled();
    assert.deepEqual(ghosts(editor), [""]);
    clock.advance(60);
    far.last.say(textPiece("onst alpha = beta;"), fakeEnd);
    await settled();
    const [first] = editor.records;
    assert.deepEqual(first?.changes, [{ at: clock.now(), ghost: "onst alpha = beta;" }]);
    assert.equal(first.answeredAt, clock.now());
    assert.equal(first.askedAt, first.keyAt);
    key("o");
    assert.equal(editor.records[1]?.kept, "nst alpha = beta;");
    key("x");
    assert.equal(editor.records[2]?.kept, "");
    editor.dispose();
  });

  it("tells the far end once where the cursor rests before the first key, and not behind it", () => {
    for (const isInTime of [true, false]) {
      const { clock, editor, key, warmedAt } = setUp();
      clock.advance(299);
      if (!isInTime) key("c");
      clock.advance(1_000);
      assert.deepEqual(warmedAt, isInTime ? [above.length] : []);
      editor.dispose();
    }
  });

  it("knows which states are on the path to the final file", () => {
    const { editor, key } = setUp();
    for (const text of ["c", "x", undefined, "onst "]) key(text);
    const isOnPath = editor.records.map((record) => record.isOnPath);
    assert.deepEqual(isOnPath, [true, false, true, true]);
    const cursors = editor.records.map(({ cursor }) => cursor - above.length);
    assert.deepEqual(cursors, [1, 2, 1, 6]);
    editor.dispose();
  });

  it("keeps the document in step with the keys, and asks with the text round the cursor", () => {
    const { far, editor, key, text } = setUp();
    assert.equal(text(), above + below);
    key("c");
    assert.equal(text(), `${above}c${below}`);
    assert.equal(far.last.request.documentVersion, 2);
    assert.equal(far.last.request.offset, above.length + 1);
    key("ox");
    assert.equal(text(), `${above}cox${below}`);
    key(undefined);
    assert.equal(text(), `${above}co${below}`);
    editor.dispose();
  });

  it("asks and shows no sooner than the editor does", async () => {
    const { clock, far, editor, key, text } = setUp({ askMs: 8, providerMs: 50 });
    key("c");
    clock.advance(7);
    assert.equal(far.answers.length, 0);
    assert.equal(text(), above + below);
    clock.advance(1);
    assert.equal(far.answers.length, 1);
    assert.equal(text(), `${above}c${below}`);
    far.last.say(textPiece("onst alpha = beta;"), fakeEnd);
    await settled();
    clock.advance(41);
    await settled();
    assert.deepEqual(ghosts(editor), [""]);
    clock.advance(1);
    await settled();
    assert.deepEqual(ghosts(editor), ["onst alpha = beta;"]);
    const [record] = editor.records;
    assert.ok(record);
    assert.equal(record.changes[0]?.at, record.keyAt + 50);
    assert.equal(record.answeredAt, record.keyAt + 8, "the core had it long before");
    editor.dispose();
  });

  it("is not asked for a state that the next key has left before the editor's wait is over", async () => {
    const { clock, far, editor, key } = setUp({ askMs: 8, providerMs: 50 });
    key("c");
    clock.advance(20);
    far.last.say(textPiece("onst alpha = beta;"), fakeEnd);
    await settled();
    clock.advance(20);
    key("x");
    clock.advance(20);
    await settled();
    assert.deepEqual(ghosts(editor), ["", ""]);
    const versions = far.answers.map(({ request }) => request.documentVersion);
    assert.equal(versions.at(-1), 3);
    assert.deepEqual(versions, versions.toSorted());
    editor.dispose();
  });

  it("shows nothing that comes when the next key is pressed but not yet told of", async () => {
    const { clock, far, editor, key } = setUp({ askMs: 8, providerMs: 50 });
    key("c");
    clock.advance(60);
    key("o");
    clock.advance(4);
    far.last.say(textPiece("onst alpha = beta;"), fakeEnd);
    await settled();
    assert.deepEqual(ghosts(editor), ["", ""]);
    assert.ok(editor.records.every(({ changes }) => changes.length === 0));
    editor.dispose();
  });
});
