import type { SentRequest } from "./lastRequest.ts";
import type { SentBody } from "./sentText.ts";

/** The window's own gateway, as far as it says what it has sent. */
export interface SendingGateway {
  readonly pid: number | undefined;
  lastSent(): Promise<SentBody | null | undefined>;
}

/**
 * The last body that this window's own gateway sent to a model's server; null where it certainly sent none for the request,
 * undefined where that cannot be told: another process knows nothing of what the one before has sent.
 */
export async function sentToModel(
  { asked }: Pick<SentRequest, "asked">,
  gateway: SendingGateway,
): Promise<SentBody | null | undefined> {
  if (!asked.mayAskModel) return null;
  return asked.pid !== undefined && asked.pid === gateway.pid ? gateway.lastSent() : undefined;
}
