import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { Dialer } from "../../src/link/dialer.ts";
import { Gateways } from "../../src/link/gateways.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import {
  echo,
  gatewayToken,
  startGatewayServer,
  type TestGateway,
} from "../helpers/gatewayServer.ts";
import { AskedDocuments, textOf } from "../helpers/requests.ts";

const never = new AbortController().signal;

describe("a link to one of several gateways", () => {
  let servers: TestGateway[];
  let addresses: string[];
  let gateways: Gateways;
  let asked: AskedDocuments;
  let link: PersistentLink;

  beforeEach(async () => {
    servers = [await startGatewayServer(echo), await startGatewayServer(echo)];
    addresses = servers.map(({ address }) => address);
    asked = new AskedDocuments();
  });
  afterEach(() => {
    link.dispose();
    gateways.dispose();
    for (const { server } of servers) server.dispose();
  });

  function connect(): void {
    const note = () => undefined;
    const log = { debug: note, info: note, warn: note };
    const parts = { clock: systemClock, blockedHosts: new Set<string>(), log };
    gateways = new Gateways({
      clock: systemClock,
      addresses: () => addresses,
      dialer: () => new Dialer({ ...parts, onWebSocketBack: note }),
    });
    link = new PersistentLink({
      clock: systemClock,
      client: "test/1",
      documents: asked.documents,
      random: Math.random,
      dial: (signal) => gateways.dial(gatewayToken, signal),
      profile: () => localProfile,
    });
    link.onState(({ kind }) => {
      if (kind === "ready") gateways.settle();
    });
  }
  const openLinks = () => servers.map((server) => server.openLinks());

  it("is one link, whichever answers first", async () => {
    connect();
    await link.ready(never);
    assert.equal(await textOf(link.complete(asked.ask("a█"), never)), "a!");
    while (openLinks()[0] === openLinks()[1]) await new Promise(setImmediate);
    const used = servers.findIndex(({ address }) => address === gateways.used);
    assert.equal(openLinks()[used], 1);
    assert.equal(link.connectionCount, 1);
  });

  it("opens where only the second listens", async () => {
    addresses = ["ws://127.0.0.1:1/v1/link", servers[1]?.address ?? ""];
    connect();
    await link.ready(never);
    assert.equal(gateways.used, addresses[1]);
  });

  it("goes on at the other one when its gateway ends", async () => {
    connect();
    await link.ready(never);
    const used = servers.findIndex(({ address }) => address === gateways.used);
    const lost = Promise.withResolvers<undefined>();
    const watch = link.onState(({ kind }) => {
      if (kind !== "ready") lost.resolve(undefined);
    });
    servers[used]?.server.dispose();
    await lost.promise;
    watch.dispose();
    await link.ready(never);
    assert.equal(gateways.used, servers[1 - used]?.address);
    assert.equal(await textOf(link.complete(asked.ask("a█"), never)), "a!");
  });

  it("moves to the one that is wanted, without a moment in which there is none", async () => {
    connect();
    await link.ready(never);
    const other = addresses.find((address) => address !== gateways.used) ?? "";
    const kinds: string[] = [];
    const moved = Promise.withResolvers<undefined>();
    link.onState(({ kind }) => {
      kinds.push(kind);
      moved.resolve(undefined);
    });
    gateways.want(other);
    link.move();
    assert.equal(await textOf(link.complete(asked.ask("a█"), never)), "a!");
    await moved.promise;
    assert.deepEqual(kinds, ["ready"]);
    assert.equal(gateways.used, other);
    assert.equal(await textOf(link.complete(asked.ask("b█"), never)), "b!");
    const at = addresses.indexOf(other);
    while (openLinks()[1 - at] !== 0) await new Promise(setImmediate);
    assert.equal(openLinks()[at], 1);
  });

  it("leaves no socket behind after a survey", async () => {
    connect();
    await link.ready(never);
    await gateways.survey(gatewayToken, never);
    const used = addresses.indexOf(gateways.used ?? "");
    while (openLinks()[used] !== 1 || openLinks()[1 - used] !== 0) await new Promise(setImmediate);
    assert.equal(await textOf(link.complete(asked.ask("a█"), never)), "a!");
  });
});
