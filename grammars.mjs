/**
 * Brings the grammars into dist/grammars/: the parser's runtime and one file for each grammar that `grammars.ts` names,
 * as the packages have them, compressed. As .br they take two thirds of what the zip would make of them.
 */
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { grammarNames } from "./src/completion/syntax/grammars.ts";

const source = "@vscode/tree-sitter-wasm";
const runtime = "web-tree-sitter";

/** The authors, whom the package with the built grammars does not name. */
const authors = [
  "tree-sitter-go: Copyright (c) 2014 Max Brunsfeld",
  "tree-sitter-java: Copyright (c) 2017 Ayman Nadeem",
  "tree-sitter-javascript: Copyright (c) 2014 Max Brunsfeld",
  "tree-sitter-php: Copyright (c) 2017 Josh Vera, GitHub",
  "tree-sitter-php: Copyright (c) 2019 Max Brunsfeld, Amaan Qureshi, Christian Frøystad, Caleb White",
  "tree-sitter-python: Copyright (c) 2016 Max Brunsfeld",
  "tree-sitter-rust: Copyright (c) 2017 Maxim Sokolov",
  "tree-sitter-typescript: Copyright (c) 2017 Max Brunsfeld",
];

/** Makes the files, unless they are there from these versions; returns the package and what its notice must add. */
export async function buildGrammars(root) {
  const files = [
    ["runtime.wasm.br", join(runtime, "web-tree-sitter.wasm")],
    ...grammarNames.map((name) => [
      `${name}.wasm.br`,
      join(source, "wasm", `tree-sitter-${name}.wasm`),
    ]),
  ];
  const versions = await Promise.all([versionOf(root, runtime), versionOf(root, source)]);
  const folder = join(root, "dist/grammars");
  const stamp = join(folder, "versions.txt");
  const names = files.map(([name]) => name);
  const wanted = [...versions, ...names].join("\n");
  if (
    (await readFile(stamp, "utf8").catch(() => "")) !== wanted ||
    !(await hasAll(folder, names))
  ) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await Promise.all(
      files.map(([name, from]) => pack(join(root, "node_modules", from), join(folder, name))),
    );
    await writeFile(stamp, wanted);
  }
  return {
    source,
    notice: `The grammars in it are under the same licence:\n\n${authors.join("\n")}`,
  };
}

async function versionOf(root, name) {
  const manifest = join(root, "node_modules", name, "package.json");
  return `${name} ${JSON.parse(await readFile(manifest, "utf8")).version}`;
}

async function hasAll(folder, names) {
  const present = await readdir(folder);
  return names.every((name) => present.includes(name));
}

async function pack(from, to) {
  const bytes = await readFile(from);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(to, await promisify(brotliCompress)(bytes, { params })); // its default is its best
}
