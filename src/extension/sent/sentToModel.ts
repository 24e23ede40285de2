import type { SentRequest } from "./lastRequest.ts";
import type { SentBody } from "./sentText.ts";

/** The window's own gateway, as far as it says what it has sent. */
export interface SendingGateway {
  readonly pid: number | undefined;
  lastSent(): Promise<readonly SentBody[] | undefined>;
}

/**
 * The last bodies that this window's own gateway sent to a model's server; none where it certainly sent none for the request,
 * undefined where that cannot be told: another process knows nothing of what the one before has sent. Before the first
 * request what was read ahead is told.
 */
export async function sentToModel(
  request: Pick<SentRequest, "asked"> | undefined,
  gateway: SendingGateway,
): Promise<readonly SentBody[] | undefined> {
  if (!request) return (await gateway.lastSent()) ?? [];
  const { mayAskModel, pid } = request.asked;
  if (!mayAskModel) return [];
  return pid !== undefined && pid === gateway.pid ? gateway.lastSent() : undefined;
}
