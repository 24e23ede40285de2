import { basename, resolve } from "node:path";
import { Engine } from "../../../src/engine/engine.ts";
import { seededRandom } from "../../helpers/randomness.ts";
import type { Figures } from "../report.ts";
import { CommitReplay, type Indexing, type Learner } from "./commitReplay.ts";
import { figuresOf, LineWriter, type Writing } from "./replayFigures.ts";

/** What is replayed, and at which confidence text is shown; undefined for the engine's own. */
export interface ReplaySettings {
  readonly repos: readonly string[];
  readonly commits: number;
  readonly seed: number;
  readonly threshold: number | undefined;
}

/** Replays the newest commits of each repository: figures of all lines together, and of each repository. */
export function replay({ repos, commits, seed, threshold }: ReplaySettings): Figures {
  const rows: Record<string, Figures> = {};
  const writings: Writing[] = [];
  const indexings: Indexing[] = [];
  for (const folder of repos) {
    const engine = new Engine();
    // All is asked of git before anything is timed: each child process makes this one copy the pages it writes to next.
    const steps: (() => void)[] = [];
    const replay = new CommitReplay(folder, learningLater(engine, steps));
    const random = seededRandom(seed);
    const writer = new LineWriter({ engine, threshold, random });
    const played = replay.play({ commits, random }, (cursor) => steps.push(writer.planned(cursor)));
    for (const step of steps) step();
    writings.push(writer.writing);
    indexings.push(replay.indexing);
    rows[nameOf(folder)] = {
      commits: played,
      ...figuresOf([writer.writing], seededRandom(seed)),
      ...indexFigures([replay.indexing]),
    };
    engine.dispose();
  }
  return {
    seed,
    threshold: threshold ?? null,
    ...figuresOf(writings, seededRandom(seed)),
    ...indexFigures(indexings),
    ...(repos.length > 1 ? { rows } : {}),
  };
}

/** Has the engine learn and forget in the steps' turn. */
function learningLater(engine: Engine, steps: (() => void)[]): Learner {
  return {
    learnFile(path, text) {
      steps.push(() => {
        engine.learnFile(path, text);
      });
    },
    adopt(parts) {
      steps.push(() => {
        engine.adopt(parts);
      });
    },
    forgetFile(path) {
      steps.push(() => {
        engine.forgetFile(path);
      });
    },
  };
}

function indexFigures(indexings: readonly Indexing[]): Figures {
  const total = { ms: 0, bytes: 0, indexBytes: 0 };
  for (const { ms, bytes, indexBytes } of indexings) {
    total.ms += ms;
    total.bytes += bytes;
    total.indexBytes += indexBytes;
  }
  return {
    indexedMb: total.bytes / 1e6,
    indexMsPerMb: total.ms / (total.bytes / 1e6),
    indexBytesPerByte: total.indexBytes / total.bytes,
  };
}

/** The folder's own name, or that of the one around it for a bare clone. */
function nameOf(folder: string): string {
  const path = resolve(folder);
  const name = basename(path).replace(/\.git$/, "");
  return name === "repo" || name === "" ? basename(resolve(path, "..")) : name;
}
