import type { Clock } from "../../../base/clock.ts";
import type { Token, TokenModel } from "./tokenModel.ts";

const halfTokens = 32;
const sample = "for (const item of items) total += item.price * item.count;\n";

/** How fast a model is on this machine. */
export interface Speed {
  /** Over what it reads and writes in the probe. */
  readonly tokensPerS: number;
  /** Over what it reads. */
  readonly readPerS: number;
}

/**
 * Measures a model over 32 tokens that it reads and 32 that it writes. Does so again where that is less than `enough`
 * a second, and the better one counts: the first may have waited for the file to be read.
 */
export async function measureSpeed(
  model: TokenModel,
  clock: Clock,
  enough: number,
): Promise<Speed> {
  const first = await measured(model, clock);
  if (first.tokensPerS >= enough) return first;
  const second = await measured(model, clock);
  return first.tokensPerS > second.tokensPerS ? first : second;
}

async function measured(model: TokenModel, clock: Clock): Promise<Speed> {
  const tokens = model.tokenize(sample.repeat(4)).slice(0, halfTokens);
  await model.keep([]);
  const startedAt = clock.now();
  await model.evaluate(tokens.slice(0, -1));
  const readAt = clock.now();
  const written: Token[] = [];
  for await (const token of model.write(tokens.at(-1) ?? 0))
    if (written.push(token) === halfTokens) break;
  const endedAt = clock.now();
  await model.keep([]);
  return {
    tokensPerS: perS(tokens.length + written.length, endedAt - startedAt),
    readPerS: perS(tokens.length - 1, readAt - startedAt),
  };
}

const perS = (tokens: number, tookMs: number): number => (tokens / tookMs) * 1000;
