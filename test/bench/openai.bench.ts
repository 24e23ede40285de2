/**
 * OpenAI's Responses API over its WebSocket (with a parked context and continued chats) against the same requests over
 * HTTPS, on a new connection each time and on kept ones. The API is the test double, 90 ms away; its model takes 50 ms to
 * the first token and 5 ms for each, whatever it is asked: what a real one saves on a prompt it has read is not in here.
 *   --bursts N (default 12)   --turns N (default 20)   --cancels N (default 60)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import type { ChatQuestion, ChatTurn } from "../../src/wire/chat.ts";
import type { CompletionRequest } from "../../src/wire/messages.ts";
import { makeCertificate } from "../helpers/certificate.ts";
import { DelayingRelay } from "../helpers/delayingRelay.ts";
import { OpenaiDouble } from "../helpers/openaiDouble/openaiDouble.ts";
import { machineNow } from "../helpers/machineClock.ts";
import { tokensAfter } from "../helpers/scriptedUpstream.ts";
import { https, type Transport, webSocket } from "./openai/transports.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const roundTripMs = 90;
const firstTextMs = 50;
const tokenMs = 5;
const maxTokens = 64;
const keysInBurst = 8;
const keyMs = 60;
const tokens = Array.from({ length: 40 }, (_, index) => `word${index} `);
const script = { firstTextMs, tokenMs, tokens };
const never = new AbortController().signal;

/** One scenario by one transport. */
interface Measured {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly connections: number;
  readonly firstTokenMs: number[];
  readonly tokenGapMs: number[];
  readonly cachedTokens: number;
  readonly inputTokens: number;
  readonly writtenTokens: number;
}

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      bursts: { type: "string", default: "12" },
      turns: { type: "string", default: "20" },
      cancels: { type: "string", default: "60" },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "slipstream-openai-"));
  const certificate = makeCertificate(folder);
  rmSync(folder, { recursive: true });
  if (!certificate) return { skipped: "needs openssl" };
  setDefaultCACertificates([...getCACertificates(), certificate.cert.toString()]);
  const double = await new OpenaiDouble(script, certificate).listen();
  try {
    const figures: Record<string, Figures> = {};
    const chats: Record<string, Measured> = {};
    for (const make of [
      (url: string) => webSocket(url, maxTokens),
      (url: string) => https(url, maxTokens, false),
      (url: string) => https(url, maxTokens, true),
    ]) {
      const burst = await measured(double, make, (transport, notes) =>
        keystrokes(transport, Number(values.bursts), notes),
      );
      const chat = await measured(double, make, (transport, notes) =>
        conversation(transport, Number(values.turns), notes),
      );
      const single = await measured(double, make, (transport, notes) =>
        keysApart(transport, Number(values.bursts), notes),
      );
      const keys = Number(values.bursts) * keysInBurst;
      figures[burst.name] = {
        burst: { ...figuresOf(burst.measured), bytesUpPerKey: burst.measured.bytesUp / keys },
        keysApart: figuresOf(single.measured),
        chat: figuresOf(chat.measured),
      };
      chats[chat.name] = chat.measured;
    }
    explain();
    return {
      ...{ roundTripMs, firstTextMs, tokenMs, transports: figures, ratios: ratios(chats) },
      abort: {
        drained: await cancelled(double, false, Number(values.cancels)),
        interrupted: await cancelled(double, true, Number(values.cancels)),
      },
    };
  } finally {
    await double.close();
  }
}

interface Notes {
  readonly firstTokenMs: number[];
  readonly tokenGapMs: number[];
}

/** Runs a scenario over a line of its own, from the moment the transport is there. */
async function measured(
  double: OpenaiDouble,
  make: (url: string) => Transport,
  scenario: (transport: Transport, notes: Notes) => Promise<void>,
): Promise<{ readonly name: string; readonly measured: Measured }> {
  const relay = new DelayingRelay(double.port, roundTripMs);
  const transport = make(`https://127.0.0.1:${await relay.listen()}`);
  const notes: Notes = { firstTokenMs: [], tokenGapMs: [] };
  double.records.length = 0;
  await delay(8 * roundTripMs); // a gateway is there before the first key
  await scenario(transport, notes);
  transport.dispose();
  await delay(2 * roundTripMs);
  const { bytesUp, bytesDown, connections } = relay;
  relay.dispose();
  const { inputTokens, cachedTokens, outputTokens } = double.usage;
  const counted = { bytesUp, bytesDown, connections, inputTokens, cachedTokens };
  return {
    name: transport.name,
    measured: { ...counted, ...notes, writtenTokens: outputTokens },
  };
}

/** Somebody types: each key takes the place of the one before, and the last one's answer is read. */
async function keystrokes(transport: Transport, bursts: number, notes: Notes): Promise<void> {
  let typed = "";
  await transport.warm(place(typed));
  for (let burst = 0; burst < bursts; burst++) {
    for (let key = 1; key <= keysInBurst; key++) {
      typed += key === keysInBurst ? ";\n" : "x";
      const controller = new AbortController();
      const answer = read(transport.complete(place(typed), controller.signal), notes);
      if (key === keysInBurst) await answer;
      else {
        await delay(keyMs);
        controller.abort(new Error("typed on"));
        await answer.catch(() => undefined);
      }
    }
    notes.firstTokenMs.splice(burst + 1); // of the keys whose answers were waited for
  }
}

/** Somebody types slowly: each key's answer is read before the next. */
async function keysApart(transport: Transport, keys: number, notes: Notes): Promise<void> {
  await transport.warm(place(""));
  for (let key = 1; key <= keys; key++) {
    await read(transport.complete(place("x".repeat(key)), never), notes);
  }
}

/** A file of some 12 kB, and two texts of other files. */
function place(typed: string): CompletionRequest {
  const line = "export const value = compute(input, { isExact: true });\n";
  return {
    ...{ path: "app/src/main.ts", languageId: "typescript", isConfined: false },
    snippets: ["function compute() {}\n".repeat(40), "interface Options {}\n".repeat(40)],
    ...{ before: `${line.repeat(180)}const next = ${typed}`, after: `\n${line.repeat(40)}` },
  };
}

async function conversation(transport: Transport, turns: number, notes: Notes): Promise<void> {
  const said: ChatTurn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    said.push({ role: "user", text: `Question ${turn}: ${"why is that so? ".repeat(12)}` });
    const instructions = "You answer questions about code. ".repeat(20);
    const question: ChatQuestion = { conversation: "bench", instructions, turns: [...said] };
    const text = await read(transport.chat(question, never), notes);
    said.push({ role: "assistant", text });
  }
}

/** Reads an answer and notes when its tokens came. */
async function read(answer: AsyncIterable<string>, notes: Notes): Promise<string> {
  const askedAt = performance.now();
  let text = "";
  let firstAt: number | undefined;
  let lastAt = 0;
  let pieces = 0;
  for await (const piece of answer) {
    if (piece === "") continue; // an event without text
    lastAt = performance.now();
    if (firstAt === undefined) notes.firstTokenMs.push(lastAt - askedAt);
    firstAt ??= lastAt;
    text += piece;
    pieces++;
  }
  if (firstAt !== undefined && pieces > 1) notes.tokenGapMs.push((lastAt - firstAt) / (pieces - 1));
  return text;
}

function figuresOf(measured: Measured): Figures {
  const { firstTokenMs, tokenGapMs, ...counted } = measured;
  return { ...counted, firstTokenMs: spread(firstTokenMs), tokenGapMs: spread(tokenGapMs) };
}

/** What is quoted of WebSocket mode, from the chat: the socket's figure by that of each other way. */
function ratios(chats: Readonly<Record<string, Measured>>): Figures {
  const socket = chats["webSocket"];
  const ratio = (of: (measured: Measured) => number, other: Measured | undefined) =>
    socket && other ? of(socket) / of(other) : null;
  const median = (samples: readonly number[]) =>
    samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
  const against = (other: Measured | undefined): Figures => ({
    roundTripOverhead: ratio(({ firstTokenMs }) => median(firstTokenMs) - firstTextMs, other),
    perTokenBytes: ratio(({ bytesDown, writtenTokens }) => bytesDown / writtenTokens, other),
    perTokenMs: ratio(({ tokenGapMs }) => median(tokenGapMs), other),
    firstToken: ratio(({ firstTokenMs }) => median(firstTokenMs), other),
    bytesUp: ratio(({ bytesUp }) => bytesUp, other),
  });
  return { toNewHttps: against(chats["newHttps"]), toKeptHttps: against(chats["keptHttps"]) };
}

/** Cancels after the first token, next to the server: what is written from then on nobody reads. */
async function cancelled(
  double: OpenaiDouble,
  interrupts: boolean,
  cancels: number,
): Promise<Figures> {
  double.script = { ...script, firstTextMs: 20, knowsInterrupts: interrupts };
  double.records.length = 0;
  const transport = webSocket(double.url, 32, interrupts);
  const abortedAt: number[] = [];
  for (let index = 0; index < cancels; index++) {
    const controller = new AbortController();
    const answer = transport.complete(place(`${index}`), controller.signal);
    await answer.next();
    abortedAt.push(machineNow());
    controller.abort(new Error("typed on"));
    await answer.next().catch(() => undefined);
  }
  await double.until(() => double.records.every(({ isComplete }) => isComplete));
  await read(transport.complete(place("last"), never), { firstTokenMs: [], tokenGapMs: [] }); // all has come
  const after = abortedAt.map((at, index) => {
    const record = double.records[index];
    return record ? tokensAfter(record, at) : 0;
  });
  const { drainedTokens } = transport;
  const connections = new Set(double.records.map(({ connection }) => connection)).size;
  transport.dispose();
  double.script = script;
  return {
    ...{ tokensWrittenAfterCancel: spread(after), drainedTokens, outputLimit: 32, connections },
    drainedPerCancel: drainedTokens / cancels,
  };
}

function explain(): void {
  for (const line of [
    "ratios are the socket's figure by the other's, from the chat:",
    "  roundTripOverhead: what a question takes beyond the model's own time. A socket saves the handshakes of a new",
    "    connection; against a kept connection there is nothing left to save on the line.",
    "  perTokenBytes, perTokenMs: the events are the same on both ways. What a vendor saves within its servers is not in here.",
    "  firstToken: what a person waits for; it has the model's time in it, so it is nearer to 1 the slower that is.",
    "  bytesUp: continuation sends the new turns only. The model reads all of it all the same, or has it cached.",
  ])
    console.log(line);
}
