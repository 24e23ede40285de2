/**
 * This folder owns the model APIs behind the gateway: how each is asked, how its stream is read, and what is
 * said when it fails. It knows nothing of the link, of drafts or of who asks. Start here, then
 * `streamingUpstream.ts` (time limits), `httpStream.ts` (connections) and the dialects `openaiCompatible.ts`
 * and `llamaCpp.ts`. A model file that is run here is another matter: `gguf/ggufUpstream.ts`.
 */
import { isAbsolute } from "node:path";
import { type Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { stderrLog } from "../stderrLog.ts";
import { type Dialect } from "./dialect.ts";
import { GgufUpstream, usefulTokensPerS } from "./gguf/ggufUpstream.ts";
import { HttpStream, type OnSent } from "./httpStream.ts";
import { llamaCpp } from "./llamaCpp.ts";
import { openaiCompatible } from "./openaiCompatible.ts";
import { StreamingUpstream } from "./streamingUpstream.ts";
import {
  type GgufSettings,
  type ServerSettings,
  type Upstream,
  type UpstreamSettings,
} from "./upstream.ts";
import { UpstreamFailures } from "./upstreamFailures.ts";

/** Makes the upstream of the settings without connecting; throws a `settings` failure for unusable ones. */
export function createUpstream(
  settings: UpstreamSettings,
  clock: Clock,
  onSent?: OnSent,
): Upstream {
  return settings.kind === "gguf"
    ? modelFile(settings, clock)
    : modelServer(settings, clock, onSent);
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

function modelServer(settings: ServerSettings, clock: Clock, onSent?: OnSent): Upstream {
  const base = baseAddress(settings.url);
  const apiKey = usableKey(settings.apiKey);
  const dialect = dialects[settings.kind](settings);
  const url = dialect.endpoint(base);
  const { model, firstTextTimeoutMs } = settings;
  const name = `${model ? `${model} (${settings.kind})` : settings.kind} at ${base.host}`;
  const failures = new UpstreamFailures({ name, model, apiKey, path: url.pathname });
  const stream = new HttpStream({ url, apiKey, onSent }, failures, clock);
  return new StreamingUpstream({ name, dialect, stream, failures, firstTextTimeoutMs }, clock);
}

const dialects: Record<ServerSettings["kind"], (settings: ServerSettings) => Dialect> = {
  "openai-compatible": openaiCompatible,
  "llama.cpp": llamaCpp,
};

/** The address is not repeated in the messages: people do put keys in it. */
function baseAddress(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
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
