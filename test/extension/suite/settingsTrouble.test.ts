import assert from "node:assert/strict";
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import {
  closeAll,
  linkReady,
  pressAndHear,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  slipstream,
  until,
  statusSays,
} from "./editorWindow.ts";
import { catchNotices, restoreNotices } from "./stubs.ts";

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ["slipstream.enabled", "yes", /slipstream\.enabled takes true or false/],
  ["slipstream.languages", ["typescript"], /slipstream\.languages takes language ids/],
  ["slipstream.upstream.kind", "gpt", /slipstream\.upstream\.kind takes one of none/],
  ["slipstream.upstream.kind", "llama.cpp", /slipstream\.upstream\.kind needs/],
  ["slipstream.upstream.url", 8080, /slipstream\.upstream\.url takes an address/],
  ["slipstream.upstream.model", ["a"], /slipstream\.upstream\.model takes a model's name/],
  ["slipstream.upstream.firstTextTimeoutMs", "fast", /firstTextTimeoutMs takes milliseconds/],
  ["slipstream.upstream.firstTextTimeoutMs", -1, /firstTextTimeoutMs takes milliseconds/],
  ["slipstream.upstream.maxTokens", 1.5, /maxTokens takes a whole number/],
  ["slipstream.gateway.url", "gateway.example.com", /slipstream\.gateway\.url takes an address/],
];

suite("Settings that cannot be", () => {
  let notices: readonly string[];

  suiteSetup(async () => {
    await quietEditor();
  });
  suiteTeardown(restoreSettings);
  setup(() => {
    notices = catchNotices();
  });
  teardown(async () => {
    restoreNotices();
    await closeAll();
  });

  for (const [at, [name, value, sentence]] of wrong.entries()) {
    test(`${name}: ${JSON.stringify(value)} is told once and drafts go on`, async () => {
      const view = await slipstream();
      await setSettings({ [name]: value });
      await linkReady();
      await showFile(`settled${at}.ts`, "const first = 1;\n");
      const { result } = await pressAndHear("const f");
      assert.match(result.suggestion?.text ?? "", /^irst/);
      assert.equal(notices.length, 1, notices.join("\n"));
      assert.match(notices[0] ?? "", sentence);
      await statusSays(sentence);
      await until("it is a warning", () => view.status()?.isWarning);
      await setSettings({ [name]: undefined });
      await linkReady();
      await until("the warning is over", () => view.status()?.isWarning === false);
    });
  }
});
