import { Failure } from "../../../base/failure.ts";
import type { Why } from "./modelMessages.ts";

/** Words every way a model in a file can fail as one sentence with a next step. */
export class GgufFailures {
  readonly #name: string;
  readonly #file: string;

  constructor(name: string, file: string) {
    this.#name = name;
    this.#file = file;
  }

  /** `detail` is what the library or the system says of it. */
  unusable(why: Why, detail: string, minTokensPerS: number): Failure {
    return new Failure("settings", `${this.#unusable(why, oneLine(detail), minTokensPerS)}.`);
  }

  #unusable(why: Why, detail: string, minTokensPerS: number): string {
    const file = this.#file;
    switch (why) {
      case "no-package":
        return `node-llama-cpp was not found ${detail}: run "npm install --global node-llama-cpp", or set slipstream.upstream.nodeLlamaCppFolder to the folder where it is installed`;
      case "package-fails":
        return `node-llama-cpp does not work on this machine: install its newest version with the package for this system (${detail})`;
      case "no-file":
        return `The model file ${file} cannot be read (${detail}): correct the path in slipstream.upstream.model`;
      case "no-gguf":
        return `The model file ${file} is no GGUF file: set slipstream.upstream.model to one`;
      case "model-fails":
        return `The model ${this.#name} cannot be loaded: download the file anew or take another one (${detail})`;
      case "no-infill":
        return `The model ${this.#name} cannot fill in code between two texts: take one that was trained for it, with tokens for prefix and suffix`;
      case "too-slow":
        return `The model ${this.#name} does ${detail} tokens a second on this machine, less than ${minTokensPerS}, and is turned off: take a smaller one, or reload the window when less else is running`;
    }
  }

  /** Its process ended while it was needed. `how` is a signal or an exit code. */
  ended(how: string, isLoading: boolean): Failure {
    const when = isLoading ? " while it was loading" : "";
    const message = `The process of ${this.#name} ended${when} (${how}): it is started again at the next request`;
    return new Failure("upstream-down", `${message}.`);
  }

  /** It has ended once too often. */
  turnedOff(how: string): Failure {
    const message = `The process of ${this.#name} has ended again and again (${how}) and is turned off: take another model or another version of node-llama-cpp, then reload the window`;
    return new Failure("upstream-down", `${message}.`);
  }

  /** One request failed within the library. */
  failed(detail: string): Failure {
    const message = `The model ${this.#name} failed: try another model or version of node-llama-cpp (${oneLine(detail)})`;
    return new Failure("upstream-down", `${message}.`);
  }

  garbled(): Failure {
    const message = `The process of ${this.#name} sent what is no message: update Slipstream and reload the window`;
    return new Failure("upstream-garbled", `${message}.`);
  }

  tooSlow(what: string, timeoutMs: number): Failure {
    const message = `${this.#name} ${what} after ${timeoutMs} ms: use a smaller model or a longer time limit`;
    return new Failure("deadline", `${message}.`);
  }

  superseded(): Failure {
    return new Failure("superseded", "a newer request took its place");
  }

  closed(): Failure {
    const message = `The process of ${this.#name} was ended on this side: ask again`;
    return new Failure("upstream-unreachable", `${message}.`);
  }
}

/** Library messages have line breaks, and no end. */
function oneLine(detail: string): string {
  const line = detail
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .replace(/\.$/, "");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
