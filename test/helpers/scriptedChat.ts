import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** How a scripted chat answers. */
export interface ChatAnswerScript {
  readonly pieces: readonly string[];
  /** From one piece to the next. */
  readonly pieceMs: number;
  /** The connection is reset behind the last piece. */
  readonly isBroken?: true;
}

/** One question as the server saw it. */
export interface ChatRecord {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  sentPieces: number;
  /** Whether the client closed the connection before the end. */
  isCutOff: boolean;
  isComplete: boolean;
}

/**
 * A model API on loopback that chats: `/v1/chat/completions` by script, and `/v1/completions` with one text after a fixed
 * time. Whoever listens closes it.
 */
export class ScriptedChat {
  readonly records: ChatRecord[] = [];
  /** What the next questions get. */
  script: ChatAnswerScript = { pieces: ["Hello."], pieceMs: 0 };
  /** Answers a completion. */
  completion = { text: "", afterMs: 20 };
  readonly #sockets = new Set<Socket>();
  readonly #server = http.createServer({ noDelay: true }, (request, response) => {
    void this.#answer(request, response);
  });

  constructor() {
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): ChatRecord {
    const record = this.records.at(-1);
    if (!record) throw new Error("nothing was asked");
    return record;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    request.setEncoding("utf8");
    request.on("error", () => undefined);
    request.on("data", (chunk: string) => (text += chunk));
    await once(request, "end");
    const body = JSON.parse(text) as Record<string, unknown>;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    if (request.url === "/v1/chat/completions") this.#chat(body, response);
    else this.#complete(response);
  }

  #complete(response: http.ServerResponse): void {
    const { text, afterMs } = this.completion;
    const timer = setTimeout(() => {
      const choices = [{ index: 0, text, finish_reason: "stop" }];
      response.end(`data: ${JSON.stringify({ choices })}\n\ndata: [DONE]\n\n`);
    }, afterMs);
    response.once("close", () => {
      clearTimeout(timer);
    });
  }

  #chat(body: Record<string, unknown>, response: http.ServerResponse): void {
    const messages = body["messages"] as ChatRecord["messages"];
    const record: ChatRecord = { messages, sentPieces: 0, isCutOff: false, isComplete: false };
    this.records.push(record);
    const { pieces, pieceMs, isBroken } = this.script;
    let timer: NodeJS.Timeout | undefined;
    const next = () => {
      const piece = pieces[record.sentPieces];
      if (piece === undefined && isBroken) {
        response.socket?.destroy();
        return;
      }
      if (piece === undefined) {
        response.write(chunk({}, "stop"));
        response.end("data: [DONE]\n\n");
        record.isComplete = true;
        return;
      }
      response.write(chunk({ content: piece }, null));
      record.sentPieces++;
      timer = setTimeout(next, pieceMs);
    };
    response.once("close", () => {
      clearTimeout(timer);
      record.isCutOff = !record.isComplete;
    });
    next();
  }
}

const chunk = (delta: object, reason: string | null): string =>
  `data: ${JSON.stringify({
    id: "chatcmpl-scripted",
    object: "chat.completion.chunk",
    created: 1_790_000_000,
    model: "scripted",
    choices: [{ index: 0, delta, finish_reason: reason }],
  })}\n\n`;
