/** The parts of a document's address that say whose text it shows. `path` has forward slashes. */
export interface Address {
  readonly scheme: string;
  readonly path: string;
}

/** Where the text is the file itself, under this address or one that differs in the scheme alone. */
const ownSchemes = new Set(["file", "vscode-remote", "vscode-vfs"]);

/**
 * The paths of the files whose text a document may show; no rule may forbid any of them. A state that git or the editor's
 * local history keeps, and whatever else another extension makes of a file, has that file's path under another scheme.
 * None where the address has no path but a mere name.
 */
export function pathsShown({ scheme, path }: Address): readonly string[] {
  if (!path.startsWith("/")) return [];
  if (scheme !== "git") return [path];
  // Git's own extension adds these where it wants no language for the text.
  const plain = path.replace(/(?<=[^/])\.(git|diff)$/, "");
  return plain === path ? [path] : [path, plain];
}

/** Whether the address alone reads the file. */
export const isFileItself = ({ scheme }: Address): boolean => ownSchemes.has(scheme);
