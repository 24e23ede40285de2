import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { Lines } from "./lines.ts";

/** Passes what it accepts on to a port of this machine; it keeps almost no connections that wait to be accepted. */
const program = `
const { connect, createServer } = require("node:net");
const server = createServer((near) => {
  const far = connect(Number(process.argv[1]), "127.0.0.1");
  for (const [one, other] of [[near, far], [far, near]]) {
    one.on("error", () => undefined).once("close", () => other.destroy()).pipe(other);
  }
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port));
`;
const maxFillers = 16;
const untakenMs = 300;

/** A listening socket behind which nobody is at work: a connection to it is not taken, as over a line that is down. */
export class StoppedListener {
  readonly port: number;
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #fillers: Socket[] = [];

  private constructor(child: ChildProcessByStdio<null, Readable, null>, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts one in front of a port, stopped; undefined where the system takes connections all the same. */
  static async start(target: number): Promise<StoppedListener | undefined> {
    const child = spawn(process.execPath, ["-e", program, String(target)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Lines(child.stdout).matching(/^\d+$/);
    const listener = new StoppedListener(child, Number(port));
    child.kill("SIGSTOP");
    if (await listener.#fill()) return listener;
    listener.dispose();
    return undefined;
  }

  /** The line is there again: from now on what is asked for is accepted and passed on. */
  resume(): void {
    for (const filler of this.#fillers) filler.destroy();
    this.#child.kill("SIGCONT");
  }

  dispose(): void {
    for (const filler of this.#fillers) filler.destroy();
    this.#child.kill("SIGKILL");
  }

  /** Connects until the system takes no more; whether it came to that. */
  async #fill(): Promise<boolean> {
    while (this.#fillers.length < maxFillers) {
      const filler = connect(this.port, "127.0.0.1").on("error", () => undefined);
      this.#fillers.push(filler);
      const isTaken = once(filler, "connect").then(() => true);
      // Nothing tells that a connection is not taken but that it takes too long.
      if (!(await Promise.race([isTaken, setTimeout(untakenMs, false)]))) return true;
    }
    return false;
  }
}
