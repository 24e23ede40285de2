import { Failure } from "../../base/failure.ts";
import type { Ask } from "./dialect.ts";
import {
  errorInBody,
  type Hidden,
  maxReadChars,
  messageOf,
  serverMessage,
} from "./serverMessage.ts";

/** What the messages of one upstream speak of. */
export interface Subject {
  readonly name: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/** What the messages may say of a question, and what they may not repeat of it. */
export type Asked = Pick<Ask, "url" | "privateTexts">;

/** An answer that is no stream. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** How servers say that a model takes no text behind the cursor: vLLM, Ollama, llama-server, OpenAI, others. */
const cannotFillIn =
  /suffix is not|support insert|infill is not|not supported in the v1\/completions|\bchat model\b.*completions|(fim|fill.in.the.middle).*not|not.*(\bfim\b|fill.in.the.middle)/i;
/** How they say that a prompt is longer than the model can read: OpenAI and vLLM, llama-server, Anthropic, others. */
const tooLong =
  /context_length_exceeded|exceed_context_size|maximum context length|exceeds? (the )?(available |model's )?context|exceeds the maximum number of tokens|prompt is too long|input is too long/i;
/** How they say that an account is empty, with whatever status: OpenAI and DeepSeek, Anthropic, xAI. */
const noCredit =
  /insufficient_quota|insufficient (balance|credit|funds)|credit balance is too low|used all available credits|spending limit/i;
/** How they say that a key may be used, but not with this model. */
const deniesModel =
  /model_not_found|access to (the )?model|model .*(not|n't) (found|exist|available|enabled)/i;
const secureConnectionCodes = /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO_/;

/** Words every way an upstream can fail as one sentence with a next step, without key, prompt or output. */
export class UpstreamFailures {
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** No answer came: no connection, or one that broke before the first byte. */
  noAnswer(thrown: unknown, asked: Asked): Failure {
    const { name } = this.#subject;
    const code = errorCode(thrown);
    if (code === "ECONNRESET" || code === "EPIPE") {
      const message = `${name} closed the connection without an answer: look at the server's log`;
      return new Failure("upstream-down", `${message}.`, thrown);
    }
    if (code.startsWith("HPE_")) return this.garbled("is not HTTP", asked);
    if (secureConnectionCodes.test(code)) {
      const message = `No secure connection to ${name} (${code}): check its certificate or whether the address should start with http://`;
      return new Failure("upstream-insecure", `${message}.`, thrown);
    }
    const message = `Cannot reach ${name}${code && ` (${code})`}: start the server or correct the address in the settings`;
    return new Failure("upstream-unreachable", `${message}.`, thrown);
  }

  /** An answer with a status other than 2xx, or a 2xx that is no stream. */
  answered(answer: Answer, asked: Asked): Failure {
    const error = errorInBody(answer.body);
    const said = serverMessage(error, this.#hidden(asked));
    if (answer.status < 200 || answer.status >= 300)
      return this.#byStatus(answer, error, said, asked);
    if (said) return this.#failure("upstream-down", "failed", "look at the server's log", said);
    return this.garbled(`is ${answer.contentType || "of no known type"}, not a stream`, asked);
  }

  /** The server's own error in the middle of its stream. */
  inStream(error: unknown, asked: Asked): Failure {
    const said = serverMessage(error, this.#hidden(asked));
    const status = statusIn(error);
    const answer = { status, contentType: "", retryAfterMs: undefined, body: "" };
    return this.#byStatus(answer, error, said, asked);
  }

  /** It was not asked: what it speaks has no way to. */
  onlyChats(): Failure {
    return this.#onlyChats("", "");
  }

  /** Its answer reached the limit of a completion without a word. */
  onlyThought(): Failure {
    const step = "choose a model that does not think first, or raise slipstream.upstream.maxTokens";
    const what = "used up its output limit without any text";
    return this.#failure("upstream-only-thought", what, step, "");
  }

  garbled(why: string, { url }: Asked): Failure {
    return new Failure(
      "upstream-garbled",
      `The answer of ${this.#subject.name} ${why}: check that the address and the kind in the settings fit the server (asked ${url.pathname}).`,
    );
  }

  /** The connection was lost, or closed before the answer had its end. */
  endedEarly(): Failure {
    const message = `The answer of ${this.#subject.name} ended early: look at the server's log`;
    return new Failure("upstream-down", `${message}.`);
  }

  tooSlow(what: string, timeoutMs: number): Failure {
    const message = `${this.#subject.name} sent no ${what} within ${timeoutMs} ms: use a smaller model or a longer time limit`;
    return new Failure("deadline", `${message}.`);
  }

  closed(): Failure {
    const message = `The connection to ${this.#subject.name} was closed on this side: ask again`;
    return new Failure("upstream-unreachable", `${message}.`);
  }

  #byStatus(answer: Answer, error: unknown, said: string, asked: Asked): Failure {
    const { status } = answer;
    const words = wordsOf(error);
    if (status === 402 || noCredit.test(words)) {
      const step = "top the account up, or set another key";
      return this.#failure("upstream-no-credit", `has no credit left (${status})`, step, said);
    }
    if (status === 429 || status === 529) return this.#busy(answer, said);
    if (status === 403 && deniesModel.test(words)) return this.#notFound(status, true, said, asked);
    if (status === 401 || status === 403) {
      // Not with the server's words: some repeat part of the key.
      const what = `refused the key (${status})`;
      return this.#failure("upstream-unauthorized", what, "set a valid key", "");
    }
    if (status === 413 || tooLong.test(words)) {
      const step = "attach less, begin a new conversation, or give the model a longer context";
      return this.#failure("too-large", `cannot read so long a text (${status})`, step, said);
    }
    if (cannotFillIn.test(messageOf(error))) return this.#onlyChats(` (${status})`, said);
    const isRedirect = status >= 300 && status < 400;
    if (status === 404 || status === 405 || isRedirect) {
      return this.#notFound(status, speaksOfModel(error), said, asked);
    }
    if (status >= 400 && status < 500) {
      const step = speaksOfModel(error)
        ? "correct the model in the settings"
        : "check that the kind and the model in the settings fit the server";
      return this.#failure("upstream-refused", `refused the request (${status})`, step, said);
    }
    const step = "look at the server's log";
    return restAfter(this.#failure("upstream-down", `failed (${status})`, step, said), answer);
  }

  #onlyChats(status: string, said: string): Failure {
    const step =
      "choose a model trained for fill-in-the-middle, or set slipstream.upstream.completeBy to instruct";
    return this.#failure(
      "upstream-no-infill",
      `can chat but not fill in code${status}`,
      step,
      said,
    );
  }

  #busy(answer: Answer, said: string): Failure {
    const { status, retryAfterMs: ms } = answer;
    // What it has asked for stays true: the failure is told for as long as that lasts.
    const step =
      ms === undefined
        ? "try again later"
        : `it asks to be left alone for ${Math.ceil(ms / 1_000)} s`;
    return restAfter(this.#failure("upstream-busy", `is busy (${status})`, step, said), answer);
  }

  #notFound(status: number, speaksOfModel: boolean, said: string, { url }: Asked): Failure {
    const { model } = this.#subject;
    if (speaksOfModel) {
      const what = `has no model ${model ? `"${model}"` : "of that name"} (${status})`;
      return this.#failure("upstream-not-found", what, "correct the model in the settings", said);
    }
    const what = `has no ${url.pathname} (${status})`;
    return this.#failure("upstream-not-found", what, "correct the address in the settings", said);
  }

  #failure(code: Failure["code"], what: string, step: string, said: string): Failure {
    const quote = said && ` The server says: ${said}`;
    return new Failure(code, `${this.#subject.name} ${what}: ${step}.${quote}`);
  }

  #hidden({ privateTexts }: Asked): Hidden {
    return { apiKey: this.#subject.apiKey, texts: privateTexts };
  }
}

/** With how long the server wants to be left alone. */
const restAfter = ({ code, message }: Failure, { retryAfterMs }: Answer): Failure =>
  new Failure(code, message, undefined, retryAfterMs);

/** Also where the message may not be shown. */
function speaksOfModel(error: unknown): boolean {
  return (
    /\bmodel\b/i.test(messageOf(error)) || (isRecord(error) && error["code"] === "model_not_found")
  );
}

/** What a server calls an error and says of it. Not for showing. */
function wordsOf(error: unknown): string {
  const { code, type } = isRecord(error) ? error : {};
  return `${String(code)} ${String(type)} ${messageOf(error)}`.slice(0, maxReadChars);
}

/** Errors in a stream carry an HTTP status, one of the usual names, or nothing that helps (then 500). */
function statusIn(error: unknown): number {
  if (!isRecord(error)) return 500;
  const known = [error["code"], error["status"]].map(Number).find(isErrorStatus);
  if (known !== undefined) return known;
  const name = wordsOf({ ...error, message: "" });
  if (/rate_limit|overloaded|busy/.test(name)) return 429;
  if (/invalid_api_key|authentication|permission/.test(name)) return 401;
  if (name.includes("model_not_found")) return 404;
  return name.includes("invalid_request") ? 400 : 500;
}

const isErrorStatus = (status: number): boolean =>
  Number.isInteger(status) && status >= 400 && status < 600;

function errorCode(thrown: unknown): string {
  return isRecord(thrown) && typeof thrown["code"] === "string" ? thrown["code"] : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
