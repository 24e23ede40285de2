import { isLinkAddress, isLoopback, type Settings } from "./settings.ts";
import type { Translate } from "./translate.ts";

/** A sentence, and what it leads to. */
interface NoKeyWords {
  readonly sentence: string;
  /** Whether there is a key to be set once a model is connected. */
  readonly needsModel: boolean;
}

/** Why there is no key to be set for a model, where none of those that are set has an address. */
export function noKeyWords(settings: Settings, t: Translate): NoKeyWords {
  if (settings["gateway.url"] !== "") {
    const sentence = t(
      "The model is your team's gateway's, which has its key: there is none to be set here.",
    );
    return { sentence, needsModel: false };
  }
  if (settings["upstream.kind"] === "gguf") {
    const sentence = t("A model file runs on this machine and needs no key.");
    return { sentence, needsModel: false };
  }
  const sentence = t("A key is kept for the address of its model alone, and no model is set yet.");
  return { sentence, needsModel: true };
}

/** What is wrong with the address of a gateway that is to be joined with a token; undefined where nothing is. */
export function addressFlaw(address: string, t: Translate): string | undefined {
  if (!isLinkAddress(address) || !URL.canParse(address))
    return t("An address that begins with wss://, or ws:// on this machine");
  const { protocol, hostname } = new URL(address);
  if (protocol === "wss:" || isLoopback(hostname)) return undefined;
  return t("With ws:// anybody on the way could read your token and your code: take wss://.");
}
