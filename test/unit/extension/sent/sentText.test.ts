import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble } from "../../../../src/context/assemble.ts";
import { type AskedFarEnd, LastRequest } from "../../../../src/extension/sent/lastRequest.ts";
import { type SendingGateway, sentToModel } from "../../../../src/extension/sent/sentToModel.ts";
import {
  type SentBody,
  type SentFacts,
  sentText,
} from "../../../../src/extension/sent/sentText.ts";
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
  const world = { wallMs: 0 };
  const last = new LastRequest(traffic, () => world.wallMs);
  const documents = new LocalDocuments();
  documents.onEvent((event) => {
    last.followed(event);
  });
  documents.open({ ...name, isConfined: false }, 1, "const a = 1;\n");
  const begin = (marked: string, far: Partial<AskedFarEnd> = {}) => {
    const snapshot = snapshotAt(marked);
    last.began({ request: 1, snapshot, ask: assemble(snapshot) }, { ...ownModel, ...far });
  };
  const shown = (facts: Partial<SentFacts> = {}) =>
    sentText(
      {
        request: last.sent,
        early: undefined,
        model: [],
        heldBack: ["ignored.ts: all of it; git ignores it."],
        language: "en",
        ...facts,
      },
      english,
    );
  return { last, documents, traffic, world, begin, shown };
}
const ownModel: AskedFarEnd = { hostedGateway: undefined, mayAskModel: true, pid: 7 };
const team = { hostedGateway: "team" };
const sentBody = (more: Partial<SentBody>): SentBody => ({
  to: "x",
  body: '{"prompt":"let b"}',
  work: "completion",
  atWallMs: 0,
  ...more,
});
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
    assert.match(setUp().shown(), /^No completion has been asked/);
  });

  it("has what went to a gateway on another machine, each piece as it left, with the bytes", () => {
    const { last, documents, traffic, begin, shown } = setUp();
    traffic.upBytes = 100;
    documents.edit(name.key, 2, [{ offset: 11, deletedChars: 2, text: "let ```b" }]);
    begin("const a = 1;\nlet b█", team);
    last.said({ ...opened });
    last.said({ kind: "fill", document: 1, offset: 16, text: "the rest" });
    last.said({ kind: "put", place: 0, text: "export const other" });
    last.said({ kind: "ping", nonce: 1 });
    traffic.upBytes = 163;
    const page = shown();
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
    begin("b█", team);
    const page = shown();
    assert.doesNotMatch(page, /of the first/);
    assert.match(page, /The cursor's place alone/);
  });

  it("has nothing of a file that git ignores", () => {
    const { documents, begin, shown } = setUp();
    documents.open({ ...name, isConfined: true }, 1, "");
    documents.edit(name.key, 2, [{ offset: 0, deletedChars: 0, text: "ignored text" }]);
    begin("a█", team);
    assert.doesNotMatch(shown(), /ignored text/);
  });

  it("has the body that the model's server was sent, field by field", () => {
    const { begin, shown } = setUp();
    begin("const a = 1;\nlet b█");
    const whole = JSON.stringify({
      input_prefix: "const a = 1;\n",
      prompt: "let b",
      n_predict: 96,
    });
    const page = shown({
      model: [sentBody({ to: "http://127.0.0.1:8080/infill", body: whole })],
    });
    assert.match(page, /To the model's server http:\/\/127\.0\.0\.1:8080\/infill: .* \d+ bytes/);
    assert.match(page, /input_prefix, 13 long: the lines above.*\n-+\nconst a = 1;\n\n-+\n/);
    assert.match(page, /prompt, 5 long: .*\n-+\nlet b\n-+\n/);
    assert.match(page, /n_predict: a setting.*\n-+\n96\n/);
    assert.doesNotMatch(page, /Nothing of this left/);
  });

  it("shows a body that is no JSON as it is", () => {
    const { begin, shown } = setUp();
    begin("a█");
    assert.match(shown({ model: [sentBody({ body: "{ not json" })] }), /\n\{ not json\n/);
  });

  it("says that nothing left the machine where only the engine was asked, and what it looked at", () => {
    const { begin, shown } = setUp();
    begin("const a = 1;\nlet b█\n// below");
    const page = shown();
    assert.match(page, /Nothing of this left the machine\n=+/);
    assert.match(page, /Above the cursor.*\n-+\nconst a = 1;\nlet b\n-+\n/);
    assert.match(page, /Below the cursor.*\n-+\n\n\/\/ below\n-+\n/);
  });

  it("says that it cannot be told any more where the gateway has forgotten, and never that nothing left", () => {
    const { begin, shown } = setUp();
    begin("a█");
    const page = shown({ model: undefined });
    assert.match(page, /cannot be told any more\n=+\n\nThis window's gateway was started again/);
    assert.doesNotMatch(page, /Nothing of this left/);
  });

  it("says what a team's gateway got also when that is no longer the far end, and no more than that", () => {
    const { last, traffic, begin, shown } = setUp();
    begin("a█", team);
    last.said({ ...opened });
    traffic.upBytes = 30;
    last.left();
    traffic.upBytes = 99;
    last.said({ ...opened, text: "to the window's own" });
    const page = shown();
    assert.match(page, /Over the link to team: 30 bytes/);
    assert.match(page, /window round/);
    assert.doesNotMatch(page, /the window's own\n/);
    begin("b█");
    last.said({ ...opened, text: "counts again" });
    assert.equal(last.sent?.parts.length, 1);
  });

  it("has the time of a body, and says where it is another request's", () => {
    const { world, begin, shown } = setUp();
    const second = 1_000;
    begin("a█");
    const at = (seconds: number) => ({ model: [sentBody({ atWallMs: seconds * second })] });
    const timeOf = (seconds: number) => new Date(seconds * second).toLocaleTimeString("en");
    assert.ok(shown(at(2)).includes(`sent for a completion, at ${timeOf(2)}, 18 bytes`));
    assert.doesNotMatch(shown(at(2)), /For the last request/);
    world.wallMs = 3 * second;
    begin("b█");
    assert.match(shown(at(2)), /For the last request the model's server has been sent nothing/);
    assert.doesNotMatch(shown(at(3)), /For the last request/);
  });

  it("says of each body what it was sent for, so that none passes for the last request's", () => {
    const { begin, shown } = setUp();
    begin("a█");
    const warming = sentBody({ work: "warming", body: '{"input_prefix":"of another file"}' });
    const chat = sentBody({ work: "chat", body: '{"messages":"a question"}' });
    const page = shown({ model: [warming, chat] });
    assert.match(page, /For the last request the model's server has been sent nothing/);
    assert.match(page, /for it to read a place ahead, [^]*\nof another file\n/);
    assert.match(page, /for a question of the chat, [^]*\na question\n/);
    assert.doesNotMatch(page, /Nothing of this left/);
    const all = shown({ model: [warming, chat, sentBody({})] });
    assert.match(all, /for a completion,[^]*\nlet b\n[^]*read a place ahead/);
    assert.doesNotMatch(all, /For the last request/);
  });

  it("has what was read ahead before anything was asked", () => {
    const warming = sentBody({ work: "warming" });
    assert.match(setUp().shown({ model: [warming] }), /^No completion[^]*read a place[^]*let b/);
  });

  it("has what a team's gateway was given before anything was asked, and of no other far end", () => {
    const { last, begin, shown } = setUp();
    const page = () => shown({ early: { ...last.early, gateway: "team" } });
    last.said({ ...opened, text: "to the window's own" });
    last.left();
    assert.doesNotMatch(page(), /Over the link/);
    last.said({ ...opened });
    assert.match(page(), /^No completion[^]*Over the link to team, so[^]*\nwindow round\n/);
    assert.doesNotMatch(page(), /the window's own\n/);
    begin("a█", team);
    assert.deepEqual(last.early.parts, []);
  });

  it("counts nothing of a chat over the link, and says that there was one", () => {
    const { last, traffic, world, begin, shown } = setUp();
    begin("a█", team);
    traffic.upBytes = 40;
    world.wallMs = 5_000;
    last.chatBegan();
    traffic.upBytes += 250_000;
    const page = shown();
    assert.match(page, /Over the link to team: 40 bytes/);
    const at = new Date(5_000).toLocaleTimeString("en");
    assert.ok(page.includes(`A question of the chat was asked after it, at ${at}`));
    last.said({ ...opened });
    assert.match(shown(), /window round/);
    begin("b█", team);
    assert.doesNotMatch(shown(), /of the chat/);
  });

  it("keeps only so much of what a link sends again and again, and says how much more there was", () => {
    const { last, begin, shown } = setUp();
    begin("a█", team);
    for (let dial = 1; dial <= 5; dial++)
      last.said({ ...opened, kind: "fill", offset: 0, text: "x".repeat(400_000) });
    assert.equal(last.sent?.parts.length, 3);
    assert.match(shown(), /And 2 more pieces, which are not kept/);
    begin("b█", team);
    last.said({ ...opened });
    assert.doesNotMatch(shown(), /more pieces/);
  });

  it("says times in the editor's language", () => {
    const { begin, shown } = setUp();
    begin("a█");
    const inGerman = new Date(0).toLocaleTimeString("de");
    assert.ok(shown({ language: "de" }).includes(`, ${inGerman}\n`));
  });
});

describe("what the window's own gateway says that it has sent", () => {
  const sent = [sentBody({})];
  const said = (asked: Partial<AskedFarEnd>, gateway: Partial<SendingGateway> = {}) =>
    sentToModel(
      { asked: { ...ownModel, ...asked } },
      { pid: 7, lastSent: () => Promise.resolve(sent), ...gateway },
    );

  it("is told by the process that was asked, and by no other", async () => {
    assert.equal(await said({}), sent);
    assert.deepEqual(await said({}, { lastSent: () => Promise.resolve([]) }), []);
    assert.equal(await said({}, { pid: 8 }), undefined);
    assert.equal(await said({}, { pid: undefined }), undefined);
    assert.equal(await said({ pid: undefined }, { pid: undefined }), undefined);
  });

  it("is what was read ahead where nothing was asked yet", async () => {
    const none = { pid: 7, lastSent: () => Promise.resolve(undefined) };
    assert.deepEqual(await sentToModel(undefined, none), []);
    assert.equal(
      await sentToModel(undefined, { ...none, lastSent: () => Promise.resolve(sent) }),
      sent,
    );
  });

  it("is certainly nothing where it had no model to ask", async () => {
    assert.deepEqual(await said({ mayAskModel: false }, { pid: 8 }), []);
  });
});
