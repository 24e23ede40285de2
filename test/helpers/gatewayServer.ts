import { type Clock, systemClock } from "../../src/base/clock.ts";
import { Counters } from "../../src/gateway/counters.ts";
import { GatewayServer } from "../../src/gateway/server.ts";
import { type Tenant, windowTenant } from "../../src/gateway/tokens.ts";
import type { Answer } from "../../src/link/answer.ts";
import { linkPath } from "../../src/wire/limits.ts";

/** A gateway's server in this process, on loopback. */
export interface TestGateway {
  readonly server: GatewayServer;
  /** Where its links are, such as `ws://127.0.0.1:1234/v1/link`. */
  readonly address: string;
  /** The same server for plain requests, without a path. */
  readonly http: string;
  readonly tenants: Tenant[];
  readonly log: readonly string[];
  /** How many links are open. */
  openLinks(): number;
}

export const gatewayToken = "the-token";

/** Starts one; whoever asked for it disposes its `server`. */
export async function startGatewayServer(
  answer: Answer,
  tls?: { readonly cert: Buffer; readonly key: Buffer },
  clock: Clock = systemClock,
): Promise<TestGateway> {
  const log: string[] = [];
  const note = (line: string) => void log.push(line);
  const counters = new Counters();
  const tenants = [windowTenant(gatewayToken)];
  const server = new GatewayServer({
    listen: { host: "127.0.0.1", port: 0 },
    tls,
    tenants: () => tenants,
    answer,
    compression: [],
    dictionary: undefined,
    requestLimits: { beforeChars: 4_000_000, afterChars: 4_000_000 },
    gateway: "test-gateway/1",
    upstream: () => "a model",
    clock,
    counters,
    log: { debug: note, info: note, warn: note },
  });
  const url = await server.listen();
  return {
    server,
    address: url + linkPath,
    http: url.replace(/^ws/, "http"),
    tenants,
    log,
    openLinks: () => (counters.snapshot() as { links: { open: number } }).links.open,
  };
}

/** Answers every request with the text before the cursor, piece by piece. */
export const echo: Answer = async function* (request) {
  for (const text of [request.before, "!"]) {
    await Promise.resolve();
    yield { kind: "text", origin: "remote", text };
  }
  yield { kind: "end", timings: { totalMs: 1, draftMs: undefined, firstRemoteMs: 1 } };
};
