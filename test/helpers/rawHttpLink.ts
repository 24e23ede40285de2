import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { type LinkRecord, RecordReader } from "../../src/link/records.ts";
import { linkHeaders, subprotocol } from "../../src/wire/limits.ts";
import { Changes } from "./changes.ts";
import { gatewayToken } from "./gatewayServer.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/** A link over plain HTTP that sends the requests a test says, in whatever order. */
export class RawHttpLink {
  readonly id = randomBytes(16).toString("hex");
  readonly records: LinkRecord[] = [];
  readonly #url: string;
  readonly #changes = new Changes();
  #down: IncomingMessage | undefined;
  hasEnded = false;

  /** `http` is the gateway's address without a path. */
  constructor(http: string) {
    this.#url = `${http}/v1/link`;
  }

  /** Asks for the link; returns the answer's status. Headers given as undefined are left out. */
  async open(headers: Headers = {}): Promise<number> {
    const asked = this.request({ [linkHeaders.protocol]: subprotocol, ...headers });
    const answer = await this.answerOf(asked.end());
    if (answer.statusCode === 200) this.#read(answer);
    else answer.resume();
    return answer.statusCode ?? 0;
  }

  get headers(): IncomingMessage["headers"] {
    return this.#down?.headers ?? {};
  }

  /** Sends bytes up under this number; returns the status. */
  async post(sequence: number, bytes: Uint8Array, headers: Headers = {}): Promise<number> {
    const answer = await this.answerOf(this.begin(sequence, headers).end(bytes));
    answer.resume();
    return answer.statusCode ?? 0;
  }

  /** A request up whose body the test writes. */
  begin(sequence: number, headers: Headers = {}): ClientRequest {
    return this.request({ [linkHeaders.sequence]: String(sequence), ...headers });
  }

  request(headers: Headers): ClientRequest {
    const all: Headers = {
      authorization: `Bearer ${gatewayToken}`,
      [linkHeaders.link]: this.id,
      ...headers,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const asked = request(this.#url, { method: "POST", agent: false });
    for (const [name, value] of given) asked.setHeader(name, value ?? "");
    return asked.on("error", () => undefined);
  }

  async answerOf(asked: ClientRequest): Promise<IncomingMessage> {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer;
  }

  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition);
  }

  /** The code of the gateway's close record; 0 when it ended without one. */
  async closeCode(): Promise<number> {
    await this.until(() => this.hasEnded);
    const last = this.records.at(-1);
    return last?.kind === "close" ? last.code : 0;
  }

  pause(): void {
    this.#down?.pause();
  }

  resume(): void {
    this.#down?.resume();
  }

  end(): void {
    this.#down?.destroy();
  }

  #read(down: IncomingMessage): void {
    this.#down = down;
    const reader = new RecordReader();
    let headBytes = 16;
    down.on("data", (chunk: Buffer) => {
      const rest = chunk.subarray(headBytes);
      headBytes = Math.max(0, headBytes - chunk.length);
      this.records.push(...reader.push(rest));
      this.#changes.notify();
    });
    down.on("error", () => undefined);
    down.once("close", () => {
      this.hasEnded = true;
      this.#changes.notify();
    });
  }
}
