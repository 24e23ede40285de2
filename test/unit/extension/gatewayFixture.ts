import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DraftingWish } from "../../../src/wire/childNotices.ts";
import type { Clock } from "../../../src/base/clock.ts";
import { Emitter } from "../../../src/base/emitter.ts";
import type { Logger } from "../../../src/base/log.ts";
import { GatewayProcess, type StartSettings } from "../../../src/extension/gatewayProcess.ts";

const realProgram = join(import.meta.dirname, "../../../src/gateway/main.ts");
const readyTimeoutMs = 5_000;

/** Programs that stand in for the gateway, in a folder. */
export function scriptedPrograms(folder: string) {
  const write = (name: string, lines: readonly string[]): string => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, lines.join("\n"));
    return path;
  };
  return {
    hangs: write("hangs", ["setInterval(() => undefined, 1_000);"]),
    dies: write("dies", ["process.exit(3);"]),
    babbles: write("babbles", ['process.stdout.write("hello\\n");', "process.stdin.resume();"]),
    repeats: write("repeats", [
      'process.on("message", (message) => console.error(JSON.stringify(message)));',
      'process.stdin.once("data", () => process.stdout.write(\'{"ready":true}\\n\'));',
      'process.stdin.once("end", () => process.exit());',
    ]),
    tells: write("tells", [
      "const sent = { to: 'x', body: 'y', work: 'chat', atWallMs: 1 };",
      "let asked = 0;",
      'process.on("message", (message) => {',
      "  if (message.wantsSent) process.send({ sent: asked++ === 0 ? [] : [sent] });",
      "});",
      'process.stdin.once("data", () => process.stdout.write(\'{"ready":true}\\n\'));',
      'process.stdin.once("end", () => process.exit());',
    ]),
    speaks: write("speaks", [
      "for (const line of ['debug a', 'info b', 'warn c', 'Error: d']) console.error(line);",
      'process.stdin.once("data", () => process.stdout.write(\'{"ready":true}\\n\'));',
      'process.stdin.once("end", () => process.exit());',
    ]),
    listens: write("listens", [
      "const { NODE_OPTIONS: options, ELECTRON_RUN_AS_NODE: asNode } = process.env;",
      "console.error(`options ${options}, as node ${asNode}`);",
      'process.stdin.once("data", () => process.stdout.write(\'{"ready":true}\\n\'));',
      'process.stdin.once("end", () => process.exit());',
    ]),
  };
}

/** A list that grows, and waiting for it. */
class Growing<T> {
  readonly list: T[] = [];
  readonly #added = new Emitter<undefined>();
  readonly onAdded = this.#added.on;

  add(item: T): void {
    this.list.push(item);
    this.#added.fire(undefined);
  }

  /** Resolves when there are that many. */
  async until(count: number): Promise<void> {
    const reached = Promise.withResolvers<undefined>();
    const check = () => {
      if (this.list.length >= count) reached.resolve(undefined);
    };
    const listening = this.onAdded(check);
    check();
    await reached.promise;
    listening.dispose();
  }
}

/** Keeps the log's lines; each can be waited for once. */
class LineLog implements Logger {
  readonly #lines = new Growing<string>();
  #seen = 0;

  /** The level of each line. */
  readonly levels = new Map<string, keyof Logger>();

  readonly info = this.#at("info");
  readonly debug = this.#at("debug");
  readonly warn = this.#at("warn");

  #at(level: keyof Logger): (line: string) => void {
    return (line) => {
      this.levels.set(line, level);
      this.#lines.add(line);
    };
  }

  get lines(): readonly string[] {
    return this.#lines.list;
  }

  /** Resolves at the next such line that was not waited for before. */
  async line(pattern: RegExp): Promise<void> {
    for (; ; this.#seen++) {
      await this.#lines.until(this.#seen + 1);
      if (pattern.test(this.lines[this.#seen] ?? "")) break;
    }
    this.#seen++;
  }
}

/** A clock on which every wait but that for the child to be ready is over at once. */
export function hurriedClock(): { readonly clock: Clock; readonly passMs: (ms: number) => void } {
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    after: (delayMs, action) => {
      if (delayMs === readyTimeoutMs) return { dispose: () => undefined };
      const immediate = setImmediate(action);
      return {
        dispose: () => {
          clearImmediate(immediate);
        },
      };
    },
  };
  return { clock, passMs: (ms) => void (nowMs += ms) };
}

const balanced: DraftingWish = { suggestions: "balanced", hasModel: false, sparesModel: false };

/** Starts gateway processes for a test and ends them. */
export class GatewayFixture {
  readonly #started: { readonly gateway: GatewayProcess; readonly log: LineLog }[] = [];
  #temporary: { readonly before: string | undefined } | undefined;

  start(
    parts: {
      readonly program?: string;
      readonly settings?: StartSettings;
      readonly drafting?: () => DraftingWish;
      readonly clock?: Clock;
      /** Stands in for the system's temporary folder. */
      readonly temporary?: string;
    } = {},
  ) {
    const { program = realProgram, settings = () => Promise.resolve({ roots: [] }) } = parts;
    const { clock = hurriedClock().clock, drafting = () => balanced, temporary } = parts;
    if (temporary !== undefined) {
      this.#temporary = { before: process.env["TMPDIR"] };
      process.env["TMPDIR"] = temporary;
    }
    const log = new LineLog();
    const delaysMs = new Growing<number>();
    const listening: Clock = {
      now: clock.now.bind(clock),
      after: (delayMs, action) => {
        if (delayMs !== readyTimeoutMs) delaysMs.add(delayMs);
        return clock.after(delayMs, action);
      },
    };
    const gateway = new GatewayProcess({ program, settings, drafting, clock: listening, log });
    this.#started.push({ gateway, log });
    return { gateway, log, delaysMs };
  }

  restoreTemporary(): void {
    const { before } = this.#temporary ?? {};
    if (before !== undefined) process.env["TMPDIR"] = before;
    else if (this.#temporary) delete process.env["TMPDIR"];
    this.#temporary = undefined;
  }

  /** Ends all of them. */
  end(): void {
    this.restoreTemporary();
    for (const { gateway } of this.#started.splice(0)) gateway.dispose();
  }
}
