import { systemClock } from "../base/clock.ts";
import { DisposableStore } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import { Upstreams } from "./choosing/upstreams.ts";
import type { HostedSettings } from "./commandLine.ts";
import type { ModelsSettings } from "./configFile.ts";
import { Counters } from "./counters.ts";
import { probeCompression } from "../wire/compression.ts";
import { chatOfAny } from "./chatPipeline.ts";
import { readDictionary } from "./dictionaryFile.ts";
import { Turns } from "./load/turns.ts";
import { answer, warmOf } from "./pipeline.ts";
import { GatewayServer } from "./server.ts";
import { stderrLog } from "./stderrLog.ts";
import { TokenFile } from "./tokens.ts";
import { createUpstream } from "./upstreams/createUpstream.ts";
import type { NetworkSettings, Upstream } from "./upstreams/upstream.ts";
import { gatewayName } from "./version.ts";

/**
 * How long clients may take to move to another gateway, and their answers to come to an end. With the
 * farewell it is less than the 10 s after which containers are killed.
 */
const drainMs = 6_000;
/** How long clients may take to answer the close when the gateway ends. */
const farewellMs = 2_000;

/**
 * Runs a gateway for a team until SIGTERM or SIGINT: then it lets its clients go over to another one, or
 * ends at once upon a second signal. It forwards to its upstreams and keeps nothing of what it forwards.
 * Throws a `settings` failure when it cannot start.
 */
export async function runHostedGateway(settings: HostedSettings): Promise<void> {
  outliveReaders();
  const everything = new DisposableStore();
  const stop = () => {
    everything.dispose();
  };
  let server: GatewayServer;
  try {
    server = await start(settings, everything);
  } catch (error) {
    stop();
    throw error;
  }
  let isEnding = false;
  const end = () => {
    if (isEnding)
      stop(); // which also ends the drain
    else void server.drain(drainMs).then(leave);
    isEnding = true;
  };
  const leave = () => {
    stop();
    systemClock.after(farewellMs, () => process.exit()); // a client that does not answer holds nobody up
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/** Whoever reads what it says may go away: EPIPE is no reason to end. */
function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);
}

/** Makes it, listens and says so. What it has made belongs to `everything`, also where it throws. */
async function start(
  settings: HostedSettings,
  everything: DisposableStore,
): Promise<GatewayServer> {
  const log = stderrLog;
  const dictionary = await readDictionary(log);
  const tokens = new TokenFile(settings.tokenFile, systemClock, log, () => {
    server.dropStrangers();
  });
  everything.add(tokens);
  const upstreams = openUpstreams(settings.models, log, everything);
  const turns = new Turns(systemClock);
  const server = new GatewayServer({
    listen: { host: settings.host, port: settings.port },
    tls: settings.tls,
    tenants: () => tokens.tenants,
    answer: (request, signal, tenant) => {
      const upstream = upstreams.of(tenant);
      return answer({ clock: systemClock, turns, drafter: undefined, upstream }, request, signal);
    },
    warm: warmOf(upstreams),
    chat: chatOfAny(upstreams, systemClock),
    compression: probeCompression(dictionary?.bytes),
    dictionary,
    requestLimits: { beforeChars: 16_000, afterChars: 8_000 }, // more than any model is given
    gateway: gatewayName,
    upstream: () => upstreams.name,
    clock: systemClock,
    counters: new Counters(),
    log,
  });
  everything.add(server);
  const address = await server.listen();
  process.stdout.write(`slipstream-gateway listens on ${address}, upstream ${upstreams.name}\n`);
  return server;
}

/** They connect at once: those made before one that cannot be made belong to `everything` already. */
function openUpstreams(
  { upstreams, choosing }: ModelsSettings,
  log: Logger,
  everything: DisposableStore,
): Upstreams {
  const limited = upstreams.map(({ settings, limits }, index) => {
    const where = upstreams.length > 1 ? `upstreams[${index}]: ` : "";
    return { upstream: everything.add(openUpstream(settings, where)), limits };
  });
  return everything.add(new Upstreams({ upstreams: limited, choosing, clock: systemClock, log }));
}

/** A failure says which of several it is about. */
function openUpstream(settings: NetworkSettings, where: string): Upstream {
  try {
    return createUpstream(settings, systemClock);
  } catch (error) {
    const { code, message } = Failure.from(error);
    throw new Failure(code, `${where}${message}`, error);
  }
}
