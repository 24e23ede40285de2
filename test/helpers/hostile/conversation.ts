/** What a client with manners says, as payloads: what hostile inputs are made from. */
import { encodeClientMessage } from "../../../src/wire/codec.ts";
import { contentIdOf } from "../../../src/wire/contentId.ts";
import { DocumentSender } from "../../../src/wire/documentSender.ts";
import { protocolVersion } from "../../../src/wire/limits.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { ClientMessage, CompressionKind, OpenMessage } from "../../../src/wire/messages.ts";

export const helloWith = (kind: CompressionKind = "none", isPadded = false): Uint8Array =>
  encodeClientMessage({
    kind: "hello",
    protocolVersion,
    client: "test/1",
    compression: [kind],
    dictionary: "",
    isPadded,
    session: "",
    resume: [],
  });

/** The opening of document 1 with this text, or as `more` says. */
export const opening = (text: string, more: Partial<OpenMessage> = {}): Uint8Array =>
  encodeClientMessage({
    kind: "open",
    document: 1,
    name: { isConfined: false, path: "app/a.ts", languageId: "typescript" },
    lengthChars: text.length,
    nextStream: 1,
    offset: 0,
    text,
    ...more,
  });

/** A ping whose pong is found among other answers. */
export const lastPing = encodeClientMessage({ kind: "ping", nonce: 0x7ead_beef });
export const lastPong = Uint8Array.from([0x07, ...lastPing.subarray(1)]);

const text = Array.from(
  { length: 60 },
  (_, line) => `  const ümlaut${line} = "${line * 7919}";\n`,
).join("");
const key = "a";
const name = { key, path: "app/a.ts", languageId: "typescript", isConfined: false };

/** Two asks that are right, the first of them for this stream. */
export function twoAsks(stream: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const payload = (bytes: Uint8Array) => {
    payloads.push(bytes);
  };
  const message = (said: ClientMessage) => {
    payloads.push(encodeClientMessage(said));
  };
  const window = { beforeChars: 400, afterChars: 200, pieceChars: 700 };
  const sender = new DocumentSender({ payload, message }, window);
  const documents = new LocalDocuments();
  documents.open(name, 1, text);
  const document = documents.get(key);
  for (const each of [stream, stream + 1]) {
    if (document)
      sender.ask({ document, offset: 9, stream: each, snippets: [], keepsOlder: false });
  }
  return payloads;
}

/** Some keep older ones, some are ahead, some are both. */
const mannerOf = (stream: number) => ({
  keepsOlder: stream % 3 === 0,
  ahead: stream % 4 === 0 ? { text: `ahead(${stream});\n    `, deletedAfterChars: 5 } : undefined,
});

/** Every kind of frame, in an order that is right: opening, typing, lists, snippets, bulk, closing, recalling. */
export function goodConversation(): Uint8Array[] {
  const payloads = [helloWith()];
  const message = (said: ClientMessage) => {
    payloads.push(encodeClientMessage(said));
  };
  const payload = (bytes: Uint8Array) => {
    payloads.push(bytes);
  };
  const documents = new LocalDocuments();
  const window = { beforeChars: 400, afterChars: 200, pieceChars: 700 };
  const sender = new DocumentSender({ payload, message }, window);
  documents.onEvent((event) => {
    if (event.kind === "edited") sender.edited(event.document, event.edits);
    else sender.closed(event.document);
  });
  documents.open(name, 1, text);
  let stream = 0;
  const ask = (offset: number, snippets: readonly string[] = []) => {
    const document = documents.get(key);
    if (document) sender.ask({ document, offset, stream: ++stream, snippets, ...mannerOf(stream) });
  };
  const edit = (offset: number, deletedChars: number, inserted: string) => {
    documents.edit(key, stream + 2, [{ offset, deletedChars, text: inserted }]);
  };
  ask(500);
  for (const [index, unit] of Array.from("for ü\n        x").entries()) {
    edit(500 + index, 0, unit);
    ask(501 + index, index > 6 ? ["function helper() {}", `other ${index}`] : []);
  }
  edit(480, 7, "");
  edit(900, 0, "\ud800 lone");
  ask(905);
  for (const at of [100, 300, 600]) edit(at, 2, "same");
  sender.flushEdits();
  while (sender.sendPiece(stream + 1));
  sender.verify();
  message({ kind: "cancel", stream });
  message({ kind: "credit", stream: 1, sizeBytes: 40_000 });
  const document = documents.get(key);
  const whole = document?.text.whole() ?? "";
  documents.close(key);
  message({
    kind: "recall",
    document: 9,
    nextStream: stream + 1,
    contentId: contentIdOf(name, whole),
  });
  message({ kind: "focus", document: 9 });
  payload(Uint8Array.of(0x91, 0x02, 0x00, 0x00, 0x00, 0x00));
  return payloads;
}
