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
  chat: ["base", "wire"],
  latency: ["base", "wire", "context", "completion"],
  engine: ["base", "privacy"],
  gateway: ["base", "wire", "link", "engine", "privacy"],
  extension: ["base", "wire", "link", "context", "completion", "chat", "latency", "privacy"],
};

/** Outside packages and the files or folders that alone may load them. */
export const owners = {
  vscode: ["src/extension/"],
  ws: [
    "src/link/wsSocket.ts",
    "src/gateway/server.ts",
    "src/gateway/upstreams/openaiResponses/socket.ts",
  ],
  zod: [
    "src/wire/",
    "src/latency/",
    "src/gateway/",
    "src/chat/",
    "src/extension/settings.ts",
    "src/extension/connect/models.ts",
    "src/engine/declarations/packageFile.ts",
    "media/chat/",
  ],
  "resolve.exports": ["src/engine/declarations/packageFile.ts"],
  ignore: ["src/privacy/"],
  "@secretlint/secretlint-rule-preset-recommend": ["src/engine/indexing/secrets.ts"],
  "web-tree-sitter": ["src/completion/syntax/"],
  "markdown-it": ["media/chat/"],
  "highlight.js": ["media/chat/"],
  dompurify: ["media/chat/"],
  "eventsource-parser": ["src/gateway/upstreams/eventReader.ts"],
};

export const closedTo = (folder) =>
  Object.keys(mayImport).filter((f) => f !== folder && !mayImport[folder].includes(f));
