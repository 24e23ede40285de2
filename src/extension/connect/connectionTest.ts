import { deadline } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import type { PersistentLink } from "../../link/persistentLink.ts";
import type { LocalDocuments } from "../../wire/localDocuments.ts";

/** What the test asks by. */
export interface ConnectionTestParts {
  readonly link: Pick<PersistentLink, "ready" | "complete">;
  readonly documents: LocalDocuments;
  readonly clock: Clock;
}

/** What the model said at the test's cursor. */
export interface TestAnswer {
  readonly text: string;
  /** From asking to the model's first text. */
  readonly firstTextMs: number;
  /** What its server counted of the prompt; undefined where it does not count. */
  readonly inputTokens: number | undefined;
}

/** A keyring may ask the person first, before the gateway has the key. */
const readyMs = 20_000;
/** A model that is loaded first takes its time; the gateway's own limit is not longer. */
const limitMs = 20_000;
/** An answer quicker than this is asked for once more: the first may have paid for connecting and loading. */
const quickMs = 3_000;

const before = `/** The sum of all numbers in a list. */
export function sumOf(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) {
    `;
const after = `
  }
  return total;
}

/** What an order costs, and what of that is tax, in cents. */
export function priceOf(amounts: readonly number[], taxShare: number): { net: number; tax: number } {
  const net = sumOf(amounts);
  return { net, tax: Math.round(net * taxShare) };
}

/** The greatest of some numbers; undefined where there is none. */
export function greatestOf(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
`;

/** Asks the model behind the link about a small text of our own. Throws a `Failure`, or the signal's reason. */
export async function testConnection(
  parts: ConnectionTestParts,
  parent: AbortSignal,
): Promise<TestAnswer> {
  await gatewayReady(parts, parent);
  const limit = deadline(parent, parts.clock, limitMs, "the model's answer");
  try {
    const first = await askOnce(parts, limit.signal);
    if (first.firstTextMs > quickMs) return first;
    const second = await askOnce(parts, limit.signal);
    return { ...first, firstTextMs: second.firstTextMs };
  } finally {
    limit.dispose();
  }
}

/** Where the window's own gateway does not begin in time, it is not the model that is slow. */
async function gatewayReady(
  { link, clock }: ConnectionTestParts,
  parent: AbortSignal,
): Promise<void> {
  const limit = deadline(parent, clock, readyMs, "the gateway");
  try {
    await link.ready(limit.signal);
  } catch (error) {
    if (parent.aborted || !limit.signal.aborted) throw error;
    const reason = "the gateway has not begun: the secret storage may be slow to give the key";
    throw new Failure("gateway-unreachable", reason);
  } finally {
    limit.dispose();
  }
}

/** Once more where the link has gone meanwhile: settings and keys reach it one after the other. */
async function askOnce(parts: ConnectionTestParts, signal: AbortSignal): Promise<TestAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      await parts.link.ready(signal);
      return await ask(parts, signal);
    } catch (error) {
      const { code } = Failure.from(error);
      if (signal.aborted || tries === 3 || !passing.has(code)) throw error;
    }
  }
}

const passing: ReadonlySet<string> = new Set<Failure["code"]>([
  "link-lost",
  "gateway-unreachable",
  "superseded",
  "resync",
]);

async function ask(parts: ConnectionTestParts, signal: AbortSignal): Promise<TestAnswer> {
  const { link, documents, clock } = parts;
  const key = "slipstream:connection-test";
  const name = { key, path: "connection-test.ts", languageId: "typescript", isConfined: false };
  documents.open(name, 1, before + after);
  const startedAt = clock.now();
  let text = "";
  let firstTextMs: number | undefined;
  let inputTokens: number | undefined;
  const question = {
    documentKey: key,
    documentVersion: 1,
    offset: before.length,
    isConfined: false,
    snippets: [],
    keepsOlder: true,
  };
  try {
    for await (const piece of link.complete(question, signal)) {
      if (piece.kind === "end") inputTokens = piece.usage?.inputTokens;
      else if (piece.origin === "remote") {
        firstTextMs ??= clock.now() - startedAt;
        text += piece.text;
      }
    }
  } finally {
    documents.close(key);
  }
  return { text, firstTextMs: firstTextMs ?? clock.now() - startedAt, inputTokens };
}

/** What is wrong with an answer that came. */
export type AnswerFlaw = "empty" | "control tokens" | "prose" | "suffix ignored";

const controlTokens = /<\|?(fim|PRE|SUF|MID|im_start|im_end|endoftext)|\[(SUFFIX|PREFIX|MIDDLE)\]/;
const prose = /^\s*(sure|certainly|here('s| is| are)|to complete|the (missing|code)|```)/i;
/** The text before the cursor has fewer tokens than this; with as much of the text behind it as any server is sent it has more. */
const fewTokens = 75;

/** What tells that a model does not fill in between two texts; undefined for an answer that may be one. */
export function flawOf({ text, inputTokens }: TestAnswer): AnswerFlaw | undefined {
  if (text.trim() === "") return "empty";
  if (controlTokens.test(text)) return "control tokens";
  if (prose.test(text)) return "prose";
  if (inputTokens !== undefined && inputTokens < fewTokens) return "suffix ignored";
  return /return\s+total;/.test(text) ? "suffix ignored" : undefined;
}
