import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble } from "../../../../src/context/assemble.ts";
import { LastRequest } from "../../../../src/extension/sent/lastRequest.ts";
import { type SentFacts, sentText } from "../../../../src/extension/sent/sentText.ts";
import { LocalDocuments } from "../../../../src/wire/localDocuments.ts";
import { snapshotAt } from "../../../helpers/cursor.ts";

/** English as it is, with what stands in it. */
const english = {
  t: (text: string, ...values: (string | number)[]) =>
    text.replace(/\{(\d+)\}/g, (_place, at: string) => `${values[Number(at)] ?? ""}`),
};
const name = { key: "file:///app/a.ts", path: "app/a.ts", languageId: "typescript" };

function setUp() {
  const traffic = { upBytes: 0, downBytes: 0 };
  const last = new LastRequest(traffic, () => 0);
  const documents = new LocalDocuments();
  documents.onEvent((event) => {
    last.followed(event);
  });
  documents.open({ ...name, isConfined: false }, 1, "const a = 1;\n");
  const begin = (marked: string) => {
    const snapshot = snapshotAt(marked);
    last.began({ request: 1, snapshot, ask: assemble(snapshot) });
  };
  const shown = (facts: Partial<SentFacts> = {}) =>
    sentText(
      {
        request: last.sent,
        hostedGateway: undefined,
        model: undefined,
        heldBack: ["ignored.ts: all of it; git ignores it."],
        ...facts,
      },
      english,
    );
  return { last, documents, traffic, begin, shown };
}
const opened = {
  kind: "open",
  document: 1,
  name: { isConfined: false, path: "app/a.ts", languageId: "typescript" },
  lengthChars: 20,
  nextStream: 1,
  offset: 4,
  text: "window round",
} as const;

describe("the page of what was sent", () => {
  it("says so before anything was asked", () => {
    assert.match(setUp().shown(), /^Nothing has been asked/);
  });

  it("has what went to a gateway on another machine, each piece as it left, with the bytes", () => {
    const { last, documents, traffic, begin, shown } = setUp();
    traffic.upBytes = 100;
    documents.edit(name.key, 2, [{ offset: 11, deletedChars: 2, text: "let ```b" }]);
    begin("const a = 1;\nlet b█");
    last.said({ ...opened });
    last.said({ kind: "fill", document: 1, offset: 16, text: "the rest" });
    last.said({ kind: "put", place: 0, text: "export const other" });
    last.said({ kind: "ping", nonce: 1 });
    traffic.upBytes = 163;
    const page = shown({ hostedGateway: "team" });
    assert.match(page, /Over the link to team: 63 bytes in frames/);
    assert.match(
      page,
      /Typed in app\/a\.ts at character 11, 8 long, in the place of 2.*\n-+\nlet ```b\n-+\n/,
    );
    assert.match(
      page,
      /Of app\/a\.ts, from character 4, 12 long: a window.*\n-+\nwindow round\n-+\n/,
    );
    assert.match(page, /from character 16, 8 long: more of it.*\n-+\nthe rest\n/);
    assert.match(page, /Of another file, 18 long.*\n-+\nexport const other\n/);
    assert.match(page, /Held back\n=+\n\n- ignored\.ts: all of it; git ignores it\.\n$/);
  });

  it("has nothing of the request before", () => {
    const { last, begin, shown } = setUp();
    begin("a█");
    last.said({ ...opened, text: "of the first" });
    begin("b█");
    const page = shown({ hostedGateway: "team" });
    assert.doesNotMatch(page, /of the first/);
    assert.match(page, /The cursor's place alone/);
  });

  it("has nothing of a file that git ignores", () => {
    const { documents, begin, shown } = setUp();
    documents.open({ ...name, isConfined: true }, 1, "");
    documents.edit(name.key, 2, [{ offset: 0, deletedChars: 0, text: "ignored text" }]);
    begin("a█");
    assert.doesNotMatch(shown({ hostedGateway: "team" }), /ignored text/);
  });

  it("has the body that the model's server was sent, field by field", () => {
    const { begin, shown } = setUp();
    begin("const a = 1;\nlet b█");
    const body = JSON.stringify({ input_prefix: "const a = 1;\n", prompt: "let b", n_predict: 96 });
    const page = shown({ model: { to: "http://127.0.0.1:8080/infill", body } });
    assert.match(page, /To the model's server http:\/\/127\.0\.0\.1:8080\/infill: .* \d+ bytes/);
    assert.match(page, /input_prefix, 13 long: the lines above.*\n-+\nconst a = 1;\n\n-+\n/);
    assert.match(page, /prompt, 5 long: .*\n-+\nlet b\n-+\n/);
    assert.match(page, /n_predict: a setting.*\n-+\n96\n/);
    assert.doesNotMatch(page, /Nothing of this left/);
  });

  it("shows a body that is no JSON as it is", () => {
    const { begin, shown } = setUp();
    begin("a█");
    assert.match(shown({ model: { to: "x", body: "{ not json" } }), /\n\{ not json\n/);
  });

  it("says that nothing left the machine where only the engine was asked, and what it looked at", () => {
    const { begin, shown } = setUp();
    begin("const a = 1;\nlet b█\n// below");
    const page = shown();
    assert.match(page, /Nothing of this left the machine\n=+/);
    assert.match(page, /Above the cursor.*\n-+\nconst a = 1;\nlet b\n-+\n/);
    assert.match(page, /Below the cursor.*\n-+\n\n\/\/ below\n-+\n/);
  });
});
