/** `npm run package`: builds the product and packs it into slipstream-VERSION.vsix, offline. */
import { createVSIX } from "@vscode/vsce";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildProduct } from "../esbuild.mjs";
import manifest from "../package.json" with { type: "json" };

const repository = join(import.meta.dirname, "..");

/** Builds and packs; returns the path of the VSIX. */
export async function packageVsix(): Promise<string> {
  await buildProduct();
  const packagePath = join(repository, `slipstream-${manifest.version}.vsix`);
  await pack(repository, packagePath); // .vscodeignore lists what goes in
  return packagePath;
}

/** Packs the extension in a folder, which is built already. */
export async function pack(folder: string, packagePath: string): Promise<void> {
  await createVSIX({
    cwd: folder,
    packagePath,
    dependencies: false, // the code is bundled, so node_modules stay out
    allowMissingRepository: true,
    rewriteRelativeLinks: false, // there is no web address to point them at
  });
}

/** The VSIX that `npm test` has packed for its tests, or a new one for a test that runs alone. */
export async function testedVsix(): Promise<string> {
  return process.env["SLIPSTREAM_VSIX"] ?? packageVsix();
}

if (realpathSync(process.argv[1] ?? "") === import.meta.filename) {
  const path = await packageVsix();
  const sizeKb = (size: number) => (size / 1000).toFixed(0);
  const grammars = join(repository, "dist", "grammars");
  // Compressed already, so that they take in the VSIX what they take here.
  const grammarBytes = readdirSync(grammars)
    .filter((name) => name.endsWith(".wasm.br"))
    .reduce((sum, name) => sum + statSync(join(grammars, name)).size, 0);
  const { size } = statSync(path);
  console.log(
    `${path} (${sizeKb(size)} kB, ${sizeKb(size - grammarBytes)} kB without the grammars)`,
  );
}
