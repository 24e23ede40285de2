import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { Changes } from "./changes.ts";

/** What becomes of an upgrade to WebSocket: it passes, is refused with a status, not answered, or reset. */
export type UpgradeRule = "passes" | "silent" | "reset" | number;

const ignore = () => undefined;

/** A middlebox on loopback in front of a gateway: it forwards plain requests and has a rule for WebSockets. */
export class BlockingFront {
  readonly #server: Server;
  readonly #target: URL;
  readonly #changes = new Changes();
  readonly #sockets = new Set<Duplex>();
  rule: UpgradeRule;
  /** What a POST is answered with instead of being forwarded; undefined forwards it. */
  postStatus: number | "silent" | undefined;
  /** Upgrades and POSTs asked for so far. */
  upgrades = 0;
  posts = 0;

  /** `target` is the gateway's address, such as `http://127.0.0.1:1234`. */
  constructor(target: string, rule: UpgradeRule) {
    this.#target = new URL(target);
    this.rule = rule;
    this.#server = createServer((request, response) => {
      if (request.method === "POST") {
        this.posts++;
        this.#changes.notify();
        if (this.postStatus === "silent") return;
        if (this.postStatus !== undefined) {
          response.writeHead(this.postStatus).end("<html>a page that no gateway answers</html>");
          return;
        }
      }
      const { method, url, headers } = request;
      const { hostname, port } = this.#target;
      const onward = httpRequest({ hostname, port, method, path: url, headers, agent: false });
      onward.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers).flushHeaders();
        pipeline(answer, response, ignore);
      });
      onward.on("error", () => response.destroy());
      response.once("close", () => onward.destroy());
      pipeline(request, onward, ignore);
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.upgrades++;
      this.#changes.notify();
      this.#upgrade(request, socket, head);
    });
  }

  /** Starts to listen. */
  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** Its own address for WebSockets, without a path. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits for upgrades and POSTs. */
  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.add(socket);
    socket.on("error", ignore);
    if (this.rule === "reset") socket.destroy();
    else if (this.rule === "passes") {
      const lines = [`GET ${request.url} HTTP/1.1`];
      const { rawHeaders } = request;
      for (let at = 0; at < rawHeaders.length; at += 2)
        lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
      const onward = connect(Number(this.#target.port), this.#target.hostname);
      onward.write(`${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      pipeline(socket, onward, ignore);
      pipeline(onward, socket, ignore);
    } else if (this.rule !== "silent") {
      socket.end(`HTTP/1.1 ${this.rule} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  }
}
