import { systemClock } from "../../src/base/clock.ts";
import type { Failure } from "../../src/base/failure.ts";
import { ClientLink } from "../../src/link/clientLink.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { type LinkProfile, localProfile } from "../../src/link/linkProfile.ts";
import type { Piece } from "../../src/wire/messages.ts";
import { AskedDocuments, type AskParts } from "./requests.ts";

const never = new AbortController().signal;

/** A client's link that has been welcomed, and why it ended once it has. */
export interface OpenLink {
  readonly link: ClientLink;
  readonly documents: AskedDocuments;
  readonly upstream: string;
  readonly lost: Promise<Failure>;
  /** Asks at `█`, in a document of that text. */
  readonly ask: (
    marked?: string,
    parts?: AskParts & { readonly signal?: AbortSignal },
  ) => AsyncGenerator<Piece>;
}

export async function openLink(
  socket: FrameSocket,
  profile: LinkProfile = localProfile,
): Promise<OpenLink> {
  const lost = Promise.withResolvers<Failure>();
  const asked = new AskedDocuments();
  const { documents } = asked;
  const shared = { clock: systemClock, client: "test/1", onEnded: lost.resolve };
  const link = new ClientLink({ ...shared, socket, documents, profile });
  const { upstream } = await link.welcome;
  return {
    link,
    documents: asked,
    upstream,
    lost: lost.promise,
    ask: (marked, { signal = never, ...parts } = {}) =>
      link.complete(asked.ask(marked, parts), signal),
  };
}
