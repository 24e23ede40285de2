import assert from "node:assert/strict";
import { it } from "node:test";
import { unfence } from "../../../../src/completion/tidy/codeFence.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("code comes out of the fence round it", unfence, [
  ["█", "```ts\nfoo();\n```", "foo();"],
  ["█", "```\nfoo();\nbar();\n```\nThis calls foo.", "foo();\nbar();"],
  ["█", "\n```typescript\nfoo();\n```", "foo();"],
  ["█", "```c++\nfoo();", "foo();"],
  ["const x = █", "```ts\n5;\n```", "5;"],
  ["█", "```ts\n```", ""],
]);

holdFilter("the line's beginning that a fenced answer says again is dropped", unfence, [
  ["  const x = █", "```ts\nconst x = foo();\n```", " foo();"],
  ["  const x = █", "```ts\n  const x = foo();\n```", " foo();"],
  ["a█", "```ts\nab();\n```", "ab();"],
]);

holdFilter("a text ends at a fence", unfence, [
  ["█", "foo();\n```", "foo();"],
  ["█", "foo();```", "foo();"],
  ["█", "foo();\n```\nThis calls foo.", "foo();"],
  ["█", "foo();\n  ```js\nbar();", "foo();"],
  ["█", "``` is a fence", ""],
]);

holdFilter("backticks that are no fence stay", unfence, [
  ["x = █", "`a${b}`", "`a${b}`"],
  ["x = █", 'y.startsWith("```")', 'y.startsWith("```")'],
  ["/**\n * ```ts\n * a\n█", " * ```\n */", " * ```\n */"],
  ["█\n * ```", " * ```ts\n * a", " * ```ts\n * a"],
]);

holdFilter(
  "a Markdown document keeps its fences",
  unfence,
  [["█", "```ts\nfoo();\n```", "```ts\nfoo();\n```"]],
  "markdown",
);

it("a text of an opening fence alone is called that", () => {
  assert.equal(filteredBy("x = █", "```ts"), "code fence");
});
