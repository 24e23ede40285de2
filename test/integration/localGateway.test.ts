import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Failure, type FailureCode } from "../../src/base/failure.ts";
import type { Piece } from "../../src/wire/messages.ts";
import { startGatewayProgram } from "../helpers/gatewayProgram.ts";
import { greetLocalGateway, startLocalGateway } from "../helpers/localGateway.ts";
import { openLink } from "../helpers/openLink.ts";
import { textOf } from "../helpers/requests.ts";
import { ScriptedUpstream, type UpstreamScript } from "../helpers/scriptedUpstream.ts";

const isFailure = (code: FailureCode) => (error: unknown) =>
  error instanceof Failure && error.code === code;
/** A request the engine alone can answer: it goes on as it did above. */
const loaded = "const values = load(first, second);\n";
const repeated = `${loaded}const total = sum(values);\n${loaded}const total█\n`;
const repeatedRest = " = sum(values);";

const start = (t: TestContext, settings: Readonly<Record<string, unknown>> = {}) =>
  startLocalGateway(settings, (action) => {
    t.after(action);
  });

async function withUpstream(t: TestContext, script: UpstreamScript = {}) {
  const upstream = await new ScriptedUpstream(script).listen();
  t.after(() => upstream.close());
  return { upstream, child: await start(t, { upstream: settingsFor(upstream.url) }) };
}

const settingsFor = (url: string) => ({
  kind: "llama.cpp",
  url,
  model: "",
  firstTextTimeoutMs: 10_000,
  maxTokens: 16,
});

/** The texts of an answer by who wrote them, and what it ended with. */
async function read(pieces: AsyncIterable<Piece>) {
  const texts = { draft: "", remote: "" };
  try {
    for await (const piece of pieces) if (piece.kind === "text") texts[piece.origin] += piece.text;
  } catch (error) {
    return { ...texts, failure: error instanceof Failure ? error.code : String(error) };
  }
  return texts;
}

describe("a local gateway's start", () => {
  const token = "t".repeat(43);
  const wrong: readonly (readonly [string, string])[] = [
    ["no JSON", "hello"],
    ["an empty line", ""],
    ["no token", JSON.stringify({ roots: [] })],
    ["a short token", JSON.stringify({ token: "short", roots: [] })],
    ["no roots", JSON.stringify({ token })],
    ["an unknown kind of model", JSON.stringify({ token, roots: [], upstream: { kind: "x" } })],
  ];
  for (const [what, line] of wrong) {
    it(`fails with one line of JSON and the end of the process: ${what}`, async () => {
      const { reply, exit } = await greetLocalGateway(`${line}\n`);
      assert.deepEqual(JSON.parse(reply), {
        failed: "the start message is not what the gateway expects",
      });
      assert.equal(exit.signal, null);
    });
  }

  it("fails where it cannot listen", async () => {
    const socketPath = "/no/such/folder/gateway.sock";
    const line = JSON.stringify({ token, roots: [], socketPath });
    const { reply } = await greetLocalGateway(`${line}\n`);
    assert.match((JSON.parse(reply) as { failed: string }).failed, /^cannot listen on \/no\/such/);
  });
});

describe("a local gateway", () => {
  it("answers on its socket and on its pipe at the same time", async (t) => {
    const child = await start(t);
    const onSocket = await openLink(await child.dial());
    const onPipe = await openLink(child.pipe);
    const answers = [onSocket, onPipe].map(({ ask }) => textOf(ask(repeated)));
    assert.deepEqual(await Promise.all(answers), [repeatedRest, repeatedRest]);
    onSocket.link.dispose();
  });

  it("lets nobody in without the token", async (t) => {
    const child = await start(t);
    await assert.rejects(child.dial("t".repeat(43)), isFailure("unauthorized"));
  });

  it("answers from the project's files", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(join(folder, "totals.ts"), `${loaded}const total = sum(values);\n`);
    const child = await start(t, { roots: [{ name: "app", folder }] });
    await child.log.matching(/learned 1 files/);
    const { ask } = await openLink(child.pipe);
    const answer = textOf(ask(`${loaded}const total█\n`));
    assert.equal(await answer, repeatedRest);
  });

  it("answers from the declarations of what a file imports, once the cursor has rested there", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const home = join(folder, "node_modules", "zebras");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), "{}");
    writeFileSync(
      join(home, "index.d.ts"),
      "export function crossTheRoad(zebras: number): void;\n",
    );
    const child = await start(t, { roots: [{ name: "app", folder }] });
    await child.learned(1);
    const { ask, link, documents } = await openLink(await child.dial());
    t.after(() => {
      link.dispose();
    });
    const text = 'import "zebras";\nexport function crossT';
    assert.equal(await textOf(ask(`${text}█\n`)), "");
    const { documentKey, offset } = documents.ask(`${text}█\n`);
    link.warm(documentKey, offset);
    await child.learned(2);
    assert.match(await textOf(ask(`${text}█\n`)), /^heRoad/);
  });

  it("learns a file that it is told of, and goes on after a word it does not understand", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const child = await start(t, { roots: [{ name: "app", folder }] });
    await child.learned(1);
    const path = join(folder, "totals.ts");
    writeFileSync(path, `${loaded}const total = sum(values);\n`);
    child.tell({ changed: 5 });
    child.tell({ changed: [path] });
    await child.learned(2);
    assert.ok(child.log.all.some((line) => line.startsWith("warn a notice of the window")));
    const { ask } = await openLink(child.pipe);
    assert.equal(await textOf(ask(`${loaded}const total█\n`)), repeatedRest);
  });

  it("says once what it has learned, and what it has left out and why", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(join(folder, "a.ts"), "one();\n");
    writeFileSync(join(folder, "b.ts"), new Uint8Array(9));
    const child = await start(t, { roots: [{ name: "app", folder }] });
    await child.learned(1);
    child.tell({ changed: [join(folder, "a.ts")] });
    await child.learned(2);
    const lines = child.log.all.filter((line) => line.includes("learned"));
    assert.deepEqual(lines, ["info learned 1 files, 0.0 MB; left out: binary 1"]);
  });

  it("drafts as its window says, from then on", async (t) => {
    const child = await start(t);
    const { ask } = await openLink(child.pipe);
    const drafts = async () => textOf(ask(repeated));
    assert.equal(await drafts(), repeatedRest);
    child.tell({ drafting: { suggestions: "quiet", hasModel: false, sparesModel: false } });
    while ((await drafts()) === repeatedRest); // it comes on a channel of its own
    child.tell({ drafting: { suggestions: "balanced", hasModel: false, sparesModel: false } });
    while ((await drafts()) !== repeatedRest);
  });

  it("asks the model beside the engine on its socket, and never on its pipe", async (t) => {
    const { child, upstream } = await withUpstream(t, { tokens: ["the", " model"] });
    const { link, ask, upstream: name } = await openLink(await child.dial());
    assert.notEqual(name, "");
    const expected = { draft: repeatedRest, remote: "the model" };
    assert.deepEqual(await read(ask(repeated)), expected);
    const onPipe = await openLink(child.pipe);
    assert.equal(onPipe.upstream, "");
    assert.equal(await textOf(onPipe.ask(repeated)), repeatedRest);
    assert.equal(upstream.records.length, 1);
    link.dispose();
  });

  it("sends nothing of a confined request to the model", async (t) => {
    const { child, upstream } = await withUpstream(t);
    const { link, ask } = await openLink(await child.dial());
    const answer = textOf(ask(repeated, { isConfined: true }));
    assert.equal(await answer, repeatedRest);
    assert.deepEqual(upstream.records, []);
    link.dispose();
  });

  it("closes the model's stream when a request is cancelled", async (t) => {
    const stalled = { tokens: ["a"], outcome: { kind: "stalled", afterTokens: 1 } } as const;
    const { child, upstream } = await withUpstream(t, stalled);
    const { link, ask } = await openLink(await child.dial());
    const controller = new AbortController();
    const pieces = ask(undefined, { signal: controller.signal });
    assert.equal((await pieces.next()).done, false);
    controller.abort(new Error("typed on"));
    await assert.rejects(pieces.next(), /typed on/);
    await upstream.until(() => upstream.records[0]?.closedAt !== undefined);
    assert.equal(upstream.records[0]?.isComplete, false);
    link.dispose();
  });

  const unusable = { ftp: "ftp://127.0.0.1:1", words: "not an address", nothing: "" };
  for (const [what, url] of Object.entries(unusable)) {
    it(`still gives its draft, and says that the settings are wrong: ${what}`, async (t) => {
      const child = await start(t, { upstream: settingsFor(url) });
      const { link, ask } = await openLink(await child.dial());
      const expected = { draft: repeatedRest, remote: "", failure: "settings" };
      assert.deepEqual(await read(ask(repeated)), expected);
      assert.deepEqual(await read(ask(repeated)), expected);
      link.dispose();
    });
  }

  it("gives its draft before it says that the model cannot be reached", async (t) => {
    const child = await start(t, { upstream: settingsFor("http://127.0.0.1:1") });
    const { link, ask } = await openLink(await child.dial());
    const expected = { draft: repeatedRest, remote: "", failure: "upstream-unreachable" };
    assert.deepEqual(await read(ask(repeated)), expected);
    link.dispose();
  });
});

describe("the end of a local gateway", () => {
  it("comes with the end of its input, in the middle of its work, and the process is gone", async (t) => {
    const stalled = { tokens: ["a"], outcome: { kind: "stalled", afterTokens: 1 } } as const;
    const { child, upstream } = await withUpstream(t, stalled);
    const { ask, lost } = await openLink(await child.dial());
    const pieces = ask();
    await pieces.next();
    child.endInput();
    await assert.rejects(pieces.next(), isFailure("link-lost"));
    assert.equal((await lost).code, "link-lost");
    assert.deepEqual(await child.ended, { code: 0, signal: null });
    assert.throws(() => process.kill(child.pid, 0), { code: "ESRCH" });
    await upstream.until(() => upstream.records[0]?.closedAt !== undefined);
    assert.ok(!existsSync(child.folder), "the socket's folder is left behind");
  });

  it("comes with the end of its input before it was told anything", async () => {
    const { child, ended } = startGatewayProgram(["--local-child"]);
    child.stdin.end();
    child.stdout.resume();
    child.stderr.resume();
    assert.equal((await ended).signal, null);
  });

  it("comes when its parent closes the pipe's link", async (t) => {
    const child = await start(t);
    const { link } = await openLink(child.pipe);
    link.dispose();
    assert.deepEqual(await child.ended, { code: 0, signal: null });
  });

  it("leaves both links of its parent with link-lost when it is killed", async (t) => {
    const { child } = await withUpstream(t, { outcome: { kind: "silent" } });
    const onSocket = await openLink(await child.dial());
    const onPipe = await openLink(child.pipe);
    const answer = textOf(onSocket.ask());
    child.kill("SIGKILL");
    await assert.rejects(answer, isFailure("link-lost"));
    assert.equal((await onSocket.lost).code, "link-lost");
    assert.equal((await onPipe.lost).code, "link-lost");
    assert.equal((await child.ended).signal, "SIGKILL");
  });
});

describe("a local gateway with models to fall back on", () => {
  it("asks the next one where the first is not there, and says who answers to the next client", async (t) => {
    const upstream = await new ScriptedUpstream({}).listen();
    t.after(() => upstream.close());
    const fallbacks = [settingsFor(upstream.url)];
    const child = await start(t, { upstream: settingsFor("http://127.0.0.1:1"), fallbacks });
    const { link, ask } = await openLink(await child.dial());
    for (const text of ["a█", "b█"]) assert.equal((await read(ask(text))).remote, "hello world");
    const next = await openLink(await child.dial());
    assert.match(next.upstream, new RegExp(new URL(upstream.url).host));
    for (const each of [link, next.link]) each.dispose();
  });

  it("tells its window once that a key is wrong, though another model answers", async (t) => {
    const refusing = await new ScriptedUpstream({
      outcome: { kind: "status", status: 401, body: {} },
    }).listen();
    const upstream = await new ScriptedUpstream({}).listen();
    t.after(() => Promise.all([refusing.close(), upstream.close()]));
    const fallbacks = [settingsFor(upstream.url)];
    const child = await start(t, { upstream: settingsFor(refusing.url), fallbacks });
    const { link, ask } = await openLink(await child.dial());
    for (const text of ["a█", "b█", "c█"])
      assert.equal((await read(ask(text))).remote, "hello world");
    assert.equal(refusing.records.length, 1);
    await child.log.matching(/is left alone for 60 s: upstream-unauthorized/);
    assert.deepEqual(child.leftAlone, ["upstream-unauthorized"]);
    link.dispose();
  });

  it("gives the engine's draft when none of them is there, and says what the first has met", async (t) => {
    const nobody = settingsFor("http://127.0.0.1:1");
    const noAddress = settingsFor("not an address");
    const child = await start(t, { upstream: nobody, fallbacks: [noAddress, nobody] });
    const { link, ask } = await openLink(await child.dial());
    const text = "const total = first + second;\nconst total = fi█\n";
    for (let key = 0; key < 4; key++) {
      const { draft, remote, failure } = (await read(ask(`// ${key}\n${text}`))) as Record<
        string,
        string
      >;
      assert.notEqual(draft, "");
      assert.deepEqual([remote, failure], ["", "upstream-unreachable"]);
    }
    link.dispose();
  });
});
