import type { LinkedAbort } from "../../base/abort.ts";
import type { Disposable } from "../../base/disposable.ts";
import { Failure } from "../../base/failure.ts";
import type { ChatQuestion } from "../../wire/chat.ts";
import type { SentNotice } from "../../wire/childNotices.ts";
import type { CompletionRequest, CutReason, TokenUsage } from "../../wire/messages.ts";

/** Why a model stopped: it was done, it reached the output limit, or a filter of its server took the rest. */
export type StopReason = "done" | CutReason;

/** What a model's server is asked for: code at a cursor, to read such a place ahead, or a chat's answer. */
export type Work = SentNotice["work"];

/** What a model's server says at the end of an answer. */
export interface AnswerEnd {
  readonly stop: StopReason;
  /** Undefined where the server does not count. */
  readonly usage: TokenUsage | undefined;
  /** The name of the upstream that answered, where it is one of several. */
  readonly upstream?: string | undefined;
}

/** The end of an answer that nobody reads to its end. */
export const unread: AnswerEnd = { stop: "done", usage: undefined };

/** A model's text as it arrives, and at its end what is said of it. */
export type UpstreamAnswer = AsyncGenerator<string, AnswerEnd, undefined>;

/** Stops the model, whose answer was begun with the signal of `abort`, since nobody reads what still comes. Never rejects. */
export async function leave(
  answer: UpstreamAnswer | undefined,
  abort: Pick<LinkedAbort, "abort">,
): Promise<void> {
  abort.abort(new Failure("internal", "the reader stopped reading"));
  await answer?.return(unread).catch(() => undefined);
}

/**
 * A real model API. One instance lives as long as the gateway's settings do; its owner disposes it. All three methods
 * end at once with the signal's reason when it fires, and the model's server is told to stop in the same turn, as far as its
 * protocol allows. Anything else that goes wrong throws a `Failure` with an `upstream-*` code, `deadline` or `too-large` and
 * one clear message with a next step.
 */
export interface Upstream extends Disposable {
  /** Kind, model and host for people to read, without any key. */
  readonly name: string;
  /** Fills in code at a cursor. */
  complete(request: CompletionRequest, signal: AbortSignal): UpstreamAnswer;
  /**
   * Answers a chat's question; missing where the model cannot chat. `onAlive` is called, once or more often, when the server has begun
   * to answer: the model may still think for long.
   */
  chat?(question: ChatQuestion, signal: AbortSignal, onAlive?: () => void): UpstreamAnswer;
  /** Makes a later `complete` of this place start sooner; missing where nothing can be warmed. */
  warm?(request: CompletionRequest, signal: AbortSignal): Promise<void>;
}

/** What one upstream needs. */
export type UpstreamSettings = NetworkSettings | GgufSettings;

/** One that is reached over a network. */
export type NetworkSettings = ServerSettings | ResponsesSettings;

/** A model file that the gateway runs itself. Only a window's own gateway does. */
export interface GgufSettings {
  readonly kind: "gguf";
  /** The file's path. */
  readonly model: string;
  /** Where `npm install node-llama-cpp` was run; empty for npm's global folder. */
  readonly nodeLlamaCppFolder: string;
  /** The longest wait for the first piece of text, and for each one after it. */
  readonly firstTextTimeoutMs: number;
  readonly maxTokens: number;
}

/** The kinds of model servers. */
export const serverKinds = [
  "openai-compatible",
  "llama.cpp",
  "ollama",
  "mistral",
  "anthropic",
] as const;

/** The kinds of upstreams that are reached over a network. */
export const networkKinds = ["openai-responses", ...serverKinds] as const;

/** Where an upstream is found when no address is set. */
export const usualUrls: Readonly<Partial<Record<(typeof networkKinds)[number], string>>> = {
  "openai-responses": "https://api.openai.com/v1",
  ollama: "http://127.0.0.1:11434",
  mistral: "https://api.mistral.ai",
  anthropic: "https://api.anthropic.com",
};

/**
 * How code is completed: `auto` fills in, with our own marks where the model's name tells how it was trained and the
 * server takes a raw prompt; `fim` leaves the marks to the server; `instruct` asks a model that chats for the code.
 */
export const waysToComplete = ["auto", "fim", "instruct"] as const;

/** What is needed to reach a model server. */
export interface ServerSettings {
  readonly kind: (typeof serverKinds)[number];
  /** The server's base address, such as `http://127.0.0.1:8080`; a trailing `/v1` is accepted. Empty: the usual one. */
  readonly url: string;
  /** The model's name; empty where the server has only one. */
  readonly model: string;
  /** Left out: `auto`. */
  readonly completeBy?: (typeof waysToComplete)[number] | undefined;
  /** From SecretStorage or the environment; never logged, never part of `name`. */
  readonly apiKey: string | undefined;
  /** The longest wait for the first piece of text, and for each one after it. */
  readonly firstTextTimeoutMs: number;
  readonly maxTokens: number;
}

/** Whether one socket carries several answers at once; `auto` where the host is known for it. */
export const laneChoices = ["auto", "on", "off"] as const;

/** OpenAI's Responses API, or another vendor's form of it. */
export interface ResponsesSettings extends Omit<ServerSettings, "kind"> {
  readonly kind: "openai-responses";
  /** Empty for OpenAI's own. */
  readonly url: string;
  readonly lanes: (typeof laneChoices)[number];
  /** Whether the server is asked to stop abandoned answers, which is no part of the public API. */
  readonly interrupts: boolean;
}
