import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { Logger } from "../../src/base/log.ts";
import { GgufUpstream } from "../../src/gateway/upstreams/gguf/ggufUpstream.ts";
import type { GgufSettings } from "../../src/gateway/upstreams/upstream.ts";
import { Changes } from "./changes.ts";
import { llamaPackageFolder } from "./llamaPackage.ts";
import { type TinyModel, writeTinyGguf } from "./tinyGguf.ts";

/** As it was built for the integration tests: from its source it takes a second to start. */
export const builtGateway = fileURLToPath(new URL("../../dist/gateway.cjs", import.meta.url));

/** What a test may have otherwise. */
export interface GgufChange extends Partial<GgufSettings> {
  readonly clock?: Clock;
  readonly minTokensPerS?: number;
  /** Stands in for the gateway's program. */
  readonly script?: string;
  /** The model that is written to the file; undefined where a test brings its own file. */
  readonly tiny?: TinyModel | undefined;
}

/** An upstream with a model file and a process of its own, which the test can stop and kill. */
export interface GgufStage {
  readonly upstream: GgufUpstream;
  /** A folder that goes with the test; the model is `model.gguf` in it. */
  readonly folder: string;
  readonly log: LineLog;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** The lines of a log. */
export class LineLog implements Logger {
  readonly lines: string[] = [];
  readonly #changes = new Changes();
  readonly debug = (line: string): void => {
    this.lines.push(line);
    this.#changes.notify();
  };
  readonly info = this.debug;
  readonly warn = this.debug;

  matching(pattern: RegExp): readonly string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  until(isSo: () => boolean): Promise<void> {
    return this.#changes.until(isSo);
  }
}

/** Makes one and takes it down after the test. */
export async function ggufStage(t: TestContext, change: GgufChange = {}): Promise<GgufStage> {
  const { clock = systemClock, minTokensPerS = 1, script, ...settings } = change;
  const folder = mkdtempSync(join(tmpdir(), "gguf-"));
  const model = join(folder, "model.gguf");
  const tiny = "tiny" in change ? change.tiny : { says: { text: "abc", endsWith: "end" } as const };
  if (tiny) await writeTinyGguf(model, tiny);
  const program = script === undefined ? builtGateway : join(folder, "program.cjs");
  if (script !== undefined) writeFileSync(program, script);
  const log = new LineLog();
  const upstream = new GgufUpstream({
    settings: {
      kind: "gguf",
      model,
      nodeLlamaCppFolder: await llamaPackageFolder(),
      firstTextTimeoutMs: 30_000,
      maxTokens: 64,
      ...settings,
    },
    program,
    minTokensPerS,
    clock,
    log,
  });
  t.after(() => {
    upstream.dispose();
    rmSync(folder, { recursive: true });
  });
  const signal = (name: NodeJS.Signals) => {
    if (upstream.pid !== undefined) process.kill(upstream.pid, name);
  };
  return { upstream, folder, log, signal };
}
