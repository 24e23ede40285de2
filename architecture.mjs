/**
 * The direction rule, written down once. ESLint and dependency-cruiser both read this table.
 * A folder of src/ may import itself and the folders listed for it, nothing else.
 */
export const mayImport = {
  base: [],
  privacy: ["base"],
  wire: ["base"],
  link: ["base", "wire"],
  context: ["base", "wire"],
  completion: ["base", "wire", "context"],
  engine: ["base", "privacy"],
  gateway: ["base", "wire", "link", "engine", "privacy"],
  extension: ["base", "wire", "link", "context", "completion", "privacy"],
};

/** Outside packages and the files or folders that alone may load them. */
export const owners = {
  vscode: ["src/extension/"],
  ws: ["src/link/wsSocket.ts", "src/gateway/server.ts"],
  zod: [
    "src/wire/",
    "src/gateway/",
    "src/extension/settings.ts",
    "src/extension/connect/models.ts",
  ],
  ignore: ["src/privacy/"],
  "@secretlint/secretlint-rule-preset-recommend": ["src/engine/indexing/secrets.ts"],
  "web-tree-sitter": ["src/completion/syntax/"],
  "eventsource-parser": ["src/gateway/upstreams/sseReader.ts"],
};

export const closedTo = (folder) =>
  Object.keys(mayImport).filter((f) => f !== folder && !mayImport[folder].includes(f));
