/// <reference lib="dom" />
import axe from "axe-core";
import type { Frame } from "playwright-core";

/** What axe finds serious or critical in a frame: its rule, what it says, and where. */
export async function seriousFindings(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe.source);
  const results = await frame.evaluate(async () => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
    return loaded.run(document, { resultTypes: ["violations"] });
  });
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => {
      const found = nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`);
      return `${id}: ${found.join("\n")}`;
    });
}
