import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { IndexedFolder } from "../../../helpers/indexedFolder.ts";

/** What a package declares: nothing else has this word. */
export const zebra = "zebraCrossing(lights: number): void;\n";

/** A repository in which git ignores the packages. */
export class ProjectWithPackages extends IndexedFolder {
  constructor() {
    super();
    mkdirSync(join(this.folder, ".git"));
    this.write(".gitignore", "node_modules\n");
  }

  /** Writes a package of these files; values that are no strings become JSON. */
  pack(name: string, files: Readonly<Record<string, unknown>>, folder = "node_modules"): void {
    for (const [path, content] of Object.entries({ "package.json": { name }, ...files })) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      this.write(`${folder}/${name}/${path}`, text);
    }
  }
}
