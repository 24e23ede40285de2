import assert from "node:assert/strict";
import { decodeClientMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import { DocumentSender } from "../../../src/wire/documentSender.ts";
import type { Edit } from "../../../src/wire/edit.ts";
import { type LocalDocument, LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { AheadText, ClientMessage } from "../../../src/wire/messages.ts";

const window = { beforeChars: 1_500, afterChars: 500, pieceChars: 4_000 };

/** A sender over documents, and what it says. */
export class Sent {
  readonly documents = new LocalDocuments();
  readonly sender: DocumentSender;
  #payloads: Uint8Array[] = [];
  #stream = 0;

  constructor() {
    const payload = (bytes: Uint8Array): void => void this.#payloads.push(bytes);
    const message = (said: ClientMessage): void => {
      payload(encodeClientMessage(said));
    };
    this.sender = new DocumentSender({ payload, message }, window);
    this.documents.onEvent((event) => {
      if (event.kind === "closed") this.sender.closed(event.document);
      else this.sender.edited(event.document, event.edits);
    });
  }

  open(key: string, text: string): LocalDocument {
    this.documents.open({ key, path: key, languageId: "text", isConfined: false }, 1, text);
    const document = this.documents.get(key);
    assert.ok(document);
    return document;
  }

  edit(key: string, ...edits: readonly Edit[]): void {
    this.documents.edit(key, 2, edits);
  }

  ask(
    document: LocalDocument,
    offset: number,
    snippets: readonly string[] = [],
    ahead?: AheadText,
  ): void {
    const stream = ++this.#stream;
    this.sender.ask({ document, offset, stream, snippets, keepsOlder: false, ahead });
  }

  /** What was said since the last time: messages by their kind, edits by their size. */
  said(): readonly string[] {
    const payloads = this.#payloads;
    this.#payloads = [];
    return payloads.map((payload) => {
      const message = decodeClientMessage(payload);
      if (!message) return `edit ${payload.length}`;
      const document = "document" in message ? ` ${message.document}` : "";
      const place = "offset" in message ? ` at ${message.offset}` : "";
      const part = "offset" in message && "text" in message ? `: ${message.text.length}` : "";
      return message.kind + document + place + part;
    });
  }
}
