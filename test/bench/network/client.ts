/** The process in the client's namespace: goes through the scenarios of its plan and tells the bench the figures. */
import { once } from "node:events";
import type { Figures } from "../report.ts";
import { burst } from "./burst.ts";
import { cold } from "./cold.ts";
import { line } from "./line.ts";
import { loss } from "./loss.ts";
import { partition } from "./partition.ts";
import type { ClientWord, Plan, ScenarioName, SetLine } from "./plan.ts";

const scenarios: Record<ScenarioName, (plan: Plan, setLine: SetLine) => Promise<Figures>> = {
  line,
  burst,
  cold,
  loss,
  partition,
};

process.on("SIGINT", () => undefined); // the bench ends this process
process.once("disconnect", () => process.exit());

const say = (word: ClientWord): void => void process.send?.(word);
const setLine: SetLine = async (change) => {
  const changed = once(process, "message");
  say({ kind: "line", change });
  await changed;
};

const plan = JSON.parse(process.env["BENCH_PLAN"] ?? "") as Plan;
for (const scenario of plan.scenarios) {
  say({ kind: "figures", scenario, figures: await scenarios[scenario](plan, setLine) });
}
process.disconnect();
