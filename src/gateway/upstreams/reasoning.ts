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

/** The least that a model can think; undefined where it does not, or that is not known. */
export function leastEffort(model: string): Effort | undefined {
  const name = nameOf(model);
  if (/^o\d/.test(name)) return "low";
  const version = /^gpt-(\d+)(?:\.(\d+))?/.exec(name);
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major < 5 || name.includes("chat")) return undefined;
  if (name.includes("codex")) return "low";
  return major === 5 && minor === 0 ? "minimal" : "none";
}

/** How many tokens a model may think, beside those of its text. */
export function thoughtTokens(model: string, work: "completion" | "chat"): number {
  const effort = leastEffort(model);
  if (work === "chat") return effort ? chatTokens : 0;
  return effort === "low" ? completionTokens : 0;
}

/** Whether a model refuses what chat completions took before there were such models: `max_tokens`, and a temperature. */
export const isNewer = (model: string): boolean => /^(o\d|gpt-([5-9]|\d\d))/.test(nameOf(model));

/** Without a vendor in front, as in `openai/gpt-5-mini`. */
const nameOf = (model: string): string => model.replace(/^.*\//, "");
