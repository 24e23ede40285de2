import { DocumentSender, type SendWindow } from "../../../src/wire/documentSender.ts";
import { encodeClientMessage } from "../../../src/wire/codec.ts";
import { Compressor } from "../../../src/wire/compression.ts";
import { type Dictionary } from "../../../src/wire/dictionary.ts";
import { minCompressedBytes } from "../../../src/wire/limits.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import { type HeldOutFile } from "../heldOutFiles.ts";
import { clientHeaderBytes } from "./countingSocket.ts";
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
  while (alone.piece());
  const wholeBytes = firstPacketBytes + (await alone.flushed());
  alone.reopen();
  const reopenBytes = await alone.flushed();
  alone.dispose();
  const withSnippets = new Opening(file, dictionary, window);
  withSnippets.ask(snippets);
  const { beforeChars, afterChars, pieceChars } = window;
  for (let held = beforeChars + afterChars; held < wideWindowChars; held += pieceChars) {
    withSnippets.piece();
  }
  const windowAndSnippetsBytes = await withSnippets.flushed();
  withSnippets.dispose();
  return { firstPacketBytes, windowAndSnippetsBytes, wholeBytes, reopenBytes };
}

/** One document on one connection, as far as bytes go. */
class Opening {
  readonly #documents = new LocalDocuments();
  readonly #payloads: Uint8Array[] = [];
  readonly #compressor: Compressor;
  readonly #sender: DocumentSender;
  readonly #file: HeldOutFile;
  #stream = 0;

  constructor(file: HeldOutFile, dictionary: Dictionary, window: SendWindow) {
    this.#file = file;
    this.#compressor = new Compressor("zstd-dictionary", dictionary.bytes);
    const payload = (bytes: Uint8Array) => void this.#payloads.push(bytes);
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

  /** The bytes of the frames since the last time. */
  async flushed(): Promise<number> {
    let sum = 0;
    for (const payload of this.#payloads.splice(0)) {
      const isLong = payload.length > minCompressedBytes;
      const bytes = isLong ? 1 + (await this.#compressor.compress(payload)).length : payload.length;
      sum += clientHeaderBytes(bytes) + bytes;
    }
    return sum;
  }

  dispose(): void {
    this.#compressor.dispose();
    this.#documents.dispose();
  }

  #open(): void {
    const { path, text, language } = this.#file;
    const name = { key: "file", path: path.slice(-40), languageId: language, isConfined: false };
    this.#documents.open(name, 0, text);
  }
}
