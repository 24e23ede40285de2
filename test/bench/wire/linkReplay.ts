import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import type { LinkProfile } from "../../../src/link/linkProfile.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import { dialWebSocket, WsSocket } from "../../../src/link/wsSocket.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { maxFrameBytes, subprotocol } from "../../../src/wire/limits.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { CountingSocket } from "./countingSocket.ts";
import { edited, type Trace } from "./trace.ts";

/** What a replay over both ends of a real link gave. */
export interface Replay {
  /** For each request: header, mask and payload of all frames that left since the request before. */
  readonly requestBytes: readonly number[];
  /** What was sent in idle time, not for a request. */
  readonly idleBytes: number;
  /** Requests whose document, prefix, suffix or snippets the far end built otherwise than they are. */
  readonly mismatches: number;
  /** Requests that the far end gave no text for, since it noticed a difference itself. */
  readonly resyncs: number;
  /** Bytes of all frames after the handshake, as the socket itself counted them. */
  readonly socketBytes: number;
}

const key = "trace";
const never = new AbortController().signal;
/** What a pause of a second or more is taken for: less than after which edits are sent on their own. */
const pauseMs = 250;
const pauseStepMs = 10;
const arrivalMs = 1;

/**
 * Replays a trace from transaction `start` on: every request is asked over a WebSocket on loopback, and what the far
 * end makes of it is compared with the truth.
 */
export async function replay(
  trace: Trace,
  start: number,
  snippets: Iterator<readonly string[]>,
  profile: LinkProfile,
): Promise<Replay> {
  const documents = new LocalDocuments();
  let truth = trace.steps
    .slice(0, start)
    .reduce((text, { edits }) => edits.reduce(edited, text), trace.start);
  const name = { key, path: `src/${trace.name}`, languageId: "rust", isConfined: false };
  documents.open(name, 0, truth);
  let seen: CompletionRequest | undefined;
  const far = await startFarEnd(profile, (request) => (seen = request));
  const socket = new CountingSocket(await dialWebSocket(far.address, "token", never));
  const onEnded = (failure: Error) => {
    throw failure;
  };
  const clock = new ManualClock();
  const link = new ClientLink({
    socket,
    clock,
    client: "bench",
    documents,
    profile,
    onEnded,
  });
  await link.welcome;
  const greetingBytes = socket.sentBytes;
  const requestBytes: number[] = [];
  let [mismatches, resyncs, idleBytes, version, heldChars] = [0, 0, 0, 0, 0];
  for (const { edits, askAt, isAfterPause } of trace.steps.slice(start)) {
    // Nothing would go out where the far end has all of the text: then the pause need not be waited for.
    if (isAfterPause && heldChars < truth.length) {
      const idleFrom = socket.sentBytes;
      await pause(clock);
      idleBytes += socket.sentBytes - idleFrom;
    }
    documents.edit(key, ++version, edits);
    truth = edits.reduce(edited, truth);
    if (askAt === undefined) continue;
    const [offset, texts] = [askAt, snippets.next().value as readonly string[]];
    const sentBefore = socket.sentBytes;
    seen = undefined;
    const place = { documentKey: key, documentVersion: version, offset, isConfined: false };
    const ask = { ...place, snippets: texts, keepsOlder: false };
    try {
      for await (const piece of link.complete(ask, never)) if (piece.kind === "end") break;
    } catch {
      resyncs++;
    }
    requestBytes.push(socket.sentBytes - sentBefore);
    heldChars = heldBy(seen);
    if (!isTrue(seen, truth, offset, texts)) mismatches++;
  }
  link.dispose();
  await far.close();
  documents.dispose();
  return {
    requestBytes,
    idleBytes,
    mismatches,
    resyncs,
    socketBytes: socket.sentBytes - greetingBytes,
  };
}

/** The person thinks: what the far end lacks goes out meanwhile, through the compressor's thread, the socket and back. */
async function pause(clock: ManualClock): Promise<void> {
  for (let passedMs = 0; passedMs < pauseMs; passedMs += pauseStepMs) {
    clock.advance(pauseStepMs);
    await setTimeout(arrivalMs);
  }
}

/** How much of the document the far end holds round the cursor. */
const heldBy = (request: CompletionRequest | undefined): number =>
  request ? request.before.length + request.after.length : 0;

/** Whether the far end has built what is true: all of what it claims to hold, round the cursor. */
function isTrue(
  request: CompletionRequest | undefined,
  truth: string,
  offset: number,
  snippets: readonly string[],
): boolean {
  if (!request) return false;
  const { before, after } = request;
  const isText = truth.slice(offset - before.length, offset) === before;
  const isRest = truth.slice(offset, offset + after.length) === after;
  const isSame = request.snippets.every((text, index) => text === snippets[index]);
  return isText && isRest && isSame && request.snippets.length === snippets.length;
}

/** A gateway's end that answers nothing and notes each request as it was rebuilt: the whole document, if it is held. */
async function startFarEnd(
  { compression, dictionary }: LinkProfile,
  onRequest: (request: CompletionRequest) => void,
): Promise<{ address: string; close: () => Promise<void> }> {
  const http = createServer();
  const server = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: () => subprotocol,
  });
  const links = new Set<ServerLink>();
  server.on("connection", (ws) => {
    const link = new ServerLink({
      socket: new WsSocket(ws),
      clock: systemClock,
      gateway: "bench",
      upstream: "",
      compression,
      dictionary,
      requestLimits: { beforeChars: Number.MAX_SAFE_INTEGER, afterChars: 0xffff_ffff },
      closesSilent: false,
      // eslint-disable-next-line @typescript-eslint/require-await -- an answer is asynchronous
      answer: async function* (request) {
        onRequest(request);
        const timings = { totalMs: 0, draftMs: undefined, firstRemoteMs: undefined };
        yield { kind: "end", timings };
      },
      onOutcome: () => undefined,
      onClosed: () => links.delete(link),
    });
    links.add(link);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    address: `ws://127.0.0.1:${port}/`,
    close: async () => {
      for (const link of links) link.dispose();
      server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
