import type { IncomingHttpHeaders } from "node:http";
import type { WebSocket } from "ws";
import { machineNow } from "../machineClock.ts";
import { type ApiError, errorEvent, errors } from "./errors.ts";
import { Memory, type Remembered } from "./memory.ts";
import { type OpenRecord, Response, type ResponseEnd } from "./response.ts";
import type { DoubleScript } from "./switches.ts";

const maxInFlight = 16;
const maxLanes = 32;

type Body = Readonly<Record<string, unknown>>;

/** What a session needs of the server. */
export interface SessionHost {
  readonly script: () => DoubleScript;
  readonly stored: Map<string, Remembered>;
  readonly connection: number;
  readonly headers: IncomingHttpHeaders;
  readonly tokensFor: (body: Body) => readonly string[] | undefined;
  readonly record: (record: OpenRecord) => void;
  readonly changed: () => void;
  readonly interrupted: () => void;
  readonly pinged: () => void;
}

interface Queued {
  readonly lane: string | undefined;
  readonly body: Body;
  readonly receivedAt: number;
}

/** One WebSocket of the double: lanes in order, side by side, and what is kept for going on. */
export class SocketSession {
  readonly #ws: WebSocket;
  readonly #host: SessionHost;
  readonly #memory: Memory;
  readonly #names = new Set<string>();
  readonly #running = new Map<string, Response>();
  #queue: Queued[] = [];
  #age: NodeJS.Timeout | undefined;

  constructor(ws: WebSocket, host: SessionHost) {
    this.#ws = ws;
    this.#host = host;
    this.#memory = new Memory(host.stored);
    const { maxAgeMs } = host.script();
    if (maxAgeMs !== undefined)
      this.#age = setTimeout(() => {
        this.endOfAge();
      }, maxAgeMs);
    ws.on("error", () => undefined);
    ws.on("ping", host.pinged);
    ws.on("message", (data: Buffer, isBinary) => {
      this.#read(isBinary ? "" : data.toString("utf8"));
      host.changed();
    });
    ws.on("close", () => {
      clearTimeout(this.#age);
      this.#queue = [];
      for (const response of this.#running.values()) response.stop();
      this.#running.clear();
      host.changed();
    });
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Sends a text as it is. */
  sendRaw(text: string | Uint8Array): void {
    this.#ws.send(text);
  }

  /** Loses all that could be gone on from. */
  forget(): void {
    this.#memory.clear();
  }

  /** What happens to a socket that is too old. */
  endOfAge(): void {
    this.#fail(errors.connectionLimit, undefined);
    this.#ws.close(1000, "connection limit");
  }

  close(code: number): void {
    if (code === 1006) this.#ws.terminate();
    else this.#ws.close(code);
  }

  #read(text: string): void {
    const body = parse(text);
    switch (body?.["type"]) {
      case "response.create":
        this.#create(body);
        break;
      case "response.interrupt":
        this.#interrupt(String(body["response_id"]));
        break;
      default:
        this.#fail(errors.malformed, undefined);
    }
  }

  #create(body: Body): void {
    const { hasLanes = true } = this.#host.script();
    const name = body["stream_id"];
    if (!hasLanes && this.#running.size > 0) {
      this.#fail(errors.busyConnection, undefined);
      return;
    }
    if (name !== undefined && (typeof name !== "string" || !/^[A-Za-z0-9_.-]{1,256}$/.test(name))) {
      this.#fail(errors.invalidStreamId, undefined);
      return;
    }
    const lane = hasLanes ? name : undefined;
    if (lane !== undefined) {
      if (!this.#names.has(lane) && this.#names.size === maxLanes) {
        this.#fail(errors.streamLimit, lane);
        return;
      }
      this.#names.add(lane);
    }
    this.#queue.push({ lane, body, receivedAt: machineNow() });
    this.#advance();
  }

  /** Starts what may run: the first of each lane that is free. */
  #advance(): void {
    for (let at = 0; at < this.#queue.length && this.#running.size < maxInFlight;) {
      const next = this.#queue[at];
      if (!next || this.#running.has(next.lane ?? "")) {
        at++;
        continue;
      }
      this.#queue.splice(at, 1);
      this.#run(next);
    }
  }

  #run({ lane, body, receivedAt }: Queued): void {
    const place = lane ?? "";
    const script = this.#host.script();
    const previousId = body["previous_response_id"];
    const parent = typeof previousId === "string" ? this.#memory.find(previousId) : undefined;
    const cachedTokens = parent?.tokens ?? 0;
    const record: OpenRecord = {
      ...{ path: "/v1/responses", headers: this.#host.headers, body, receivedAt, lane },
      ...{ transport: "socket", connection: this.#host.connection, cachedTokens },
      inputTokens: cachedTokens + tokensOf(body),
      ...{ tokensAt: [], closedAt: undefined, isComplete: false },
    };
    this.#host.record(record);
    const sink = {
      send: (event: Record<string, unknown>) => {
        this.#send(event, lane);
        this.#host.changed();
      },
      sendRaw: (text: string) => {
        this.sendRaw(text.replace(/^data: /, "").trim());
      },
      fail: (error: ApiError) => {
        this.#fail(error, lane);
      },
      cut: (isReset: boolean) => {
        this.close(isReset ? 1006 : 1000);
      },
    };
    const response = new Response(record, script, sink, this.#host.tokensFor(body));
    this.#running.set(place, response);
    const onEnd = (end: ResponseEnd) => {
      this.#ended(place, response, end);
    };
    const refusal =
      typeof previousId === "string" && !parent
        ? errors.parentNotFound(previousId)
        : refusalOf(body, script);
    if (!refusal) {
      if (script.outcome === undefined) this.#memory.advance(place);
      response.run(onEnd);
      return;
    }
    response.fail(refusal);
    onEnd("failed");
  }

  #ended(place: string, response: Response, end: ResponseEnd): void {
    if (this.#running.get(place) !== response) return;
    this.#running.delete(place);
    const { body, inputTokens, tokensAt } = response.record;
    const previousId = body["previous_response_id"];
    if (end === "failed" && typeof previousId === "string") this.#memory.failed(place, previousId);
    else if (end !== undefined) {
      const kept = { id: response.id, tokens: inputTokens + tokensAt.length };
      this.#memory.keep(place, kept);
      if (body["store"] !== false) this.#host.stored.set(kept.id, kept);
    }
    this.#host.changed();
    this.#advance();
  }

  #interrupt(responseId: string): void {
    this.#host.interrupted();
    const found = [...this.#running].find(([, { id }]) => id === responseId);
    if (this.#host.script().knowsInterrupts !== true) {
      this.#fail(errors.malformed, undefined);
      return;
    }
    if (!found) {
      this.#send({ type: "response.interrupt.failed", response_id: responseId }, undefined);
      return;
    }
    const [lane, response] = found;
    const accepted = { type: "response.interrupt.accepted", response_id: responseId };
    this.#send({ ...accepted, sequence_number: 0 }, lane === "" ? undefined : lane);
    response.interrupt();
  }

  #send(event: Record<string, unknown>, lane: string | undefined): void {
    const named = lane === undefined ? event : { ...event, stream_id: lane };
    this.#ws.send(JSON.stringify(named), () => undefined);
  }

  #fail(error: ApiError, lane: string | undefined): void {
    const event = errorEvent(error, lane, this.#host.script());
    this.#ws.send(JSON.stringify(event), () => undefined);
  }
}

/** What no model takes, or not this one. */
export function refusalOf(body: Body, script: DoubleScript): ApiError | undefined {
  const { model: known, refusedFields = [] } = script;
  const { model, background, max_output_tokens: limit } = body;
  if (known !== undefined && model !== known) return errors.noModel(String(model));
  if (background === true) return errors.background;
  const refused = refusedFields.find((name) => name in body);
  if (refused !== undefined) return errors.unknownField(refused);
  return typeof limit === "number" && limit < 16 ? errors.tooFewTokens : undefined;
}

/** About as many as a tokenizer would make of a request's text. */
export function tokensOf({ instructions, input }: Body): number {
  const text = JSON.stringify([instructions ?? "", input ?? ""]);
  return Math.ceil(text.length / 4);
}

function parse(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}
