import { decodeClientMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import { DocumentReceiver } from "../../../src/wire/documentReceiver.ts";
import { DocumentSender, type SendWindow } from "../../../src/wire/documentSender.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { edited, type Trace } from "./trace.ts";

/** What the two ends compute for each request, without socket and compression, in microseconds. */
export interface CodecTimes {
  /** From the ask to its payloads. */
  readonly encodeUs: readonly number[];
  /** From the payloads to the request: document, a prefix of 6,000 and a suffix of 2,000 characters. */
  readonly decodeUs: readonly number[];
}

const key = "trace";

/** Replays a trace through the sender and the receiver of documents alone, with a clock on each. */
export function timeCodec(
  trace: Trace,
  start: number,
  snippets: Iterator<readonly string[]>,
  window: SendWindow,
): CodecTimes {
  const documents = new LocalDocuments();
  const text = trace.steps
    .slice(0, start)
    .reduce((whole, { edits }) => edits.reduce(edited, whole), trace.start);
  documents.open({ key, path: "src/trace", languageId: "rust", isConfined: false }, 0, text);
  let payloads: Uint8Array[] = [];
  const sender = new DocumentSender(
    {
      payload: (bytes) => payloads.push(bytes),
      message: (message) => payloads.push(encodeClientMessage(message)),
    },
    window,
  );
  documents.onEvent((event) => {
    if (event.kind === "edited") sender.edited(event.document, event.edits);
  });
  const receiver = new DocumentReceiver({ beforeChars: 6_000, afterChars: 2_000 });
  const [encodeUs, decodeUs]: [number[], number[]] = [[], []];
  let [stream, version, kept] = [0, 0, 0];
  for (const { edits, askAt, isAfterPause } of trace.steps.slice(start)) {
    // What the far end lacks goes out in idle time, as on a link.
    while (isAfterPause && sender.sendPiece(stream + 1));
    for (const payload of payloads) receive(receiver, payload, stream);
    payloads = [];
    documents.edit(key, ++version, edits);
    const document = documents.get(key);
    if (askAt === undefined || !document) continue;
    const ask = { document, offset: askAt, stream: ++stream, keepsOlder: false };
    const texts = snippets.next().value as readonly string[];
    const startedAt = performance.now();
    sender.ask({ ...ask, snippets: texts });
    const encodedAt = performance.now();
    for (const payload of payloads) kept += receive(receiver, payload, stream);
    decodeUs.push((performance.now() - encodedAt) * 1_000);
    encodeUs.push((encodedAt - startedAt) * 1_000);
    payloads = [];
  }
  if (kept === 0) throw new Error("nothing was decoded");
  documents.dispose();
  return { encodeUs, decodeUs };
}

/** As the gateway's end of a link does it; the length of what was built, so that it is built. */
function receive(receiver: DocumentReceiver, payload: Uint8Array, stream: number): number {
  const message = decodeClientMessage(payload);
  if (message?.kind === "open") receiver.open(message);
  else if (message?.kind === "fill") receiver.fill(message.document, message.offset, message.text);
  else if (message?.kind === "put") receiver.put(message.place, message.text);
  else if (message?.kind === "use") receiver.use(message.places);
  else if (message) throw new Error(`${message.kind} was not expected`);
  else {
    const request = receiver.edit(payload, stream)?.request;
    return request ? request.before.length + request.after.length : 0;
  }
  return 0;
}
