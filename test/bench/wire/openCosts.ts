import { setImmediate } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import type { FrameSocket } from "../../../src/link/frameSocket.ts";
import { encodingOf } from "../../../src/link/linkProfile.ts";
import { Outbox } from "../../../src/link/outbox.ts";
import { encodeClientMessage } from "../../../src/wire/codec.ts";
import type { Dictionary } from "../../../src/wire/dictionary.ts";
import { DocumentSender, type SendWindow } from "../../../src/wire/documentSender.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { HeldOutFile } from "../heldOutFiles.ts";
import { CountingSocket } from "./countingSocket.ts";
import { snippetChars } from "./snippets.ts";

/** What it costs to bring one file to the far end over a connection that has sent nothing else, in bytes of frames. */
export interface OpenCost {
  /** The window of 2,000 characters and the ask. */
  readonly firstPacketBytes: number;
  /** The same with four snippets, and the pieces until 8,000 characters round the cursor are known. */
  readonly windowAndSnippetsBytes: number;
  /** All of the file. */
  readonly wholeBytes: number;
  /** Closed and opened again. */
  readonly reopenBytes: number;
}

const snippetCount = 4;
const wideWindowChars = 8_000;

/** Opens a file in its middle; the snippets are of four other files. */
export async function openCost(
  file: HeldOutFile,
  others: readonly HeldOutFile[],
  dictionary: Dictionary,
  window: SendWindow,
): Promise<OpenCost> {
  const snippets = others.slice(0, snippetCount).map(({ text }) => {
    const from = Math.floor((text.length - snippetChars) / 2);
    return text.slice(from, from + snippetChars);
  });
  const alone = new Opening(file, dictionary, window);
  alone.ask([]);
  const firstPacketBytes = await alone.flushed();
  while (alone.piece()) await alone.sent();
  const wholeBytes = firstPacketBytes + (await alone.flushed());
  alone.reopen();
  const reopenBytes = await alone.flushed();
  alone.dispose();
  const withSnippets = new Opening(file, dictionary, window);
  withSnippets.ask(snippets);
  await withSnippets.sent();
  const { beforeChars, afterChars, pieceChars } = window;
  for (let held = beforeChars + afterChars; held < wideWindowChars; held += pieceChars) {
    withSnippets.piece();
    await withSnippets.sent();
  }
  const windowAndSnippetsBytes = await withSnippets.flushed();
  withSnippets.dispose();
  return { firstPacketBytes, windowAndSnippetsBytes, wholeBytes, reopenBytes };
}

/** A line that takes all at once. */
const nothing = (): void => undefined;
const endless: FrameSocket = {
  unsentBytes: 0,
  send: nothing,
  close: nothing,
  terminate: nothing,
  listen: nothing,
};

/** One document on one connection, as far as bytes go. */
class Opening {
  readonly #documents = new LocalDocuments();
  readonly #socket = new CountingSocket(endless);
  readonly #outbox: Outbox;
  readonly #sender: DocumentSender;
  readonly #file: HeldOutFile;
  #stream = 0;
  #countedBytes = 0;

  constructor(file: HeldOutFile, dictionary: Dictionary, window: SendWindow) {
    this.#file = file;
    this.#outbox = new Outbox(this.#socket, systemClock, "window", (failure) => {
      throw failure;
    });
    this.#outbox.settle(encodingOf("zstd-dictionary", dictionary, false));
    const payload = (bytes: Uint8Array) => {
      this.#outbox.send(bytes);
    };
    const port = {
      payload,
      message: (message: Parameters<typeof encodeClientMessage>[0]) => {
        payload(encodeClientMessage(message));
      },
    };
    this.#sender = new DocumentSender(port, window);
    this.#documents.onEvent(({ document }) => {
      this.#sender.closed(document);
    });
    this.#open();
  }

  ask(snippets: readonly string[]): void {
    const document = this.#documents.get("file");
    if (!document) throw new Error("the file is not open");
    const offset = Math.floor(this.#file.text.length / 2);
    this.#sender.ask({ document, offset, stream: ++this.#stream, snippets, keepsOlder: false });
  }

  piece(): boolean {
    return this.#sender.sendPiece(this.#stream + 1);
  }

  reopen(): void {
    this.#documents.close("file");
    this.#open();
    const document = this.#documents.get("file");
    if (document) this.#sender.recall(document, this.#stream + 1);
  }

  /** Waits until all has left: on a link a piece is sent only then. */
  async sent(): Promise<void> {
    while (this.#outbox.unsentBytes > 0) await setImmediate();
  }

  /** The bytes of the frames since the last time. */
  async flushed(): Promise<number> {
    await this.sent();
    const before = this.#countedBytes;
    this.#countedBytes = this.#socket.sentBytes;
    return this.#countedBytes - before;
  }

  dispose(): void {
    this.#outbox.dispose();
    this.#documents.dispose();
  }

  #open(): void {
    const { path, text, language } = this.#file;
    const name = { key: "file", path: path.slice(-40), languageId: language, isConfined: false };
    this.#documents.open(name, 0, text);
  }
}
