import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import { type BlockedHosts, Dialer } from "../link/dialer.ts";
import type { FrameSocket } from "../link/frameSocket.ts";
import { GatewayMover } from "../link/gatewayMover.ts";
import { Gateways } from "../link/gateways.ts";
import type { PersistentLink } from "../link/persistentLink.ts";
import { linkPath } from "../wire/limits.ts";
import type { CompletionAsk, Piece } from "../wire/messages.ts";
import { tokenNameOf } from "./secretNames.ts";
import type { Secrets } from "./secrets.ts";
import { gatewayAddresses, type Settings } from "./settings.ts";

/** What a window's way to its team's gateways is made of. */
export interface TeamGatewaysParts {
  readonly settings: () => Settings;
  readonly secrets: Secrets;
  readonly blockedHosts: BlockedHosts;
  readonly clock: Clock;
  readonly log: Logger;
  /** The window's link, once it is made. */
  readonly link: () => PersistentLink;
  /** Whether nobody waits for an answer. */
  readonly isIdle: () => boolean;
  /** The WebSocket to the gateway in use works again. */
  readonly onWebSocketBack: () => void;
}

/** The gateways a team hosts: which one the window's link goes to, and when it goes to another. Owned by the far end. */
export class TeamGateways implements Disposable {
  readonly #parts: TeamGatewaysParts;
  readonly #store = new DisposableStore();
  readonly #gateways: Gateways;
  readonly #mover: GatewayMover;

  constructor(parts: TeamGatewaysParts) {
    this.#parts = parts;
    const { clock, blockedHosts, log, onWebSocketBack } = parts;
    const ignore = () => undefined;
    this.#gateways = this.#store.add(
      new Gateways({
        clock,
        addresses: () => gatewayAddresses(parts.settings()).map(linkAddressOf),
        dialer: (isTrial) =>
          new Dialer({
            clock,
            blockedHosts,
            log,
            onWebSocketBack: isTrial ? ignore : onWebSocketBack,
          }),
      }),
    );
    this.#mover = this.#store.add(
      new GatewayMover({
        clock,
        survey: (signal) => this.#survey(signal),
        isIdle: parts.isIdle,
        move: (address) => {
          log.info(`the link moves to a quicker gateway, ${hostOf(address)}`);
          this.#gateways.want(address);
          parts.link().move();
        },
      }),
    );
  }

  /** Whether there are any; else the window's own gateway is used. */
  get areUsed(): boolean {
    return this.#parts.settings()["gateway.url"] !== "";
  }

  /** The host of the one that is used, for people; undefined for the window's own. */
  get usedHost(): string | undefined {
    const { used } = this.#gateways;
    return !this.areUsed || used === undefined ? undefined : hostOf(used);
  }

  /** Opens one socket to one of them. Throws as `Gateways.dial` does, and `unauthorized` for a token that cannot be one. */
  async dial(signal: AbortSignal): Promise<FrameSocket> {
    return this.#gateways.dial(await this.#token(), signal);
  }

  /** The socket that was opened last is in use. */
  settle(): void {
    this.#gateways.settle();
  }

  /** They are not used now: nothing goes on behind a socket of theirs. */
  rest(): void {
    this.#gateways.rest();
  }

  /** What the gateway in use says, with a look at how long its first word took. */
  async *complete(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    const { clock, link } = this.#parts;
    const startedAt = clock.now();
    let isFirst = true;
    for await (const piece of link().complete(ask, signal)) {
      if (isFirst) this.#mover.answered(clock.now() - startedAt);
      isFirst = false;
      yield piece;
    }
  }

  /** The network is another one: another gateway may be nearer. */
  suspect(): void {
    this.#mover.surveySoon();
  }

  /** The last answer has ended. */
  idle(): void {
    this.#mover.idle();
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Which gateway would be better than the one in use; only while there is a link to move. */
  async #survey(signal: AbortSignal): Promise<string | undefined> {
    if (!this.areUsed || this.#parts.link().state.kind !== "ready") return undefined;
    return this.#gateways.survey(await this.#token(), signal);
  }

  async #token(): Promise<string> {
    const { settings, secrets } = this.#parts;
    const token = (await secrets.get(tokenNameOf(settings()["gateway.url"]))) ?? "";
    if (/^[\x21-\x7e]*$/.test(token)) return token;
    const message = "the gateway's token has spaces or characters that no token can have";
    throw new Failure("unauthorized", message);
  }
}

const linkAddressOf = (gateway: string): string => gateway.replace(/\/*$/, "") + linkPath;

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : "");
