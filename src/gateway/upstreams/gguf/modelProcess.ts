import { type ChildProcess, spawn } from "node:child_process";
import type { Disposable } from "../../../base/disposable.ts";
import { type FromModel, fromModelSchema, type ToModel } from "./modelMessages.ts";

/** What is heard of a process. After `ended` there is nothing more. */
export interface ModelListener {
  readonly message: (message: FromModel) => void;
  /** It said what is none of its messages. */
  readonly garbled: () => void;
  /** It has ended, or could not be started; `how` is a signal, an exit code or the system's word. */
  readonly ended: (how: string) => void;
}

/** A process with one model in it. Ends by itself, or with `dispose`, of which its listener hears nothing. */
export class ModelProcess implements Disposable {
  readonly #child: ChildProcess;
  #isOver = false;

  /** `program` is the gateway's own. Its words for people go to our standard error. */
  constructor(program: string, listener: ModelListener) {
    this.#child = spawn(process.execPath, [program, "--gguf-child"], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      windowsHide: true,
    });
    const end = (how: string) => {
      if (this.#isOver) return;
      this.#isOver = true;
      listener.ended(how);
    };
    this.#child.on("error", (error) => {
      end(error.message);
    });
    this.#child.on("exit", (code, signal) => {
      end(signal ?? `exit code ${code ?? 0}`);
    });
    this.#child.on("message", (message) => {
      if (this.#isOver) return;
      const parsed = fromModelSchema.safeParse(message);
      if (parsed.success) listener.message(parsed.data);
      else listener.garbled();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Says something to it; one that is ending does not hear it. */
  say(message: ToModel): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  dispose(): void {
    this.#isOver = true;
    this.#child.kill("SIGKILL");
  }
}
