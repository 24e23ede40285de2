import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { TLSSocket } from "node:tls";

/** What a proxy is like. */
export interface TestProxyOptions {
  /** Which port of this machine stands behind a name, such as `gateway.test`; others are not found. */
  readonly hosts: Readonly<Record<string, number>>;
  /** `name:password` that it asks for; undefined lets everybody through. */
  readonly credentials?: string;
  /** Reads what goes through its tunnels: with this certificate it stands in for every server. */
  readonly intercepts?: { readonly cert: Buffer; readonly key: Buffer };
}

const ignore = () => undefined;
const hopByHop = ["connection", "keep-alive", "proxy-connection", "proxy-authorization", "upgrade"];

/**
 * A company's proxy on loopback: tunnels by CONNECT and forwards plain requests, from which it takes the
 * upgrade away as such proxies do.
 */
export class TestProxy {
  readonly #options: TestProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  /** Tunnels made, plain requests forwarded, and both refused for want of credentials. */
  tunnels = 0;
  forwarded = 0;
  refused = 0;

  constructor(options: TestProxyOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      const target = this.#targetOf(new URL(request.url ?? "", "http://unknown").hostname);
      if (!this.#isKnown(request)) {
        response.writeHead(407, { "Proxy-Authenticate": 'Basic realm="test"' }).end();
      } else if (target === undefined) response.writeHead(502).end();
      else {
        this.forwarded++;
        const { pathname, search } = new URL(request.url ?? "");
        const headers = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => !hopByHop.includes(name)),
        );
        const { method } = request;
        const path = pathname + search;
        const where = { host: "127.0.0.1", port: target, agent: false };
        const onward = httpRequest({ ...where, method, path, headers });
        onward.on("response", (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers).flushHeaders();
          pipeline(answer, response, ignore);
        });
        onward.on("error", () => response.destroy());
        response.once("close", () => onward.destroy());
        pipeline(request, onward, ignore);
      }
    });
    this.#server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#tunnel(request, socket, head);
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** Its address with what it asks for, as people write it into their settings. */
  get url(): string {
    const { credentials } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    return `http://${credentials === undefined ? "" : `${credentials}@`}127.0.0.1:${port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #targetOf(host: string): number | undefined {
    return this.#options.hosts[host];
  }

  #isKnown(request: IncomingMessage): boolean {
    const { credentials } = this.#options;
    if (credentials === undefined) return true;
    const wanted = `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (request.headers["proxy-authorization"] === wanted) return true;
    this.refused++;
    return false;
  }

  #tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#keep(socket);
    const target = this.#targetOf((request.url ?? "").replace(/:\d+$/, ""));
    if (!this.#isKnown(request)) {
      const header = 'Proxy-Authenticate: Basic realm="test"';
      socket.end(`HTTP/1.1 407 Asked\r\n${header}\r\nContent-Length: 0\r\n\r\n`);
    } else if (target === undefined)
      socket.end("HTTP/1.1 502 Unknown\r\nContent-Length: 0\r\n\r\n");
    else {
      this.tunnels++;
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) socket.unshift(head);
      const { intercepts } = this.#options;
      const inner = intercepts
        ? this.#keep(new TLSSocket(socket, { isServer: true, ...intercepts }))
        : socket;
      const onward = this.#keep(connect(target, "127.0.0.1"));
      pipeline(inner, onward, ignore);
      pipeline(onward, inner, ignore);
    }
  }

  #keep<S extends Duplex>(socket: S): S {
    this.#sockets.add(socket);
    socket.on("error", ignore);
    return socket;
  }
}
