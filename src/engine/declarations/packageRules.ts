import { dirname } from "node:path";
import { slipstreamRulesIn } from "../indexing/ignoreFiles.ts";
import { newRules } from "../../privacy/ignoreRules.ts";
import { withSlashes } from "../indexing/projectFiles.ts";

/**
 * Our own rules in packages, and above those that are linked: no walk of the project comes to them. They stand beside the
 * project's, so that they only ever forbid. Git's say nothing of a package: it is mostly ignored.
 */
export class PackageRules {
  readonly #isKnown: (folder: string) => boolean;
  readonly #read = new Set<string>();
  #rules = newRules();

  /** `isKnown` says that the rules in a folder are among the project's. */
  constructor(isKnown: (folder: string) => boolean) {
    this.#isKnown = isKnown;
  }

  /** Whether a file's folder, or one above it, has a rule against it. Blocks; never throws. */
  isForbidden(path: string): boolean {
    for (let folder = dirname(path); !this.#read.has(folder); folder = dirname(folder)) {
      this.#read.add(folder);
      const text = this.#isKnown(folder) ? undefined : slipstreamRulesIn(folder);
      if (text !== undefined)
        this.#rules.add({ kind: "slipstream", folder: withSlashes(folder), text });
    }
    return this.#rules.verdict(path) === "never";
  }

  /** Another state of the packages is installed, or of the rules. */
  clear(): void {
    this.#read.clear();
    this.#rules = newRules();
  }
}
