import assert from "node:assert/strict";
import { createServer, connect, type Socket } from "node:net";
import { suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
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
} from "./editorWindow.ts";
import {
  endServers,
  healthOf,
  listen,
  startHostedGateway,
  startModel,
  teamToken,
} from "./servers.ts";
import { joinGateway, restoreNotices } from "./stubs.ts";

/** One way; a handshake takes several. */
const farMs = 100;

suite("A team's gateways in two places", () => {
  suiteSetup(async () => {
    await quietEditor();
  });
  suiteTeardown(async () => {
    await restoreSettings();
  });
  teardown(async () => {
    restoreNotices();
    await closeAll();
    await setSettings({ "slipstream.gateway.url": undefined });
    await setSettings({ "slipstream.gateway.moreUrls": undefined });
    await endServers();
  });

  /** A gateway whose model has a word of its own. */
  const gatewayThatSays = async (word: string) =>
    startHostedGateway(teamToken, (await startModel({ tokens: [word] })).url);
  const openLinks = async ({ port }: { readonly port: number }) =>
    (await healthOf({ port })).links.open;

  test("are raced: the nearest has the link, wherever it is listed, and another one when it dies", async () => {
    const view = await slipstream();
    const far = await gatewayThatSays("fromFarAway()");
    const near = await gatewayThatSays("fromNearby()");
    const farUrl = `ws://127.0.0.1:${await startLongWay(far.port)}`;
    await setSettings({ "slipstream.gateway.moreUrls": [near.url] });
    await joinGateway(farUrl, teamToken);
    await until("the link to the near one", async () => (await openLinks(near)) === 1);
    await linkReady();
    assert.equal(await openLinks(far), 0);
    await showFile("raced.ts", "");
    const first = (await pressAndHear("q")).result.suggestion;
    assert.equal(first?.text, "fromNearby()");

    await near.kill();
    await until("the link to the far one", async () => (await openLinks(far)) === 1);
    await until("the link is ready", () => view.link().kind === "ready");
    const second = (await pressAndHear("\nz")).result.suggestion;
    assert.equal(second?.text, "fromFarAway()");
  });
});

/** The port of a way to another one on which each word takes its time. */
function startLongWay(port: number): Promise<number> {
  return listen(
    createServer((socket) => {
      const onward = connect(port, "127.0.0.1");
      carry(socket, onward);
      carry(onward, socket);
    }),
  );
}

function carry(from: Socket, to: Socket): void {
  from.on("error", () => undefined);
  from.on("data", (bytes) => setTimeout(() => to.write(bytes), farMs));
  from.on("close", () => setTimeout(() => to.destroy(), farMs));
}
