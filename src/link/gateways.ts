import { deadline, linkAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { FrameSocket } from "./frameSocket.ts";
import { type DialTimes, quicker } from "./quicker.ts";

/** Opens sockets to one gateway; as `Dialer`. */
export interface GatewayDialer extends Disposable {
  dial(address: string, token: string, signal: AbortSignal): Promise<FrameSocket>;
  settle(): void;
}

/** What the choice among gateways is made of. */
export interface GatewaysParts {
  /** Of the settings, in their order. */
  readonly addresses: () => readonly string[];
  /** A dialer for one address, made once; those for trials are made each time. */
  readonly dialer: (isTrial: boolean) => GatewayDialer;
  readonly clock: Clock;
}

/** How often each gateway is dialled in a survey: one time says little. */
const surveyRounds = 5;
/** One that takes longer is no better one, and may never answer. */
const trialMs = 5_000;

/**
 * The gateways that a window may use: dials all of them at once and takes the first that opens, and tells later whether another one
 * would be better. Owned by whoever owns the link; `dispose` ends its dialers.
 */
export class Gateways implements Disposable {
  readonly #parts: GatewaysParts;
  readonly #dialers = new Map<string, GatewayDialer>();
  /** That of the last socket. */
  #opened: string | undefined;
  #used: string | undefined;
  #wanted: string | undefined;

  constructor(parts: GatewaysParts) {
    this.#parts = parts;
  }

  /** The address of the gateway in use. */
  get used(): string | undefined {
    return this.#used;
  }

  /** The next dial asks this one alone. */
  want(address: string): void {
    this.#wanted = address;
  }

  /**
   * Opens one socket: to the gateway that is wanted, or to whichever opens first; the others are ended. Throws what the first of the
   * settings has met when all fail, or the signal's reason.
   */
  async dial(token: string, signal: AbortSignal): Promise<FrameSocket> {
    const listed = this.#parts.addresses();
    const addresses = listed.filter((each) => each === this.#wanted);
    this.#wanted = undefined;
    const open = (each: string, own: AbortSignal) => this.#dialer(each).dial(each, token, own);
    const asked = addresses.length > 0 ? addresses : listed;
    const { socket, address } = await firstToOpen(asked, open, signal);
    this.#opened = address;
    return socket;
  }

  /** The socket that was opened last is in use, and none before; as `Dialer.settle`. */
  settle(): void {
    this.#used = this.#opened;
    for (const [each, dialer] of this.#dialers) {
      if (each === this.#used) dialer.settle();
      else dialer.dispose();
    }
  }

  /**
   * Dials all gateways, one at a time and several times, and says which one should be used instead of the one that is; undefined
   * where there is no better one. Throws the signal's reason.
   */
  async survey(token: string, signal: AbortSignal): Promise<string | undefined> {
    const addresses = this.#parts.addresses();
    const used = this.#used;
    if (used === undefined || addresses.length < 2 || !addresses.includes(used)) return undefined;
    const times: DialTimes = new Map(addresses.map((address) => [address, []]));
    for (let round = 0; round < surveyRounds; round++) {
      for (const [address, measured] of times) {
        const ms = await this.#trial(address, token, signal);
        if (ms === undefined)
          times.delete(address); // it cannot be reached
        else measured.push(ms);
      }
    }
    return quicker(used, times);
  }

  /** Ends what goes on behind an open socket, such as the trying of another way. */
  rest(): void {
    for (const dialer of this.#dialers.values()) dialer.dispose();
  }

  dispose(): void {
    this.rest();
  }

  #dialer(address: string): GatewayDialer {
    let dialer = this.#dialers.get(address);
    if (!dialer) this.#dialers.set(address, (dialer = this.#parts.dialer(false)));
    return dialer;
  }

  async #trial(address: string, token: string, signal: AbortSignal): Promise<number | undefined> {
    const { clock } = this.#parts;
    const dialer = this.#parts.dialer(true);
    const limit = deadline(signal, clock, trialMs, "trying a gateway");
    const startedAt = clock.now();
    try {
      (await dialer.dial(address, token, limit.signal)).terminate();
      return clock.now() - startedAt;
    } catch {
      signal.throwIfAborted();
      return undefined;
    } finally {
      limit.dispose();
      dialer.dispose();
    }
  }
}

interface Opened {
  readonly socket: FrameSocket;
  readonly address: string;
}

async function firstToOpen(
  addresses: readonly string[],
  open: (address: string, signal: AbortSignal) => Promise<FrameSocket>,
  signal: AbortSignal,
): Promise<Opened> {
  const dials = addresses.map((address) => ({ address, abort: linkAbort(signal) }));
  let winner: string | undefined;
  const opened = dials.map(async ({ address, abort }) => {
    const socket = await open(address, abort.signal);
    if (winner !== undefined || signal.aborted) socket.terminate();
    winner ??= address;
    return { socket, address };
  });
  try {
    return await Promise.any(opened);
  } catch {
    signal.throwIfAborted();
    const [met] = await Promise.allSettled(opened);
    throw met?.status === "rejected" ? met.reason : new Failure("settings", "there is no gateway");
  } finally {
    for (const { address, abort } of dials) {
      if (address !== winner) abort.abort(new Failure("link-lost", "another gateway was quicker"));
      abort.dispose();
    }
  }
}
