/**
 * What a gateway adds between a user and the first text of a model, under the same load and before the same scripted model:
 * ours, the smallest proxy in Node, nginx and haproxy where they are installed, and Portkey's gateway. Users of ours are
 * windows that type a key and ask for a completion over a link each; the others' send a chat's question of 6 KB over a
 * kept-alive connection each. "Added" is what is above the model alone, asked in the same way as the others'.
 * The best of the passes of each shape.
 *   --passes N      how often each shape runs (default 3)
 *   --only A,B      these contenders alone; "direct" is always there
 *   --shapes A,B    these shapes alone, of c1, c50, c500, max, crowd and memory
 */
import { parseArgs } from "node:util";
import { buildProduct } from "../../esbuild.mjs";
import { run as connections } from "./connections.bench.ts";
import type { Contender } from "./gateway/contender.ts";
import { contenders, startPrinting } from "./gateway/contenders.ts";
import { crowdMs, pass, type Pass } from "./gateway/load.ts";
import { crowd, type Script, type Shape, shapes } from "./gateway/shapes.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      passes: { type: "string", default: "3" },
      only: { type: "string" },
      shapes: { type: "string", default: "c1,c50,c500,max,crowd,memory" },
    },
  });
  const wanted = values.only?.split(",");
  const wantedShapes = values.shapes.split(",");
  const releases: (() => unknown)[] = [];
  const release = (action: () => unknown) => void releases.unshift(action);
  try {
    await buildProduct();
    const { port } = await startPrinting(release, "modelServer.ts");
    const all = await contenders(port, release);
    const chosen = all.filter(({ name }) => name === "direct" || (wanted?.includes(name) ?? true));
    const script = (next: Script) => setScript(port, next);
    const figures: Record<string, Record<string, Figures[string]>> = {};
    for (const { name } of chosen) figures[name] = {};
    for (const shape of shapes.filter(({ name }) => wantedShapes.includes(name))) {
      await script(shape.script);
      const passes = await taken(chosen, shape, Number(values.passes));
      for (const { name } of chosen) {
        (figures[name] ??= {})[shape.name] = figuresOf(passes, name);
      }
    }
    if (wantedShapes.includes("crowd")) {
      await script(crowd.script);
      for (const contender of chosen) {
        const times: number[] = [];
        for (let at = 0; at < Number(values.passes); at++) {
          times.push(await crowdMs(contender).catch(failed(contender)));
        }
        const best = Math.min(...times);
        (figures[contender.name] ??= {})["crowdMs"] = Number.isFinite(best) ? best : null;
      }
    }
    return {
      ...figures,
      ...(wantedShapes.includes("memory") && { memory: await connections([]) }),
    };
  } finally {
    for (const action of releases) await action();
  }
}

type Passes = ReadonlyMap<string, readonly Pass[]>;

/** The contenders take turns, so that the machine's moods reach all of them alike. */
async function taken(all: readonly Contender[], shape: Shape, count: number): Promise<Passes> {
  const passes = new Map<string, Pass[]>(all.map(({ name }) => [name, []]));
  for (let at = 0; at < count; at++) {
    for (const contender of all) {
      const seen = await pass(contender, shape).catch((error: unknown) => {
        console.error(`${contender.name}, ${shape.name}: ${String(error)}`);
        return undefined;
      });
      if (seen) passes.get(contender.name)?.push(seen);
    }
  }
  return passes;
}

const failed =
  ({ name }: Contender) =>
  (error: unknown): number => {
    console.error(`${name}, crowd: ${String(error)}`);
    return Number.POSITIVE_INFINITY;
  };

/** The best of each figure over the passes; what is added is above the best of the model alone. */
function figuresOf(passes: Passes, name: string): Figures {
  const own = passes.get(name) ?? [];
  const direct = passes.get("direct") ?? [];
  const best = (of: readonly Pass[], share: "p50" | "p99") =>
    Math.min(...of.map(({ firstMs }) => Number(spread(firstMs)[share])));
  const added = (share: "p50" | "p99") => finite(best(own, share) - best(direct, share));
  const cpu = own.flatMap(({ cpuMsPerRequest }) => cpuMsPerRequest ?? []);
  return {
    firstTextMs: { p50: finite(best(own, "p50")), p99: finite(best(own, "p99")) },
    addedTtftMs: { p50: added("p50"), p99: added("p99") },
    requestsPerSecond: finite(Math.max(...own.map((each) => each.requestsPerSecond))),
    cpuMsPerRequest: finite(Math.min(...cpu)),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

async function setScript(port: number, script: Script): Promise<void> {
  const body = JSON.stringify(script);
  const answer = await fetch(`http://127.0.0.1:${port}/script`, { method: "POST", body });
  await answer.text();
}
