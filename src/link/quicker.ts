/** How long each gateway took to open a socket, in milliseconds, in the order of the settings. */
export type DialTimes = Map<string, number[]>;

/** So much better another gateway must be, in both ways, before a link moves. */
const leastShare = 0.2;
const leastMs = 5;

/** The gateway that is clearly better than the one in use, by the median of its times; undefined where there is none. */
export function quicker(
  used: string,
  times: ReadonlyMap<string, readonly number[]>,
): string | undefined {
  const usedMs = medianOf(times.get(used) ?? []) ?? Number.POSITIVE_INFINITY;
  let best: { readonly address: string; readonly ms: number } | undefined;
  for (const [address, measured] of times) {
    const ms = medianOf(measured);
    if (ms === undefined || address === used) continue;
    const isBetter = ms <= usedMs * (1 - leastShare) && usedMs - ms >= leastMs;
    if (isBetter && (!best || ms < best.ms)) best = { address, ms };
  }
  return best?.address;
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
