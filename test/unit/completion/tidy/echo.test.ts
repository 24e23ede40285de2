import assert from "node:assert/strict";
import { it } from "node:test";
import { cutAtEcho } from "../../../../src/completion/tidy/echo.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text ends at an echo of the line below", cutAtEcho, [
  ["a\n█\nbar();\n", "foo();\nbar();\nbaz();", "foo();"],
  ["a\n█\nbar();\n", "bar();", ""],
  ["a\n█\n\n\nbar();\n", "foo();\nbar();", "foo();"],
  ["  █\n  break;\n", "a();\n  break;\ncase 2:", "a();"],
  ["foo(█\nbar();\n", "a);\nbar();", "a);"],
  ["a\n█\n\n\n\n\nbar;\n", "bar;", ""],
  ["```ts\n█\n```\n\nAnd:\n", "foo();\n```\n\nMore:", "foo();"],
  ["cat <<EOF\n█\nEOF\n", "a\nb\nEOF", "a\nb"],
  ['  """\n  █\n  """\n', 'Says it.\n  """\n  pass', "Says it."],
]);

holdFilter("what is no echo stays", cutAtEcho, [
  ["  █\n  return;\n", "if (a) {\n    return;\n  }", "if (a) {\n    return;\n  }"],
  ["b█\nbar();\n", "ar();", "ar();"],
  ["█)\nbar();\n", "foo();\nbar();", "foo();\nbar();"],
  ["a\n█\n\n\n\n\n\n\nbar();\n", "bar();", "bar();"],
]);

holdFilter("closing lines are alike without being an echo", cutAtEcho, [
  ["f() {\n█\n}\n", "if (a) {\n}", "if (a) {\n}"],
  ["<p>\n█\n</div>\n", "<div>\n</div>", "<div>\n</div>"],
]);

it("a text that is the line below is called that", () => {
  assert.equal(filteredBy("a\n█\nbar();\n", "bar();"), "echo of the lines below");
});
