import { systemClock } from "../../../base/clock.ts";
import { Filler } from "./filler.ts";
import { loadLlamaModel } from "./llamaModel.ts";
import {
  type FromModel,
  type LoadMessage,
  type ToModel,
  toModelSchema,
  Unusable,
} from "./modelMessages.ts";
import { measureSpeed } from "./probe.ts";

type FillMessage = Extract<ToModel, { kind: "fill" }>;

/**
 * Runs as the child of a gateway: loads the model it is told, says whether that can be used, and fills in one place
 * at a time, the newest. Ends when its parent does.
 */
export function runModelChild(): void {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGKILL"); // an orderly exit would wait for the native code
  });
  const child = new ModelChild();
  process.on("message", (message) => {
    child.told(toModelSchema.parse(message));
  });
}

function say(message: FromModel): void {
  process.send?.(message);
}

class ModelChild {
  #filler: Filler | undefined;
  #running: { readonly id: number; readonly abort: AbortController } | undefined;
  #lastFill: Promise<void> = Promise.resolve();

  told(message: ToModel): void {
    switch (message.kind) {
      case "load":
        void this.#load(message);
        break;
      case "fill":
        this.#running?.abort.abort();
        this.#running = { id: message.id, abort: new AbortController() };
        this.#lastFill = this.#fill(message, this.#lastFill, this.#running.abort.signal);
        break;
      case "cancel":
        if (this.#running?.id === message.id) this.#running.abort.abort();
        break;
    }
  }

  async #load({ file, packageFolder, minTokensPerS }: LoadMessage): Promise<void> {
    try {
      const model = await loadLlamaModel(file, packageFolder);
      const { tokensPerS, readPerS } = await measureSpeed(model, systemClock, minTokensPerS);
      if (tokensPerS < minTokensPerS) throw new Unusable("too-slow", tokensPerS.toFixed(1));
      this.#filler = new Filler(model, readPerS);
      say({ kind: "ready", tokensPerS });
    } catch (error) {
      const { why, message } = Unusable.from(error, "model-fails");
      say({ kind: "unusable", why, detail: message });
    }
  }

  async #fill(
    { id, maxTokens, ...place }: FillMessage,
    last: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    await last;
    try {
      if (!this.#filler) throw new Error("there is no model yet");
      const texts = this.#filler.fill(place, maxTokens, signal);
      let next = await texts.next();
      for (; next.done !== true; next = await texts.next())
        say({ kind: "text", id, text: next.value });
      say({ kind: "end", id, ...next.value });
    } catch (error) {
      say({ kind: "failed", id, detail: Unusable.from(error, "model-fails").message });
    }
  }
}
