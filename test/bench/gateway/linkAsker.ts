import { systemClock } from "../../../src/base/clock.ts";
import type { FrameSocket } from "../../../src/link/frameSocket.ts";
import { Inbox } from "../../../src/link/inbox.ts";
import { encodingOf, type LinkProfile } from "../../../src/link/linkProfile.ts";
import { Outbox } from "../../../src/link/outbox.ts";
import { dialWebSocket } from "../../../src/link/wsSocket.ts";
import { decodeServerMessage, encodeClientMessage } from "../../../src/wire/codec.ts";
import { DocumentSender } from "../../../src/wire/documentSender.ts";
import { protocolVersion } from "../../../src/wire/limits.ts";
import { LocalDocuments } from "../../../src/wire/localDocuments.ts";
import type { ClientMessage, ServerMessage } from "../../../src/wire/messages.ts";
import type { Asker } from "./contender.ts";

const never = new AbortController().signal;
const line = "const total = items.reduce((sum, item) => sum + item.price, 0);\n";
/** The gateway asks the model with 8,000 characters round the cursor. */
const [above, below] = [line.repeat(140), line.repeat(60)];
let users = 0;
const documentKey = "document";

/** What a user waits for. */
interface Waiter {
  readonly startedAt: number;
  firstMs: number | undefined;
  readonly resolve: (firstMs: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One window: a link of its own, encoded as the product does to a gateway of a team, one document, and a completion asked at
 * each key. It keeps no more of the answers than the bench needs, so that the load costs little.
 */
export class LinkAsker implements Asker {
  readonly #socket: FrameSocket;
  readonly #outbox: Outbox;
  readonly #documents = new LocalDocuments();
  readonly #sender: DocumentSender;
  readonly #welcome = Promise.withResolvers<undefined>();
  #offset: number;
  #version = 1;
  #stream = 0;
  #waiter: Waiter | undefined;

  private constructor(socket: FrameSocket, profile: LinkProfile) {
    this.#socket = socket;
    const fail = (failure: Error) => {
      this.#lost(failure);
    };
    this.#outbox = new Outbox(socket, systemClock, "window", fail);
    const inbox = new Inbox((payload) => {
      this.#heard(decodeServerMessage(payload), inbox, profile);
    }, fail);
    this.#sender = new DocumentSender(
      {
        payload: (bytes) => {
          this.#outbox.send(bytes);
        },
        message: (message) => {
          this.#say(message);
        },
      },
      profile.window,
    );
    socket.listen({
      frame: (bytes) => {
        inbox.receive(bytes);
      },
      closed: (code, reason) => {
        fail(new Error(`closed with ${code} ${reason}`));
      },
    });
    const { compression, isPadded, dictionary } = profile;
    const own = { protocolVersion, client: "bench", compression, isPadded };
    const nothing = { session: "", resume: [] };
    this.#say({ kind: "hello", ...own, dictionary: dictionary?.id ?? "", ...nothing });
    const name = { key: documentKey, path: "app/main.ts", languageId: "typescript" };
    // No two users have the same text: the gateway would ask the model once for both.
    const begun = `${above}const user${++users} = `;
    this.#offset = begun.length;
    this.#documents.open({ ...name, isConfined: false }, this.#version, `${begun}\n${below}`);
    this.#documents.onEvent((event) => {
      if (event.kind !== "closed") this.#sender.edited(event.document, event.edits);
    });
  }

  static async connect(address: string, token: string, profile: LinkProfile): Promise<LinkAsker> {
    const asker = new LinkAsker(await dialWebSocket(address, token, never), profile);
    await asker.#welcome.promise;
    asker.#warm();
    return asker;
  }

  ask(): Promise<number> {
    const startedAt = performance.now();
    this.#documents.edit(documentKey, ++this.#version, [
      { offset: this.#offset++, deletedChars: 0, text: "x" },
    ]);
    const document = this.#documents.get(documentKey);
    if (!document) throw new Error("there is no document");
    const stream = ++this.#stream;
    this.#sender.ask({ document, offset: this.#offset, stream, snippets: [], keepsOlder: false });
    return new Promise((resolve, reject) => {
      this.#waiter = { startedAt, firstMs: undefined, resolve, reject };
    });
  }

  /** As a window does while the cursor rests: its text is there before the first key. */
  #warm(): void {
    const document = this.#documents.get(documentKey);
    if (document) this.#sender.warm(document, this.#offset, this.#stream + 1);
  }

  dispose(): void {
    this.#outbox.dispose();
    this.#socket.terminate();
  }

  #say(message: ClientMessage): void {
    this.#outbox.send(encodeClientMessage(message));
  }

  #heard(message: ServerMessage, inbox: Inbox, { dictionary, isPadded }: LinkProfile): void {
    const waiter = this.#waiter;
    if (message.kind === "text" && waiter) waiter.firstMs ??= performance.now() - waiter.startedAt;
    else if (message.kind === "end" && waiter?.firstMs !== undefined)
      waiter.resolve(waiter.firstMs);
    else if (message.kind === "failed") this.#lost(new Error(message.detail));
    else if (message.kind === "welcome") {
      const encoding = encodingOf(message.compression, dictionary, isPadded);
      inbox.settle(encoding);
      this.#outbox.settle(encoding);
      this.#welcome.resolve(undefined);
    }
  }

  #lost(failure: Error): void {
    this.#welcome.reject(failure);
    this.#welcome.promise.catch(() => undefined);
    this.#waiter?.reject(failure);
  }
}
