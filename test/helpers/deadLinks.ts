import { systemClock } from "../../src/base/clock.ts";
import { Failure } from "../../src/base/failure.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import { PersistentLink } from "../../src/link/persistentLink.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { type HostedGateway, teamToken } from "./hostedGateway.ts";
import { AskedDocuments, textOf } from "./requests.ts";
import { TcpRelay } from "./tcpRelay.ts";

const never = new AbortController().signal;

/** One link to a hosted gateway, through a relay of its own that can let it go dead. */
export class RelayedLink {
  readonly relay: TcpRelay;
  readonly link: PersistentLink;
  readonly asked: AskedDocuments;

  private constructor(relay: TcpRelay, link: PersistentLink, asked: AskedDocuments) {
    this.relay = relay;
    this.link = link;
    this.asked = asked;
  }

  /** `release` gets what is to be done at the end. */
  static async open(
    gateway: HostedGateway,
    release: (action: () => unknown) => void,
  ): Promise<RelayedLink> {
    const relay = new TcpRelay(Number(new URL(gateway.http).port));
    const address = new URL(gateway.address);
    address.port = String(await relay.listen());
    const asked = new AskedDocuments();
    const link = new PersistentLink({
      dial: (signal) => dialWebSocket(address.href, teamToken, signal),
      clock: systemClock,
      random: Math.random,
      client: "test/1",
      documents: asked.documents,
      profile: () => localProfile,
    });
    release(() => {
      link.dispose();
      relay.dispose();
    });
    await link.ready(never);
    return new RelayedLink(relay, link, asked);
  }

  /** Asks something that no model answers; returns how long it takes until that fails with `link-lost`. */
  async lostAfterMs(): Promise<number> {
    const startedAt = performance.now();
    try {
      await textOf(this.link.complete(this.asked.ask(), never));
    } catch (error) {
      if (error instanceof Failure && error.code === "link-lost")
        return performance.now() - startedAt;
      throw error;
    }
    throw new Error("the request was answered");
  }

  /** How long it takes from now until the link says that it is lost. */
  async noticedAfterMs(): Promise<number> {
    const startedAt = performance.now();
    const noticed = Promise.withResolvers<undefined>();
    const watch = this.link.onState(() => {
      noticed.resolve(undefined);
    });
    await noticed.promise;
    watch.dispose();
    return performance.now() - startedAt;
  }
}
