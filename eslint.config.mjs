import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { closedTo, mayImport, owners } from "./architecture.mjs";

const folderPattern = (folder) => ({
  regex: `^(\\.\\./)+(${closedTo(folder).join("|")})/`,
  message: `src/${folder} may import only ${[...mayImport[folder], "itself"].join(", ")} (architecture.mjs).`,
});
const packagePatterns = (path) =>
  Object.entries(owners)
    .filter(
      ([, where]) => !where.some((w) => path === w || (w.endsWith("/") && path.startsWith(w))),
    )
    .map(([name, where]) => ({
      regex: `^${name}($|/)`,
      message: `${name} belongs to ${where.join(", ")}.`,
    }));
const block = (files, folder, path) => ({
  files,
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [folderPattern(folder), ...packagePatterns(path)].filter(
          (p) => !p.regex.includes("()"),
        ),
      },
    ],
  },
});
const direction = Object.keys(mayImport).map((f) => block([`src/${f}/**/*.ts`], f, `src/${f}/`));
const places = [...new Set(Object.values(owners).flat())];
const exceptions = places
  .filter((p) => p.endsWith(".ts") || p.split("/").length > 3) // a file, or a folder within one of ours
  .map((p) => block([p.endsWith("/") ? `${p}**/*.ts` : p], p.split("/")[1], p));

export default defineConfig(
  { ignores: ["dist/**", "**/*.mjs", "**/*.cjs", "media/sample/**"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["warn", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 4],
      complexity: ["warn", 12],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // A module of which types alone are taken is not loaded, nor bundled.
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: "Use the injected Clock.",
        },
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier[imported.name='z']",
          message: "Write: import * as z from 'zod' (the named z keeps all of zod in the bundle).",
        },
      ],
    },
  },
  ...direction,
  ...exceptions,
  // The composition root is one list of parts, read from top to bottom.
  { files: ["src/extension/compose.ts"], rules: { "max-lines-per-function": "off" } },
  {
    files: ["test/**"],
    rules: {
      "no-console": "off",
      "@typescript-eslint/no-floating-promises": "off",
      "max-lines-per-function": "off",
    },
  },
);
