import { type Disposable } from "../../base/disposable.ts";
import { type CompletionRequest } from "../../wire/messages.ts";

/** A real model API. One instance lives as long as the gateway's settings do; its owner disposes it. */
export interface Upstream extends Disposable {
  /** Kind, model and host for people to read, without any key. */
  readonly name: string;
  /**
   * Asks the model and streams its text as it arrives. Aborting the signal closes the model's stream
   * at once and ends the iteration with the signal's reason. Anything else that goes wrong throws a
   * `Failure` with an `upstream-*` code or `deadline` and one clear message with a next step.
   */
  complete(request: CompletionRequest, signal: AbortSignal): AsyncIterable<string>;
}

/** What one upstream needs. */
export type UpstreamSettings = ServerSettings | GgufSettings;

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

/** What is needed to reach a model server. */
export interface ServerSettings {
  readonly kind: "openai-compatible" | "llama.cpp";
  /** The server's base address, such as `http://127.0.0.1:8080`; a trailing `/v1` is accepted. */
  readonly url: string;
  /** The model's name; empty where the server has only one. */
  readonly model: string;
  /** From SecretStorage or the environment; never logged, never part of `name`. */
  readonly apiKey: string | undefined;
  /** The longest wait for the first piece of text, and for each one after it. */
  readonly firstTextTimeoutMs: number;
  readonly maxTokens: number;
}
