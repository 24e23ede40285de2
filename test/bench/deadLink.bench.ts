/**
 * How long a link that goes dead without a word goes unnoticed, over real sockets to a real hosted gateway
 * behind a relay that stops to forward. Each link dies at another moment of its heartbeat.
 *   --links N (default 12) of each kind, all at once
 *
 * noticedBusyMs     from a request on a dead link, where no new connection is answered either
 * takenOverMs       the same where one is: the spare takes the link's place
 * noticedIdleMs     from the death of an idle link
 * noticedStoppedMs  as noticedBusyMs, with the gateway's process stopped
 */
import { parseArgs } from "node:util";
import { RelayedLink } from "../helpers/deadLinks.ts";
import { type HostedGateway, startHostedGateway } from "../helpers/hostedGateway.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const pingIntervalMs = 5_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: { links: { type: "string", default: "12" } },
  });
  const count = Number(values.links);
  const releases: (() => unknown)[] = [];
  const release = (action: () => unknown) => releases.unshift(action);
  const upstream = await new ScriptedUpstream({
    tokens: ["a"],
    outcome: { kind: "stalled", afterTokens: 0 },
  }).listen();
  release(() => upstream.close());
  try {
    const gateway = await startHostedGateway(upstream.url, release);
    const stopped = await startHostedGateway(upstream.url, release);
    const open = (to: HostedGateway) =>
      Promise.all(Array.from({ length: count }, () => RelayedLink.open(to, release)));
    const [busy, taken, idle, frozen] = [
      await open(gateway),
      await open(gateway),
      await open(gateway),
      await open(stopped),
    ];
    const atAnyMoment = <T>(
      links: readonly RelayedLink[],
      act: (link: RelayedLink) => Promise<T>,
    ) =>
      Promise.all(
        links.map(async (link, index) => {
          await sleep(((index + 0.5) / count) * pingIntervalMs);
          return act(link);
        }),
      );
    stopped.kill("SIGSTOP");
    const [noticedBusy, takenOver, noticedIdle, noticedStopped] = await Promise.all([
      atAnyMoment(busy, async (each) => {
        each.relay.goDeaf();
        each.relay.goSilent();
        await sleep(Math.random() * 1_000);
        return each.lostAfterMs();
      }),
      atAnyMoment(taken, (each) => {
        each.relay.goSilent();
        return each.lostAfterMs();
      }),
      atAnyMoment(idle, (each) => {
        each.relay.goDeaf();
        each.relay.goSilent();
        return each.noticedAfterMs();
      }),
      Promise.all(frozen.map((each) => each.lostAfterMs())),
    ]);
    return {
      links: count,
      noticedBusyMs: spread(noticedBusy),
      takenOverMs: spread(takenOver),
      noticedIdleMs: spread(noticedIdle),
      noticedStoppedMs: spread(noticedStopped),
    };
  } finally {
    for (const action of releases) await action();
  }
}
