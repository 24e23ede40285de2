import type { Failure } from "../../base/failure.ts";
import { isLoopback } from "../settings.ts";
import type { Translate } from "../translate.ts";
import type { AnswerFlaw } from "./connectionTest.ts";

/** What is known about a model that was tried, beside its failure. */
export interface TriedModel {
  readonly address: URL;
  /** Empty where the server has only one. */
  readonly model: string;
  /** Where this window runs, such as `ssh-remote`, if that is not the machine the person sits at. */
  readonly remoteName: string | undefined;
  /** Whether this window, which heeds the editor's proxy settings and certificates, had an answer from the address. */
  readonly isReachedByWindow: boolean;
  /** Whether the editor or the system names a proxy. */
  readonly hasProxy: boolean;
}

/** One sentence on what is wrong, and one on what to do next. The server's own words stay in the log. */
export function verdictOn(failure: Failure, tried: TriedModel, t: Translate): string {
  const { address, model } = tried;
  const { host } = address;
  const named = model === "" ? host : model;
  switch (failure.code) {
    case "upstream-unauthorized":
      return t("{0} refuses the key: set the one that belongs to this address.", host);
    case "upstream-no-infill":
      return t(
        "{0} cannot fill in code at a cursor: take a model trained for fill-in-the-middle.",
        named,
      );
    case "upstream-no-credit":
      return t(
        "The account with {0} has no credit left: top it up, or set another account's key.",
        host,
      );
    case "upstream-only-thought":
      return t(
        "{0} thinks first and has used up its output without a word: take a model that does not, or raise slipstream.upstream.maxTokens.",
        named,
      );
    case "upstream-insecure":
      return t(
        "The certificate of {0} is not trusted: give Node its authority with NODE_EXTRA_CA_CERTS and start the editor again, or begin the address with http:// if it is a plain server.",
        host,
      );
    case "upstream-unreachable":
      return unreachable(tried, t);
    case "upstream-not-found":
      return model === ""
        ? t(
            "{0} answers, but not at this address: check its path, and whether it is the right kind of server.",
            host,
          )
        : t("{0} has no model {1} at this address: take one that it lists.", host, model);
    case "deadline":
      return t(
        "{0} did not answer in time: wait until it has loaded its model, or take a smaller one.",
        named,
      );
    case "upstream-garbled":
      return t(
        "{0} answers in another form than expected: it is another kind of server, or something stands in between.",
        host,
      );
    case "upstream-busy":
      return t("{0} answers to too many requests already: try again later.", host);
    case "upstream-refused":
      return t("{0} refuses the request for {1}: the log has its words.", host, named);
    case "upstream-down":
      return t("{0} has an error of its own: look at its log.", host);
    case "settings":
      return failure.message; // of the editor, or on what cannot be set
    case "gateway-unreachable":
      return t(
        "This window's own gateway has not begun: if the secret storage asks for your leave or is locked, open it, then connect the model again. The log has more.",
      );
    case "busy":
    case "handshake-refused":
    case "internal":
    case "link-lost":
    case "protocol":
    case "resync":
    case "superseded":
    case "too-large":
    case "unauthorized":
    case "unread":
      return t("{0} could not be tried: {1}. The log has more.", host, failure.code);
  }
}

function unreachable(tried: TriedModel, t: Translate): string {
  const { address, remoteName, isReachedByWindow, hasProxy } = tried;
  const { host, hostname } = address;
  const isLocal = isLoopback(hostname);
  if (isLocal && remoteName !== undefined) {
    return t(
      "Nothing answers at {0} on the machine this window runs on ({1}); a server on your own computer is on the other side: forward its port to that machine, or start it there.",
      host,
      remoteName,
    );
  }
  if (isLocal) return t("Nothing answers at {0}: start the server.", host);
  if (isReachedByWindow || hasProxy) {
    return t(
      "{0} is reached through a proxy only, which the gateway in this window does not use: let it connect directly, or use a gateway that your team hosts.",
      host,
    );
  }
  return t(
    "Nothing answers at {0}: check the address, and that the server runs and may be reached from here.",
    host,
  );
}

/** The sentence on an answer that came and is none to be shown. */
export function flawWords(flaw: AnswerFlaw, tried: TriedModel, t: Translate): string {
  const named = tried.model === "" ? tried.address.host : tried.model;
  if (flaw === "empty")
    return t(
      "{0} answers without any text: it may not be trained for fill-in-the-middle, so try another one.",
      named,
    );
  return t(
    "{0} answers, but not with what belongs between two texts: take a model trained for fill-in-the-middle.",
    named,
  );
}
