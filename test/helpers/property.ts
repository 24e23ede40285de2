import type { TestContext } from "node:test";
import fc from "fast-check";

/** Runs a property from a new seed each time; it is printed, and again with the smallest case on failure. `SEED` and `RUNS` repeat one. */
export async function holds<T extends unknown[]>(
  t: TestContext,
  property: fc.IPropertyWithHooks<T> | fc.IAsyncPropertyWithHooks<T>,
  runs: number,
): Promise<void> {
  const seed = Number(process.env["SEED"] ?? Math.floor(performance.timeOrigin) % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  await fc.assert(property, {
    seed,
    numRuns: Number(process.env["RUNS"] ?? runs),
    includeErrorInReport: true,
  });
}
