import { readFileSync } from "node:fs";
import type { Logger } from "../../../src/base/log.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { ProjectFiles } from "../../../src/engine/indexing/projectFiles.ts";
import { ProjectIndexer } from "../../../src/engine/indexing/projectIndexer.ts";
import { SkipCounter } from "../../../src/engine/indexing/skipped.ts";

/** A line of one file of the project. Who has typed `typed` is shown `next`, once that file is learned. */
export interface SoughtLine {
  readonly typed: string;
  readonly next: string;
}

/** The document that is typed in. */
export interface OpenDocument {
  readonly path: string;
  readonly text: string;
}

interface Source {
  readonly text: string;
  readonly startBytes: number;
}

/** How much must be right for ghost text to be useful. */
const nextChars = 8;
const fewestTyped = 8;
const mostTyped = 24;
const say = (line: string) => {
  console.error(line);
};
const log: Logger = { debug: say, info: say, warn: say };

/**
 * For each place, from 0 (what is learned first) to 1 (last), the nearest line behind or before it that the engine
 * completes when it knows all of the project, that begins like no other file's, and that the open document alone
 * does not bring. So what is measured is when it is known, and not whether it is guessed.
 */
export async function soughtLines(
  folder: string,
  document: OpenDocument,
  places: readonly number[],
): Promise<readonly SoughtLine[]> {
  const roots = [{ name: "project", folder }];
  const files = await new ProjectFiles(roots).all(new SkipCounter());
  let totalBytes = 0;
  const sources = files.map(({ path, sizeBytes }): Source => {
    const startBytes = totalBytes;
    totalBytes += sizeBytes;
    return { text: readFileSync(path, "utf8"), startBytes };
  });
  const engine = new Engine();
  const indexer = new ProjectIndexer({ engine, roots, log });
  await indexer.settled;
  indexer.dispose();
  return places.map((place) => {
    const at = place * totalBytes;
    const nearest = sources.toSorted(
      (a, b) => Math.abs(a.startBytes - at) - Math.abs(b.startBytes - at),
    );
    for (const source of nearest) {
      const line = lineOf(source, sources, engine, document);
      if (line) return line;
    }
    throw new Error("the engine completes no line of the project");
  });
}

function lineOf(
  source: Source,
  sources: readonly Source[],
  engine: Engine,
  document: OpenDocument,
): SoughtLine | undefined {
  const alone = new Engine();
  for (const line of source.text.split("\n").map((each) => each.trim())) {
    for (let typed = fewestTyped; typed <= mostTyped; typed += 1) {
      const before = line.slice(0, typed);
      const next = line.slice(typed, typed + nextChars);
      // The editor adds nothing to what is typed of letters, digits, dots and spaces.
      if (next.trim().length < nextChars || !/^[a-z][\w. ]*\w$/i.test(before)) continue;
      const query = {
        path: document.path,
        languageId: "typescript",
        before: document.text + before,
        after: "",
        isConfined: false,
      };
      if (!engine.complete(query)?.startsWith(next)) continue;
      if (alone.complete(query)?.startsWith(next)) continue;
      if (sources.every((each) => each === source || !each.text.includes(before + next)))
        return { typed: before, next };
    }
  }
  return undefined;
}
