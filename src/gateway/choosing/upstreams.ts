/**
 * This folder makes one upstream of several: which of them is asked (`race.ts`, one try is `oneTry.ts`), and which is left alone for a
 * while (`breaker.ts`). How many requests each is given at a time is `load/`. Start here.
 */
import type { Clock } from "../../base/clock.ts";
import { DisposableStore, type Disposable } from "../../base/disposable.ts";
import type { Failure } from "../../base/failure.ts";
import type { Logger } from "../../base/log.ts";
import { Percentiles } from "../../base/percentiles.ts";
import { Gate, type GateLimits } from "../load/gate.ts";
import { SingleFlight } from "../load/singleFlight.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { Breaker } from "./breaker.ts";
import { chosenUpstream, nameOf } from "./chosenUpstream.ts";
import type { Member } from "./member.ts";
import type { ChoosingSettings } from "./race.ts";
import { Rest } from "./rest.ts";
import { soleUpstream } from "./soleUpstream.ts";

/** How upstreams are shared out where nothing else is said. */
export const defaultLimits: GateLimits = {
  requests: 4_096,
  requestsPerTenant: 1_024,
  waitingPerTenant: 256,
  waitMs: 2_000,
};

export const defaultChoosing: ChoosingSettings = { tryTimeoutMs: 3_000, isHedging: false };

/** Of the last so many answers an upstream's p95 is taken. */
const keptSamples = 200;

/** An upstream of the settings and how much it is given at a time. */
export interface LimitedUpstream {
  readonly upstream: Upstream;
  readonly limits: GateLimits;
}

/** What the upstreams of a gateway are made of; they are taken over. */
export interface UpstreamsParts {
  /** In the order in which they are asked; never empty. */
  readonly upstreams: readonly LimitedUpstream[];
  readonly choosing: ChoosingSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** One of several is left alone for a while, because of this; told once for as long as it stays so. */
  readonly onLeftAlone?: (failure: Failure) => void;
}

/**
 * All upstreams of a gateway. What is known of each is shared by all tenants; requests and their answers are not. Its owner
 * disposes it, and with it every upstream.
 */
export class Upstreams implements Disposable {
  readonly #parts: UpstreamsParts;
  readonly #members: readonly Member[];
  readonly #store = new DisposableStore();
  readonly #byTenant = new Map<string, Upstream>();

  constructor(parts: UpstreamsParts) {
    this.#parts = parts;
    this.#members = parts.upstreams.map((each) => this.#member(each));
  }

  /** Of the one that answers now. */
  get name(): string {
    return nameOf(this.#members);
  }

  /** Whether any of them can chat. */
  get canChat(): boolean {
    return this.#members.some(({ upstream }) => upstream.chat !== undefined);
  }

  /** The upstream as one tenant sees it. */
  of(tenant: string): Upstream {
    let found = this.#byTenant.get(tenant);
    if (!found) this.#byTenant.set(tenant, (found = this.#sharedBy(tenant)));
    return found;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #member({ upstream, limits }: LimitedUpstream): Member {
    const { clock, log, onLeftAlone } = this.#parts;
    const { name } = this.#store.add(upstream);
    const breaker = new Breaker(clock, {
      opened: (failure, forMs) => {
        const { code, message } = failure;
        onLeftAlone?.(failure);
        log.warn(`${name} is left alone for ${Math.round(forMs / 1_000)} s: ${code}, ${message}`);
      },
      closed: () => {
        log.info(`${name} answers again`);
      },
    });
    const gate = new Gate(limits, clock);
    const rest = new Rest(clock);
    return { upstream, breaker, gate, rest, firstTextMs: new Percentiles(keptSamples) };
  }

  #sharedBy(tenant: string): Upstream {
    const { choosing: settings, clock } = this.#parts;
    const members = this.#members;
    const [only] = members;
    const one =
      only && members.length === 1
        ? soleUpstream(only, tenant)
        : chosenUpstream({ tenant, members, settings, clock });
    const chat = one.chat?.bind(one);
    const warm = one.warm?.bind(one);
    const flights = new SingleFlight((...ask) => one.complete(...ask));
    return {
      get name() {
        return one.name;
      },
      complete: (...ask) => flights.complete(...ask),
      ...(chat && { chat }),
      ...(warm && { warm }),
      dispose: () => undefined, // they are all tenants'
    };
  }
}
