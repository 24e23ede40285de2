/**
 * The text of the `info/exclude` that git heeds in a folder with a `.git`. In a linked work tree and a submodule that is a
 * file that names git's own folder, which may name another one for what all work trees share. `read` is as in `readRules.ts`.
 */
export async function readGitExclude(
  folder: string,
  read: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const dotGit = `${folder}/.git`;
  const plain = await read(`${dotGit}/info/exclude`);
  if (plain !== undefined) return plain;
  const named = /^gitdir: *(.*\S)/m.exec((await read(dotGit)) ?? "")?.[1];
  if (named === undefined) return undefined;
  const own = pathFrom(folder, named);
  const shared = (await read(`${own}/commondir`))?.trim();
  return read(`${shared ? pathFrom(own, shared) : own}/info/exclude`);
}

/** In the form that the folder's path has: one of the editor's begins with a slash before a drive, and with a share. */
function pathFrom(folder: string, path: string): string {
  const isOfEditor = /^\/(?!\/)/.test(folder);
  if (/^[a-z]:/i.test(path)) return isOfEditor ? `/${path}` : path;
  if (path.startsWith("//")) return isOfEditor ? path.replace(/^\/\/[^/]+/, "") : path;
  if (path.startsWith("/")) return path;
  const parts = folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
