/** The end of an address that names the version: Zhipu's has `/v4`, Google's `/v1beta/openai`. */
const version = /\/v\d\w*(\/openai)?$/;

/**
 * `path` under a base address whose own trailing slashes and `/v1` do not count, and whose version takes the place of the
 * path's; a query stays.
 */
export function under(base: URL, path: string): URL {
  const url = new URL(base);
  const folder = url.pathname.replace(/\/+$/, "");
  const hasVersion = path.startsWith("/v1/") && version.test(folder);
  url.pathname = hasVersion
    ? folder + path.slice("/v1".length)
    : folder.replace(/\/v1$/, "").replace(/\/+$/, "") + path;
  url.hash = "";
  return url;
}
