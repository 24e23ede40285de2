/**
 * What it costs to learn a project, and whether that keeps queries waiting: the project is learned once, then keys are
 * typed while nothing else happens, then again while a second indexer learns the same project.
 *   --folder DIR   the project (default: this repository's src)
 *   --keys N       the fewest keys typed in each round (default 1000)
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Logger } from "../../src/base/log.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Engine } from "../../src/engine/engine.ts";
import { ProjectIndexer } from "../../src/engine/indexing/projectIndexer.ts";
import { ProjectFiles, type ProjectRoot } from "../../src/engine/indexing/projectFiles.ts";
import { withoutSecrets } from "../../src/engine/indexing/secrets.ts";
import { SkipCounter } from "../../src/engine/indexing/skipped.ts";
import { readSourceFile } from "../../src/engine/indexing/sourceFile.ts";
import type { SegmentParts } from "../../src/engine/segment.ts";
import type { Figures } from "./report.ts";
import { spread } from "./spread.ts";

const source = join(import.meta.dirname, "../../src");
const typed = readFileSync(join(source, "link/clientLink.ts"), "utf8");
const keyMs = 4;
const clock = systemClock;
const say = (line: string) => {
  console.error(line);
};
const log: Logger = { debug: say, info: say, warn: say };

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      folder: { type: "string", default: source },
      keys: { type: "string", default: "1000" },
    },
  });
  const roots = [{ name: "project", folder: values.folder }];
  const fewestKeys = Number(values.keys);
  const before = megabytes();
  const { engine, figures } = await learn(roots);
  const rssMb = { before, after: megabytes() };
  const idle = await type(engine, (keys) => keys >= fewestKeys);
  const second = new TimedEngine();
  const indexer = new ProjectIndexer({ engine: second, roots, log });
  let isBusy = true;
  void indexer.settled.then(() => {
    isBusy = false;
  });
  const busy = await type(engine, () => !isBusy);
  indexer.dispose();
  return {
    ...figures,
    rssMb,
    queryMs: { idle: idle.queryMs, busy: busy.queryMs },
    lateMs: { idle: idle.lateMs, busy: busy.lateMs },
    adoptMs: spread(second.adoptMs),
    secretsMsPerMb: await measureSecrets(roots),
  };
}

/** An engine that notes how long it is held by what is handed over. */
class TimedEngine extends Engine {
  readonly adoptMs: number[] = [];
  firstPartAt = Infinity;

  override adopt(segment: SegmentParts): void {
    const startedAt = clock.now();
    super.adopt(segment);
    this.firstPartAt = Math.min(this.firstPartAt, clock.now());
    this.adoptMs.push(clock.now() - startedAt);
  }
}

/** Learns the project in a new engine. */
async function learn(
  roots: readonly ProjectRoot[],
): Promise<{ readonly engine: Engine; readonly figures: Figures }> {
  const engine = new TimedEngine();
  const startedAt = clock.now();
  const cpu = process.cpuUsage();
  const indexer = new ProjectIndexer({ engine, roots, log });
  await indexer.settled;
  const indexMs = clock.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const { learnedFiles, learnedChars, indexBytes } = engine.stats;
  const learnedMb = learnedChars / 1e6;
  indexer.dispose();
  return {
    engine,
    figures: {
      indexMs,
      firstPartMs: engine.firstPartAt - startedAt,
      indexMsPerMb: indexMs / learnedMb,
      indexCpuMsPerMb: (user + system) / 1_000 / learnedMb,
      filesLearned: learnedFiles,
      learnedMb,
      indexBytesPerByte: indexBytes / learnedChars,
      skipped: indexer.skipped,
    },
  };
}

/** Types a file key by key, at a steady pace, until it is enough; how long each query took, and how late its key came. */
async function type(
  engine: Engine,
  isEnough: (keys: number) => boolean,
): Promise<{ readonly queryMs: Figures; readonly lateMs: Figures }> {
  const queryMs: number[] = [];
  const lateMs: number[] = [];
  for (let keys = 0; !isEnough(keys); keys += 1) {
    const dueAt = clock.now() + keyMs;
    await setTimeout(keyMs);
    const startedAt = clock.now();
    const before = typed.slice(0, 1 + (keys % typed.length));
    engine.complete({
      path: "project/x.ts",
      languageId: "typescript",
      before,
      after: "",
      isConfined: false,
    });
    queryMs.push(clock.now() - startedAt);
    lateMs.push(Math.max(0, startedAt - dueAt));
  }
  return { queryMs: spread(queryMs), lateMs: spread(lateMs) };
}

/** What looking for secrets takes of all the texts. */
async function measureSecrets(roots: readonly ProjectRoot[]): Promise<number> {
  const files = await new ProjectFiles(roots).all(new SkipCounter());
  let chars = 0;
  let ms = 0;
  for (const { path } of files) {
    const read = readSourceFile(path);
    if (!("text" in read)) continue;
    const startedAt = clock.now();
    withoutSecrets(read.text);
    ms += clock.now() - startedAt;
    chars += read.text.length;
  }
  return (ms / chars) * 1e6;
}

const megabytes = (): number => process.memoryUsage.rss() / 1e6;
