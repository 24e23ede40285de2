import assert from "node:assert/strict";
import { it } from "node:test";
import { cutAtOverlap } from "../../../../src/completion/tidy/overlap.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text ends where it goes over into the text after the cursor", cutAtOverlap, [
  ["foo(█);\n  return total;\n}", "a);\n  return total;\n}", "a"],
  ["foo(█);\n  return total;\n}", "a);\n  return tot", "a"],
  ["if (█) {\n  return total;\n}", "a) {\n  return total", "a"],
  ["a();\n█\nconst total = first;\n", "b();\nconst total = fi", "b();"],
  ["a();\n█\n\n\nconst total = first;\n", "b();\nconst total = fi", "b();"],
  ["a();\n█\nconst total = first;\nbar(total);\n", "b();\nconst total = first;\nbar(", "b();"],
  ["a();\n█\nconst total = first;\n", "const total =", ""],
]);

holdFilter("what only begins alike stays", cutAtOverlap, [
  ["a();\n█\nreturn total;\n", "b();\nreturn first;", "b();\nreturn first;"],
  ["a();\n█\nreturn total;\n", "b();\nreturn", "b();\nreturn"],
  ["a();\n  █\nconst total = first;\n", "b();\n  const total = fi", "b();\n  const total = fi"],
  ["f() {\n  █\n  }\n});\n", "a(\n  }\n});", "a(\n  }\n});"],
  ["foo(█);", "a);\n  return total;", "a);\n  return total;"],
]);

it("a text that is what comes after the cursor is called that", () => {
  assert.equal(
    filteredBy("a();\n█\nconst total = first;\n", "const total = fi"),
    "overlap with the text after the cursor",
  );
});
