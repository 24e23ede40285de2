import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, npmInstall } from "../editor/cache.ts";

const version = "3.22.1";

/** The packages with node-llama-cpp's native code, by system. */
const binaries: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "mac-x64",
  "darwin-arm64": "mac-arm64-metal",
  "win32-x64": "win-x64",
  "win32-arm64": "win-arm64",
};

const system = `${process.platform}-${process.arch}`;
const binary = binaries[system];

/** For the tests that need node-llama-cpp: why they are skipped, or false. */
export const isLlamaMissing =
  binary === undefined && `node-llama-cpp ${version} has no binary for ${system}`;

/**
 * The folder in which node-llama-cpp is installed: in the cache, as users install it, since it is none of our
 * packages. Without the binaries for other systems and for graphics cards, which are 600 MB.
 */
export async function llamaPackageFolder(): Promise<string> {
  return cached({
    name: `node-llama-cpp-${version}-${system}`,
    title: `Installing node-llama-cpp ${version} (about 86 MB from npm, once)`,
    fill: async (folder) => {
      await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
      const packages = ["node-llama-cpp", `@node-llama-cpp/${binary ?? ""}`];
      await npmInstall(folder, "--omit=optional", ...packages.map((name) => `${name}@${version}`));
    },
  });
}
