import { systemClock } from "../../src/base/clock.ts";
import { type Failure } from "../../src/base/failure.ts";
import { ClientLink } from "../../src/link/clientLink.ts";
import { type FrameSocket } from "../../src/link/frameSocket.ts";

/** A client's link that has been welcomed, and why it ended once it has. */
export interface OpenLink {
  readonly link: ClientLink;
  readonly upstream: string;
  readonly lost: Promise<Failure>;
}

export async function openLink(socket: FrameSocket): Promise<OpenLink> {
  const lost = Promise.withResolvers<Failure>();
  const onEnded = lost.resolve;
  const link = new ClientLink({ socket, clock: systemClock, client: "test/1", onEnded });
  const { upstream } = await link.welcome;
  return { link, upstream, lost: lost.promise };
}
