import { Percentiles } from "../../src/base/percentiles.ts";
import type { Figures } from "./report.ts";

/** Count, median, p95, p99 and maximum of samples, the unit being that of the name it stands under. */
export function spread(samples: readonly number[]): Figures {
  const percentiles = new Percentiles(Math.max(1, samples.length));
  for (const sample of samples) percentiles.add(sample);
  const at = (share: number) => percentiles.at(share) ?? null;
  return { count: samples.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
