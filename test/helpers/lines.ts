import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Changes } from "./changes.ts";

/** The lines a process has written so far. */
export class Lines {
  readonly all: string[] = [];
  readonly #changes = new Changes();
  #isEnded = false;

  constructor(input: Readable) {
    const lines = createInterface({ input });
    lines.on("line", (line) => {
      this.all.push(line);
      this.#changes.notify();
    });
    lines.on("close", () => {
      this.#isEnded = true;
      this.#changes.notify();
    });
  }

  /** The first line that matches, once it is there. */
  async matching(pattern: RegExp): Promise<string> {
    const find = () => this.all.find((line) => pattern.test(line));
    await this.#changes.until(() => find() !== undefined || this.#isEnded);
    const line = find();
    if (line === undefined)
      throw new Error(`no line matches ${String(pattern)}: ${this.all.join("\n")}`);
    return line;
  }
}
