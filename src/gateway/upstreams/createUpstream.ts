/**
 * This folder owns the model APIs behind the gateway: how each is asked, how its stream is read, and what is
 * said when it fails. It knows nothing of the link, of drafts or of who asks. Start here, then
 * `streamingUpstream.ts` (time limits), `httpStream.ts` (one answer), `connections.ts`, and the dialects, one file for each
 * kind of server. Other matters: a model file that is run here, `gguf/ggufUpstream.ts`, and OpenAI's sockets,
 * `openaiResponses/openaiResponses.ts`.
 */
import { isAbsolute } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { stderrLog } from "../stderrLog.ts";
import { anthropic } from "./anthropic.ts";
import type { Dialect } from "./dialect.ts";
import { GgufUpstream, usefulTokensPerS } from "./gguf/ggufUpstream.ts";
import { HttpStream, type OnSent } from "./httpStream.ts";
import { llamaCpp } from "./llamaCpp.ts";
import { mistral } from "./mistral.ts";
import { ollama } from "./ollama.ts";
import { openaiCompatible } from "./openaiCompatible.ts";
import { OpenaiResponses } from "./openaiResponses/openaiResponses.ts";
import { StreamingUpstream } from "./streamingUpstream.ts";
import {
  type GgufSettings,
  type ResponsesSettings,
  type ServerSettings,
  type Upstream,
  type UpstreamSettings,
  usualUrls,
} from "./upstream.ts";
import { UpstreamFailures } from "./upstreamFailures.ts";

/** Makes the upstream of the settings; throws a `settings` failure for unusable ones. */
export function createUpstream(
  settings: UpstreamSettings,
  clock: Clock,
  onSent?: OnSent,
): Upstream {
  switch (settings.kind) {
    case "gguf":
      return modelFile(settings, clock);
    case "openai-responses":
      return responsesServer(settings, clock, onSent);
    case "openai-compatible":
    case "llama.cpp":
    case "ollama":
    case "mistral":
    case "anthropic":
      return modelServer(settings, clock, onSent);
  }
}

/** It begins to connect at once. */
function responsesServer(settings: ResponsesSettings, clock: Clock, onSent?: OnSent): Upstream {
  const base = baseAddress(settings.url.trim() || (usualUrls[settings.kind] ?? ""));
  const apiKey = usableKey(settings.apiKey);
  return new OpenaiResponses({ settings, base, apiKey, clock, log: stderrLog, onSent });
}

function modelFile(settings: GgufSettings, clock: Clock): Upstream {
  if (!isAbsolute(settings.model)) {
    throw new Failure(
      "settings",
      "The model is not the path of a file: set slipstream.upstream.model to the whole path of a GGUF file.",
    );
  }
  const program = process.argv[1] ?? ""; // the gateway
  const minTokensPerS = usefulTokensPerS;
  return new GgufUpstream({ settings, program, minTokensPerS, clock, log: stderrLog });
}

/** It begins to connect at once. */
function modelServer(settings: ServerSettings, clock: Clock, onSent?: OnSent): Upstream {
  const { kind, model } = settings;
  const base = baseAddress(settings.url.trim() || (usualUrls[kind] ?? ""));
  const apiKey = usableKey(settings.apiKey);
  const dialect = dialects[kind](settings, base);
  const name = `${model ? `${model} (${kind})` : kind} at ${base.host}`;
  const failures = new UpstreamFailures({ name, model, apiKey });
  const headers = { ...dialect.headers, ...(apiKey && dialect.authorization(apiKey)) };
  const stream = new HttpStream({ origin: base, headers, failures, clock, onSent });
  stream.open();
  return new StreamingUpstream({ name, dialect, stream, failures, settings }, clock);
}

const dialects: Record<ServerSettings["kind"], (settings: ServerSettings, base: URL) => Dialect> = {
  "openai-compatible": openaiCompatible,
  "llama.cpp": llamaCpp,
  ollama,
  mistral,
  anthropic,
};

/** The address is not repeated in the messages: people do put keys in it. */
function baseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new Failure(
      "settings",
      "The model's address is not a web address: set one that starts with http:// or https://, such as http://127.0.0.1:8080.",
    );
  }
  if (url.username || url.password) {
    throw new Failure(
      "settings",
      "The model's address contains a user name or password: take it out and set it as the key.",
    );
  }
  return url;
}

function usableKey(apiKey: string | undefined): string | undefined {
  const key = apiKey?.trim();
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    throw new Failure(
      "settings",
      "The model's key contains spaces or characters that no key can have: set it again.",
    );
  }
  return key === "" ? undefined : key;
}
