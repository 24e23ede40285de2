/**
 * Builds the bundles of the product, and the test suite that runs inside VS Code.
 *
 *     node esbuild.mjs            dist/{extension,window,chat,onDemand,parser,gateway,indexWorker}.cjs, dist/{chatPage,latency}.{js,css},
 *                                   dist/dictionary.bin, dist/grammars/*.wasm.br, dist/THIRD-PARTY-NOTICES.txt
 *     node esbuild.mjs --suite    also dist/test/suite/*.cjs
 *
 * The bundles are .cjs because package.json says "type": "module" and VS Code loads CommonJS.
 */
import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { chmod, glob, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildDictionary } from "./dictionary.mjs";
import { buildGrammars } from "./grammars.mjs";

const here = dirname(fileURLToPath(import.meta.url));

const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node24",
  logLevel: "warning",
  // Optional speed-ups of ws: native code, not shipped.
  external: ["vscode", "bufferutil", "utf-8-validate"],
};

/**
 * How the product's bundles are made; the entry points are added.
 *
 * @returns {import("esbuild").BuildOptions & { metafile: true }}
 */
export function productOptions(root = here) {
  return {
    ...common,
    absWorkingDir: root,
    minify: true,
    sourcemap: "external",
    legalComments: "none",
    metafile: true,
    // The bundles are CommonJS.
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    // Its other form looks for itself by import.meta.url, which is not there.
    alias: { "web-tree-sitter": join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
  };
}

/** Builds the extension and what it loads, its chat, commands and parser, the pages of chat and latency panel, the gateway, its indexing thread, the dictionary, the grammars and the licence notices of what went into them. */
export async function buildProduct(root = here) {
  const product = productOptions(root);
  const results = await Promise.all([
    buildExtension(product, root),
    build({
      ...product,
      entryPoints: ["src/extension/chat/chat.ts"],
      outfile: "dist/chat.cjs",
      plugins: [vscodeByName(root)],
    }),
    build({
      ...product,
      entryPoints: ["src/extension/onDemand.ts"],
      outfile: "dist/onDemand.cjs",
      plugins: [vscodeByName(root)],
    }),
    build({ ...product, entryPoints: ["web-tree-sitter"], outfile: "dist/parser.cjs" }),
    build({
      ...product,
      entryPoints: ["src/gateway/main.ts"],
      outfile: "dist/gateway.cjs",
      banner: { js: "#!/usr/bin/env node" },
    }),
    build({
      ...product,
      entryPoints: ["src/engine/indexing/indexWorker.ts"],
      outfile: "dist/indexWorker.cjs",
    }),
    buildPage({ folder: "chat", name: "chatPage" }, root),
    buildPage({ folder: "latency", name: "latency" }, root),
  ]);
  await chmod(join(root, "dist/gateway.cjs"), 0o755);
  const dictionary = buildDictionary(root);
  await writeFile(join(root, "dist/dictionary.bin"), dictionary.bytes);
  const grammars = await buildGrammars(root);
  const inputs = results.flat().flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = [...inputs.map(packageOf), ...dictionary.packages, grammars.source];
  const text = await notices(root, packages, { [grammars.source]: grammars.notice });
  await writeFile(join(root, "dist/THIRD-PARTY-NOTICES.txt"), text);
}

/** The window's bundle, and the door that knows it by its hash: what is kept of one bundle is of no use to another. */
async function buildExtension(product, root) {
  const window = await build({
    ...product,
    entryPoints: ["src/extension/window.ts"],
    outfile: "dist/window.cjs",
    plugins: [apart, withoutServer, vscodeByName(root)],
    supported: { "dynamic-import": false }, // require() is how VS Code hands out its own module
  });
  const bundle = await readFile(join(root, "dist/window.cjs"));
  // Each start reads it: one letter more and all of it is decoded, held and scanned as UTF-16, 5 ms of a first start.
  if (!isAscii(bundle))
    throw new Error("dist/window.cjs: write letters of regular expressions as \\u escapes");
  const hash = createHash("sha256").update(bundle);
  const door = await build({
    ...product,
    entryPoints: ["src/extension/main.ts"],
    outfile: "dist/extension.cjs",
    define: { ...product.define, windowBundleHash: JSON.stringify(hash.digest("hex")) },
  });
  return [window, door];
}

/** What a window does without at its start is a bundle of its own, which is loaded when it is first used. */
const apart = {
  name: "apart",
  setup(building) {
    const bundles = {
      "chat.ts": "./chat.cjs",
      "onDemand.ts": "./onDemand.cjs",
      "web-tree-sitter": "./parser.cjs",
    };
    const filter = /^(\.{1,2}\/(chat|onDemand)\.ts|web-tree-sitter)$/;
    building.onResolve({ filter }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path: bundles[basename(path)], external: true } : undefined,
    );
  },
};

/** A window opens WebSockets and serves none: of `ws`, which does not say so itself, only the client is kept. */
const withoutServer = {
  name: "without-server",
  setup(building) {
    const filter = /^\.\/lib\/(stream|subprotocol|websocket-server)\.js$/;
    building.onResolve({ filter }, ({ path, importer, resolveDir }) =>
      importer.endsWith("wrapper.mjs")
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
};

/**
 * VS Code's API as a module of named values: those that its types declare and our own text names. Without this each file
 * that imports it would ask the extension host for it and copy its hundreds of names: a quarter of what starting a
 * window takes.
 */
const vscodeByName = (root) => ({
  name: "vscode-by-name",
  setup(building) {
    const namespace = "vscode-by-name";
    building.onResolve({ filter: /^vscode$/ }, (args) =>
      args.namespace === namespace
        ? { path: "vscode", external: true }
        : { path: "vscode", namespace },
    );
    building.onLoad({ filter: /.*/, namespace }, async () => {
      const types = await readFile(join(root, "node_modules/@types/vscode/index.d.ts"), "utf8");
      const declared = /^\texport (?:abstract )?(?:class|enum|namespace|function|const) (\w+)/gm;
      const names = new Set(Array.from(types.matchAll(declared), ([, name]) => name));
      const used = names.intersection(await wordsOf("src/extension/**/*.ts", root));
      const values = [...used].map((name) => `export const ${name} = api.${name};`);
      return { contents: ['const api = require("vscode");', ...values].join("\n") };
    });
  },
});

async function wordsOf(pattern, root) {
  const paths = await Array.fromAsync(glob(pattern, { cwd: root }));
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  return new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
}

/** Builds the script and the style of a webview's page: `dist/NAME.js` and `dist/NAME.css` of `media/FOLDER/`. */
export function buildPage({ folder, name }, root = here) {
  return build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    platform: "browser",
    format: "iife",
    target: "chrome140",
    entryPoints: [`media/${folder}/main.ts`, `media/${folder}/${folder}.css`],
    entryNames: name,
    outdir: "dist",
  });
}

/**
 * Builds the suite for the extension host: one bundle per test/extension/suite/*.test.ts whose path
 * contains `filter`, and the entry that VS Code calls. Returns the names of the test files.
 */
export async function buildSuite(filter = "", root = here) {
  const tests = [];
  for await (const path of glob("test/extension/suite/**/*.test.ts", { cwd: root })) {
    if (path.includes(filter)) tests.push(path);
  }
  const outdir = join(root, "dist/test/suite");
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const names = tests.sort().map((path) => basename(path, ".ts"));
  const entryPoints = [
    { in: "test/editor/suiteEntry.ts", out: "index" },
    ...tests.map((path, at) => ({ in: path, out: names[at] })),
  ];
  await build({
    ...common,
    absWorkingDir: root,
    external: [...common.external, "mocha"],
    entryPoints,
    outdir,
    outExtension: { ".js": ".cjs" },
    sourcemap: "inline",
  });
  return names;
}

function packageOf(input) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input)?.[1];
}

/** The name, version and licence text of every package that something was taken from; `additions` by package. */
async function notices(root, packages, additions) {
  const names = [...new Set(packages)].filter((name) => name !== undefined).sort();
  const parts = await Promise.all(
    names.map(async (name) =>
      [await notice(root, name), additions[name]].filter(Boolean).join("\n\n"),
    ),
  );
  return ["Slipstream contains these packages, or parts of them.", ...parts].join("\n\n") + "\n";
}

/** A package may hold another one in a folder of its own, with a licence of its own. */
async function notice(root, name) {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = await Array.fromAsync(glob("{,*/}*", { cwd: folder }));
  const licences = files.filter((file) => /^licen[cs]e/i.test(basename(file))).sort();
  if (licences.length === 0) throw new Error(`${name} has no licence file to put into the notices`);
  const texts = await Promise.all(licences.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts.map((part) => part.trim()).join("\n\n");
  return `${"-".repeat(80)}\n${name} ${version} (${license})\n\n${text}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildProduct();
  if (process.argv.includes("--suite")) await buildSuite();
}
