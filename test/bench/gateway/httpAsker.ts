import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Asker } from "./contender.ts";

/** A chat's question of 6 KB, with what is to be said in its head. */
export function chatRequest(headers: Readonly<Record<string, string>> = {}): string {
  const content = "const total = items.reduce((sum, item) => sum + item.price, 0);\n".repeat(92);
  const body = JSON.stringify({
    model: "m",
    stream: true,
    messages: [{ role: "user", content }],
  });
  const lines = Object.entries({
    Host: "127.0.0.1",
    "Content-Type": "application/json",
    Accept: "text/event-stream",
    "Content-Length": String(body.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /v1/chat/completions HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/**
 * A user over HTTP with one kept-alive connection. It reads no more of an answer than the bench needs, so that the load
 * costs little: when the first event is there, and that the body has ended.
 */
export class HttpAsker implements Asker {
  readonly #socket: Socket;
  readonly #request: string;

  private constructor(socket: Socket, request: string) {
    this.#socket = socket;
    this.#request = request;
  }

  static async connect(port: number, request: string): Promise<HttpAsker> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    socket.setEncoding("latin1");
    return new HttpAsker(socket, request);
  }

  ask(): Promise<number> {
    const socket = this.#socket;
    const startedAt = performance.now();
    let firstMs: number | undefined;
    let head = "";
    let tail = "";
    return new Promise((resolve, reject) => {
      const over = (failure?: Error) => {
        socket.off("data", heard).off("close", closed).off("error", over);
        if (failure || firstMs === undefined) reject(failure ?? new Error(`no text: ${head}`));
        else resolve(firstMs);
      };
      const closed = () => {
        over(new Error(`closed after ${head.slice(0, 200)}`));
      };
      const heard = (text: string) => {
        if (firstMs === undefined) {
          head += text;
          if (!head.startsWith("HTTP/1.1 200"))
            over(new Error(`not answered: ${head.slice(0, 200)}`));
          else if (head.includes("data:")) firstMs = performance.now() - startedAt;
        }
        tail = (tail + text).slice(-7);
        if (tail.endsWith("\r\n0\r\n\r\n")) over();
      };
      socket.on("data", heard).on("close", closed).on("error", over);
      socket.write(this.#request);
    });
  }

  dispose(): void {
    this.#socket.destroy();
  }
}
