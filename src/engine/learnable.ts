/** Longer files are data or generated. */
export const mostFileBytes = 400_000;

const skippedFolders = new Set([
  "node_modules",
  "bower_components",
  "jspm_packages",
  "vendor",
  "dist",
  "build",
  "out",
  "target",
  "coverage",
  "__pycache__",
  "venv",
  "site-packages",
]);
const skippedName =
  /(^|[-.])(lock|lockb)$|^package-lock\.json$|^pnpm-lock\.yaml$|^npm-shrinkwrap\.json$|^go\.sum$|[-.]min\.[a-z]+$|\.(map|snap|svg|csv|tsv|log|ipynb|bundle\.js)$/i;
const binaryName =
  /\.(png|jpe?g|gif|webp|avif|ico|bmp|tiff?|psd|mp[34]|m4a|ogg|wav|flac|mov|avi|webm|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|o|a|so|dll|dylib|exe|wasm|node|pyc|db|sqlite3?|gguf|bin|dat|vsix)$/i;
const longLineChars = 2000;

/** False for folders of dependencies, build results and caches, and for hidden ones. */
export function isWorthWalking(folderName: string): boolean {
  return (
    (!folderName.startsWith(".") || folderName === ".github") && !skippedFolders.has(folderName)
  );
}

/** False for lock files, minified files, data and binaries going by the name. */
export function isWorthLearning(path: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return !skippedName.test(name) && !binaryName.test(name);
}

/** The text of a source file; undefined for binaries and for text in lines no person wrote. */
export function sourceText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  const text = new TextDecoder().decode(bytes);
  const isMinified =
    text.length > longLineChars && text.length / lineCount(text) > longLineChars / 10;
  return isMinified ? undefined : text;
}

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
