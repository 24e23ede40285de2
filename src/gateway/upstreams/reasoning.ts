/**
 * What is known of OpenAI's models that think before they answer, by their names, whoever offers them. What they think counts
 * as output.
 */

/** How little a model can be asked to think. */
export type Effort = "none" | "minimal" | "low";

/** What a chat's answer may have beside its text; OpenAI's guide says to leave so much for thoughts. */
const chatTokens = 25_000;
/** What a completion may, where thoughts cannot be turned off. */
const completionTokens = 1_024;

/** The least that a model can be asked to think; undefined where it does not think, or takes no less than it does by itself. */
export function leastEffort(model: string): Effort | undefined {
  const name = nameOf(model);
  if (!thinks(model) || /^gpt-.*-pro\b/.test(name)) return undefined;
  if (name.startsWith("o") || name.includes("codex")) return "low";
  return /^gpt-5(?!\.)/.test(name) ? "minimal" : "none";
}

/** How many tokens a model may think, beside those of its text. */
export function thoughtTokens(model: string, work: "completion" | "chat"): number {
  if (!thinks(model)) return 0;
  if (work === "chat") return chatTokens;
  const effort = leastEffort(model);
  return effort === "low" || effort === undefined ? completionTokens : 0;
}

const thinks = (model: string): boolean => isNewer(model) && !/^gpt-.*chat/.test(nameOf(model));

/** Whether a model refuses what chat completions took before there were such models: `max_tokens`, and a temperature. Azure writes 3.5 as 35. */
export const isNewer = (model: string): boolean => /^(o\d|gpt-[5-9](?!\d))/.test(nameOf(model));

/** Without a vendor in front, as in `openai/gpt-5-mini`. */
const nameOf = (model: string): string => model.replace(/^.*\//, "");
