import type { NetworkInterfaceInfo } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposable.ts";

const wakePollMs = 1_000;
/** Asking for the interfaces takes some system calls: that is done in every so-many-th look only. */
const looksPerNetworkLook = 5;
/** So much more than expected on the wall clock: the machine has slept, or this process was stopped. */
const sleptMs = 10_000;
/** A window that nobody has looked at for so long may have missed more than it could notice. */
const longAwayMs = 5 * 60_000;

/** What a watch is made of. */
export interface NetworkWatchParts {
  readonly clock: Clock;
  /** The wall clock in milliseconds: unlike the other one it goes on while the machine sleeps. */
  readonly wallNowMs: () => number;
  /** As `os.networkInterfaces`. */
  readonly interfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** Called with the reason, for the log, when a link to another machine may be dead. */
  readonly onSuspicion: (reason: string) => void;
}

/** Notices what may have broken a link without a word: a sleep, another network, a long absence. */
export class NetworkWatch implements Disposable {
  readonly #parts: NetworkWatchParts;
  #timer: Disposable;
  #looks = 0;
  #wallAtMs: number;
  #addresses: string;
  #leftAtMs: number | undefined;

  constructor(parts: NetworkWatchParts) {
    this.#parts = parts;
    this.#wallAtMs = parts.wallNowMs();
    this.#addresses = this.#addressesNow();
    this.#timer = parts.clock.after(wakePollMs, this.#look);
  }

  /** Whether the window has the focus, at each change. */
  focused(isFocused: boolean): void {
    const { clock, onSuspicion } = this.#parts;
    const awayMs = clock.now() - (this.#leftAtMs ?? clock.now());
    this.#leftAtMs = isFocused ? undefined : (this.#leftAtMs ?? clock.now());
    if (isFocused && awayMs >= longAwayMs) onSuspicion("the window was left for long");
  }

  dispose(): void {
    this.#timer.dispose();
  }

  readonly #look = (): void => {
    const { clock, wallNowMs, onSuspicion } = this.#parts;
    this.#timer = clock.after(wakePollMs, this.#look);
    const wallMs = wallNowMs();
    const hasSlept = wallMs - this.#wallAtMs >= wakePollMs + sleptMs;
    this.#wallAtMs = wallMs;
    this.#looks++;
    if (hasSlept) onSuspicion("the machine has slept");
    else if (this.#looks % looksPerNetworkLook === 0) this.#lookAtNetwork();
  };

  #lookAtNetwork(): void {
    const addresses = this.#addressesNow();
    if (addresses === this.#addresses) return;
    this.#addresses = addresses;
    this.#parts.onSuspicion("the network is another one");
  }

  /** Those that reach further than this machine and its next neighbours. */
  #addressesNow(): string {
    return Object.entries(this.#parts.interfaces())
      .flatMap(([name, all = []]) => all.map((each) => ({ name, ...each })))
      .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
      .map(({ name, address }) => `${name} ${address}`)
      .sort()
      .join("\n");
  }
}
