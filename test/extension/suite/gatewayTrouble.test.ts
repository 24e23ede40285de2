import assert from "node:assert/strict";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import * as vscode from "vscode";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  failureOf,
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
import {
  endServers,
  freePort,
  healthOf,
  socketPathOf,
  startHostedGateway,
  startModel,
  startMuteServer,
  startWebServer,
  teamToken,
} from "./servers.ts";
import { answerInput, catchNotices, catchOffers, joinGateway, restoreNotices } from "./stubs.ts";

const words = "const first = 1;\nconst second = 2;\n";

suite("A hosted gateway", () => {
  let model: ScriptedUpstream;

  suiteSetup(async () => {
    await quietEditor();
  });
  suiteTeardown(async () => {
    await restoreSettings();
    await endServers();
  });
  teardown(async () => {
    restoreNotices();
    await closeAll();
    await setSettings({ "slipstream.gateway.url": undefined });
    await endServers();
  });

  const useGateway = async (script: ConstructorParameters<typeof ScriptedUpstream>[0]) => {
    model = await startModel(script);
    const gateway = await startHostedGateway(teamToken, model.url);
    await joinGateway(gateway.url, teamToken);
    await until("the link to the hosted gateway", async () => {
      const { links } = await healthOf({ port: gateway.port });
      return links.open === 1;
    });
    await linkReady();
    return gateway;
  };
  /** Types into a new file and checks that the engine's draft is shown. */
  const hasDraft = async (path: string) => {
    await showFile(path, words);
    await (await slipstream()).gateway(); // the engine's child is started anew with the settings
    const { result } = await pressAndHear("const s");
    assert.match(result.suggestion?.text ?? "", /^econd/, JSON.stringify(result));
    assert.equal(result.suggestion?.origin, "draft");
    return result;
  };

  test("gives the model's text over the one WebSocket, the engine its drafts", async () => {
    const view = await slipstream();
    const gateway = await useGateway({ tokens: ["econdFromTheModel;"] });
    await showFile("hosted.ts", words);
    // The engine knows no such word: a draft of it, typed along before a slow machine's model has answered, would stay.
    const { result } = await pressAndHear("quux");
    assert.equal(result.suggestion?.text, "econdFromTheModel;");
    assert.equal(result.suggestion.origin, "remote");
    model.script = { outcome: { kind: "status", status: 500, body: "" } };
    assert.equal((await pressAndHear("\nconst f")).result.suggestion?.origin, "draft");
    model.script = { tokens: ["ull;"] };
    assert.equal((await pressAndHear("z")).result.suggestion?.origin, "remote");

    const { links } = await healthOf({ port: gateway.port });
    assert.deepEqual(links, { open: 1, total: 1 });
    const child = await healthOf({ socketPath: socketPathOf((await view.gateway()).address) });
    assert.equal(child.links.open, 0);
  });

  test("is told nothing of a file that git ignores", async () => {
    await useGateway({ tokens: ["econdFromTheModel;"] });
    await showFile("hidden/.gitignore", "*.ts\n");
    await closeAll();
    await hasDraft("hidden/kept.ts");
    assert.deepEqual(model.records, []);
  });

  test("that dies leaves the drafts, says so, and is used again when it is back", async () => {
    const view = await slipstream();
    const gateway = await useGateway({ tokens: ["econdFromTheModel;"] });
    await gateway.kill();
    await until("the link is lost", () => view.link().kind === "waiting");
    await statusSays(/debug-disconnect\) draft only/);
    const { timings } = await hasDraft("alone.ts");
    assert.ok(timings.readyMs < 1_000, `the draft waited ${timings.readyMs} ms for a dead link`);
    await startHostedGateway(teamToken, model.url, gateway.port);
    await linkReady();
    const { result } = await pressAndHear("z"); // the draft does not go on so
    assert.equal(result.suggestion?.origin, "remote");
    await until("the status says nothing of it", () => view.status()?.isWarning === false);
  });

  test("with nothing to say of its own, a lost gateway is named as the reason", async () => {
    const view = await slipstream();
    await setSettings({ "slipstream.gateway.url": `ws://127.0.0.1:${await freePort()}` });
    await until("the link is lost", () => view.link().kind === "waiting");
    await showFile("nothing.ts", "");
    const { result } = await pressAndHear("q");
    assert.equal(result.failure?.code, "gateway-unreachable");
    const sentence = /No gateway answers.*slipstream\.gateway\.url/;
    await statusSays(sentence);
  });

  const addresses: readonly (readonly [string, () => Promise<number>, string, RegExp])[] = [
    ["nothing listens", freePort, "waiting", /ECONNREFUSED/],
    ["a web server answers", startWebServer, "refused", /answers HTTP 404, not as a gateway/],
  ];
  for (const [what, port, kind, sentence] of addresses) {
    test(`at an address where ${what} leaves the drafts and is told once`, async () => {
      const view = await slipstream();
      const notices = catchNotices();
      await setSettings({ "slipstream.gateway.url": `ws://127.0.0.1:${await port()}` });
      await until(`the link is ${kind}`, () => view.link().kind === kind);
      await hasDraft("misled.ts");
      await statusSays(sentence);
      assert.equal(notices.length, kind === "refused" ? 1 : 0, notices.join("\n"));
    });
  }

  test("that accepts and says nothing leaves the drafts meanwhile", async () => {
    const port = await startMuteServer();
    await setSettings({ "slipstream.gateway.url": `ws://127.0.0.1:${port}` });
    await hasDraft("starting.ts"); // the engine's child may not be linked yet when its first key is pressed
    const result = await hasDraft("mute.ts");
    assert.ok(result.timings.readyMs < 1_000, `${result.timings.readyMs} ms`);
  });

  test("that says nothing leaves the drafts also where the engine is started again", async () => {
    const view = await slipstream();
    await setSettings({ "slipstream.gateway.url": `ws://127.0.0.1:${await startMuteServer()}` });
    await hasDraft("before.ts");
    await showFile("after.ts", words);
    const { pid } = await view.gateway();
    process.kill(pid, "SIGKILL");
    const { result } = await pressAndHear("const s");
    assert.match(result.suggestion?.text ?? "", /^econd/, JSON.stringify(result));
    assert.ok(result.timings.readyMs < 4_000, `${result.timings.readyMs} ms`);
  });

  test("refuses a wrong token, which is told once and mended by the right one", async () => {
    const view = await slipstream();
    const notices = catchNotices();
    model = await startModel({ tokens: ["econdFromTheModel;"] });
    const gateway = await startHostedGateway(teamToken, model.url);
    await joinGateway(gateway.url, "a-wrong-token");
    await until("the link is refused", () => view.link().kind === "refused");
    await hasDraft("refused.ts");
    await failureOf("refused.ts", "unauthorized");
    assert.equal(notices.length, 1, notices.join("\n"));
    assert.match(notices[0] ?? "", /does not know the token.*Set Gateway Token/);
    await until("it is a warning", () => view.status()?.isWarning);
    assert.ok(!JSON.stringify([view.logLines(), view.status()]).includes("a-wrong-token"));
    await answerInput("slipstream.setGatewayToken", undefined);
    assert.equal(view.link().kind, "refused");
    await answerInput("slipstream.setGatewayToken", ` ${teamToken}\n`);
    await linkReady();
    const { result } = await pressAndHear("z");
    assert.equal(result.suggestion?.origin, "remote");
  });

  test("whose model refuses the key is told of to whoever runs it: no setting here is named, and no button", async () => {
    const offers = catchOffers();
    await useGateway({ outcome: { kind: "status", status: 401, body: "" } });
    await hasDraft("expired.ts");
    await failureOf("expired.ts", "upstream-unauthorized");
    await statusSays(/refused the key \(401\).*Tell whoever runs your team's gateway/);
    assert.equal(offers.length, 1, offers.join("\n"));
    assert.match(offers[0] ?? "", /Tell whoever runs your team's gateway: it is mended there\.$/);
  });

  test("is not asked with a token that no header can carry", async () => {
    const view = await slipstream();
    const notices = catchNotices();
    model = await startModel({});
    const gateway = await startHostedGateway(teamToken, model.url);
    await joinGateway(gateway.url, "ключ");
    await until("the link is refused", () => view.link().kind === "refused");
    assert.equal(notices.length, 1, notices.join("\n"));
    assert.match(notices[0] ?? "", /token/i);
  });

  test("is left for the window's own when the setting is emptied", async () => {
    const gateway = await useGateway({});
    await setSettings({ "slipstream.gateway.url": undefined });
    await until("the hosted one is left", async () => {
      return (await healthOf({ port: gateway.port })).links.open === 0;
    });
    await linkReady();
    await vscode.commands.executeCommand("slipstream.resume");
    await hasDraft("own.ts");
  });
});
