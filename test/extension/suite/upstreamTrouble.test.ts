import assert from "node:assert/strict";
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { FailureCode } from "../../../src/base/failure.ts";
import type { Outcome, ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  failureOf,
  linkReady,
  press,
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  until,
  statusSays,
} from "./editorWindow.ts";
import { endServers, freePort, startModel, startMuteServer, useModel } from "./servers.ts";
import { answerInput, catchNotices, catchOffers, restoreNotices } from "./stubs.ts";

const key = "sk-test-1234567890";
const words = "const first = 1;\nconst second = firstOfAll(first);\n\n";
const status = (code: number, body: unknown): Outcome => ({ kind: "status", status: code, body });

interface Trouble {
  readonly outcome: Outcome;
  readonly code: FailureCode;
  readonly sentence: RegExp;
  /** Whether people are told in a message, since it does not pass by itself. */
  readonly isTold: boolean;
}

const troubles: Readonly<Record<string, Trouble>> = {
  "a refused key": {
    outcome: status(401, { error: { message: `Incorrect API key provided: ${key}` } }),
    code: "upstream-unauthorized",
    sentence: /refused the key \(401\).*Set Upstream API Key/,
    isTold: true,
  },
  "a wrong path": {
    outcome: status(404, { error: "Not Found" }),
    code: "upstream-not-found",
    sentence: /has no \/v1\/completions \(404\).*slipstream\.upstream\.url/,
    isTold: true,
  },
  "a limit of requests": {
    outcome: status(429, { error: { message: "slow down" } }),
    code: "upstream-busy",
    sentence: /is busy \(429\).*asked again at a later key/,
    isTold: false,
  },
  "an error of the server": {
    outcome: status(500, "<html>stack trace</html>"),
    code: "upstream-down",
    sentence: /failed \(500\).*see its log/,
    isTold: false,
  },
  "a server that repeats the prompt": {
    outcome: status(400, { error: { message: `bad prompt: ${words}` } }),
    code: "upstream-refused",
    sentence: /refused the request \(400\)/,
    isTold: true,
  },
  "a stream of garbage": {
    outcome: { kind: "garbage" },
    code: "upstream-garbled",
    sentence: /not in the expected form.*slipstream\.upstream\.kind/,
    isTold: true,
  },
  "a stream that is cut off": {
    outcome: { kind: "cut-off", afterTokens: 1 },
    code: "upstream-down",
    sentence: /ended early(?!.*slipstream\.upstream\.kind)/,
    isTold: false,
  },
  "a model that never answers": {
    outcome: { kind: "silent" },
    code: "deadline",
    sentence: /sent no text within 150 ms.*slipstream\.upstream\.firstTextTimeoutMs/,
    isTold: false,
  },
};

suite("A model that cannot answer", () => {
  let model: ScriptedUpstream;
  let notices: readonly string[];
  let files = 0;

  suiteSetup(async () => {
    await quietEditor();
    model = await startModel({});
    await useModel(model.url, { firstTextTimeoutMs: 150 });
    await answerInput("slipstream.setUpstreamKey", key);
  });
  suiteTeardown(async () => {
    await answerInput("slipstream.setUpstreamKey", "");
    await restoreSettings();
    await endServers();
  });
  setup(async () => {
    notices = catchNotices();
    await vscode.commands.executeCommand("slipstream.reconnect");
    await linkReady();
  });
  teardown(async () => {
    restoreNotices();
    await closeAll();
  });

  const draftWith = async (code: FailureCode, sentence: RegExp) => {
    const view = await slipstream();
    const path = `troubled${++files}.ts`;
    await showFile(path, words);
    const { result } = await pressAndHear("const s");
    const failure = await failureOf(path, code);
    assert.match(result.suggestion?.text ?? "", /^econd/);
    assert.equal(result.suggestion?.origin, "draft");
    await statusSays(sentence);
    await until("it is a warning", () => view.status()?.isWarning);
    await until("the icon warns", () => view.status()?.text.startsWith("$(warning)"));
    const all = JSON.stringify([view.status(), notices, view.logLines(), failure.message]);
    assert.ok(!all.includes(key), all);
    assert.ok(!all.includes("firstOfAll"), all);
  };

  for (const [name, { outcome, code, sentence, isTold }] of Object.entries(troubles)) {
    test(`${name} is told once, beside the engine's draft`, async () => {
      model.script = { tokens: ["econdly", " more"], outcome };
      await draftWith(code, sentence);
      assert.equal(notices.length, isTold ? 1 : 0, notices.join("\n"));
      if (isTold) assert.match(notices[0] ?? "", sentence);

      const view = await slipstream();
      model.script = { tokens: ["zag = 3;"] };
      const { result } = await pressAndHear("z"); // the draft does not go on so
      assert.equal(result.suggestion?.origin, "remote");
      assert.equal(result.failure, undefined);
      await until("the warning is over", () => view.status()?.isWarning === false);
    });
  }

  test("a refused key is told with the button that sets it, where the model is this window's own", async () => {
    const offers = catchOffers();
    model.script = { outcome: status(401, "") };
    await draftWith("upstream-unauthorized", /Set Upstream API Key/);
    assert.match(offers[0] ?? "", / \[Set API Key\]$/);
  });

  test("a server that words each refusal differently is told of once", async () => {
    let count = 0;
    model.tokensFor = () => {
      count++;
      model.script = { outcome: status(400, { error: { message: `${count} tokens too many` } }) };
      return [];
    };
    model.script = { outcome: status(400, { error: { message: "0 tokens too many" } }) };
    await showFile("troubled.ts", words);
    await pressAndHear("const s");
    model.tokensFor = undefined;
    assert.ok(count > 1);
    assert.equal(notices.length, 1, notices.join("\n"));
  });

  test("an unknown model's name is told once, beside the draft", async () => {
    model.script = { model: "the-real-one" };
    await setSettings({ "slipstream.upstream.model": "no-such-model" });
    await linkReady();
    await draftWith("upstream-not-found", /has no model "no-such-model" \(404\)/);
    assert.equal(notices.length, 1);
    await setSettings({ "slipstream.upstream.model": "the-real-one" });
    await linkReady();
    model.script = { model: "the-real-one", tokens: ["zag = 3;"] };
    const { result } = await pressAndHear("z");
    assert.equal(result.suggestion?.origin, "remote");
    await setSettings({ "slipstream.upstream.model": undefined });
  });

  test("an address where nothing listens is told, beside the draft", async () => {
    await setSettings({ "slipstream.upstream.url": `http://127.0.0.1:${await freePort()}` });
    await linkReady();
    await draftWith("upstream-unreachable", /ECONNREFUSED.*slipstream\.upstream\.url/);
    assert.deepEqual(notices, []);
  });

  test("a server that accepts and says nothing ends with the time limit", async () => {
    await setSettings({ "slipstream.upstream.url": `http://127.0.0.1:${await startMuteServer()}` });
    await linkReady();
    await draftWith("deadline", /sent no text within 150 ms/);
  });

  test("an address that is none, or holds a password, is told once", async () => {
    for (const url of ["http://:0", `http://me:${key}@127.0.0.1`]) {
      await setSettings({ "slipstream.upstream.url": url });
      await linkReady();
      await draftWith("settings", /model's address/);
    }
    assert.equal(notices.length, 2);
    await setSettings({ "slipstream.upstream.url": model.url });
    await linkReady();
  });

  test("a model file that is not there is told once", async () => {
    await setSettings({
      "slipstream.upstream.firstTextTimeoutMs": 5_000, // its process has to start
      "slipstream.upstream.model": "/no/such/model.gguf",
      "slipstream.upstream.kind": "gguf",
    });
    await linkReady();
    await draftWith("settings", /\/no\/such\/model\.gguf cannot be read \(ENOENT\)/);
    assert.equal(notices.length, 1, notices.join("\n"));
    await setSettings({
      "slipstream.upstream.kind": "openai-compatible",
      "slipstream.upstream.model": undefined,
      "slipstream.upstream.firstTextTimeoutMs": 150,
    });
    await linkReady();
  });

  test("without a draft the reason is the failure's own sentence", async () => {
    model.script = { outcome: status(500, "") };
    await showFile("plain.ts", "");
    const { result } = await pressAndHear("q");
    assert.equal(result.suggestion, undefined);
    assert.match(result.reason, /failed \(500\)/);
    await press("r");
  });

  test("a slow model leaves the draft on screen after less than half a second", async () => {
    await setSettings({ "slipstream.upstream.firstTextTimeoutMs": 5_000 });
    await linkReady();
    model.script = { outcome: { kind: "silent" } };
    await showFile("slow.ts", words);
    const { result } = await pressAndHear("const s");
    assert.equal(result.suggestion?.origin, "draft");
    assert.ok(result.timings.readyMs < 500, `${result.timings.readyMs} ms`);
    await setSettings({ "slipstream.upstream.firstTextTimeoutMs": 150 });
  });
});
