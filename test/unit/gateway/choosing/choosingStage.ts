import { Failure, type FailureCode } from "../../../../src/base/failure.ts";
import {
  defaultChoosing,
  defaultLimits,
  Upstreams,
} from "../../../../src/gateway/choosing/upstreams.ts";
import type { Upstream, UpstreamAnswer } from "../../../../src/gateway/upstreams/upstream.ts";
import { HandUpstream } from "../../../helpers/handUpstream.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";
import { aRequest } from "../../../helpers/requests.ts";

const never = new AbortController().signal;

export const failureOf = (code: FailureCode): Failure => new Failure(code, `it is ${code}`);

/** Three models that a test answers by hand, behind one choice among them. */
export class ChoosingStage {
  readonly clock = new ManualClock();
  readonly first = new HandUpstream("first");
  readonly second = new HandUpstream("second");
  readonly third = new HandUpstream("third");
  readonly log: string[] = [];
  all: Upstreams;
  #asked = 0;

  constructor() {
    this.all = this.open();
  }

  /** Others than all three with the usual settings. */
  open(
    choosing = defaultChoosing,
    members: readonly Upstream[] = [this.first, this.second, this.third],
    limits = defaultLimits,
  ): Upstreams {
    const note = (line: string) => void this.log.push(line);
    const upstreams = members.map((upstream) => ({ upstream, limits }));
    const log = { debug: note, info: note, warn: note };
    return new Upstreams({ upstreams, choosing, clock: this.clock, log });
  }

  /** Asks for something new each time. */
  ask(signal = never): UpstreamAnswer {
    const request = aRequest({ before: String(this.#asked++) });
    return this.all.of("team").complete(request, signal);
  }

  /** How often each of the three was asked. */
  get counts(): readonly number[] {
    return [this.first, this.second, this.third].map(({ calls }) => calls.length);
  }
}
