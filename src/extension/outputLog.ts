import * as vscode from "vscode";
import type { Disposable } from "../base/disposable.ts";
import type { Logger } from "../base/log.ts";

const keptLines = 1_000;

/** The log people open from the menu: an output channel, and its last lines for the tests. */
export class OutputLog implements Logger, Disposable {
  readonly #channel = vscode.window.createOutputChannel("Slipstream", { log: true });
  readonly #lines: string[] = [];
  readonly #keepsLines: boolean;
  #isDisposed = false;

  /** `keepsLines` is for the tests: a window of a person needs no second copy of its log. */
  constructor(keepsLines: boolean) {
    this.#keepsLines = keepsLines;
  }

  debug(line: string): void {
    this.#write("debug", line);
  }

  info(line: string): void {
    this.#write("info", line);
  }

  warn(line: string): void {
    this.#write("warn", line);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  show(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#channel.dispose();
  }

  /** The last words of the gateway come when the channel is closed already. */
  #write(level: "debug" | "info" | "warn", line: string): void {
    if (this.#isDisposed) return;
    this.#keep(line);
    this.#channel[level](line);
  }

  #keep(line: string): void {
    if (!this.#keepsLines) return;
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
