/**
 * `npm run bench -- NAME [OPTIONS] [--json]`: runs test/bench/NAME.bench.ts, which exports
 * `run(options: string[]): Promise<Figures>`. With --json the last line is one JSON object.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { benchReport, figureLines, type Figures } from "./report.ts";

interface Bench {
  readonly run: (options: string[]) => Promise<Figures>;
}

const benches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length))
  .sort();

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !benches.includes(name)) {
  if (name !== undefined) console.error(`There is no bench "${name}".`);
  console.error("usage: npm run bench -- NAME [OPTIONS] [--json]");
  console.error(
    benches.length > 0 ? `The benches: ${benches.join(", ")}` : "There are no benches yet.",
  );
  process.exit(2);
}

const path = join(import.meta.dirname, `${name}.bench.ts`);
const bench = (await import(pathToFileURL(path).href)) as Bench;
const report = benchReport(name, await bench.run(rest.filter((option) => option !== "--json")));
const { machine, node, commit } = report;
console.log(`${name} on ${machine.cpu}, ${machine.cores} cores, Node ${node}, commit ${commit}`);
for (const line of figureLines(report.figures)) console.log(`  ${line}`);
if (rest.includes("--json")) console.log(JSON.stringify(report));
