import type { Answer } from "../../src/link/answer.ts";
import type { FrameSocket } from "../../src/link/frameSocket.ts";
import { localProfile } from "../../src/link/linkProfile.ts";
import type { PersistentLinkParts } from "../../src/link/persistentLink.ts";
import type { ServerLinkParts } from "../../src/link/serverLink.ts";
import type { HandDialer } from "./handDialer.ts";
import type { ManualClock } from "./manualClock.ts";
import { AskedDocuments } from "./requests.ts";

/** The parts of a gateway's end that does not compress, where a test cares about the socket and the answers. */
export function serverParts(
  socket: FrameSocket,
  clock: ManualClock,
  answer: Answer,
): ServerLinkParts {
  return {
    socket,
    clock,
    answer,
    gateway: "test-gateway/1",
    upstream: "a model",
    compression: [],
    dictionary: undefined,
    requestLimits: { beforeChars: 4_000_000, afterChars: 4_000_000 },
    closesSilent: true,
    onOutcome: () => undefined,
    onClosed: () => undefined,
  };
}

/** The parts of a persistent link that is dialled by hand; tests that ask bring the documents they ask about. */
export function persistentParts(
  dialer: HandDialer,
  clock: ManualClock,
  { documents } = new AskedDocuments(),
): PersistentLinkParts {
  const profile = () => localProfile;
  return { dial: dialer.dial, clock, random: () => 1, client: "test/1", documents, profile };
}
