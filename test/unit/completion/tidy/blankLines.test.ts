import { dropBlankStart } from "../../../../src/completion/tidy/blankLines.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text for an indented blank line begins on that line", dropBlankStart, [
  ["f() {\n    █\n}", "\n    foo();", "foo();"],
  ["f() {\n    █\n}", "\n\n    foo();\n    bar();", "foo();\n    bar();"],
  ["f() {\n    █\n}", "\n        foo();", "    foo();"],
  ["f() {\n    █\n}", "\n  foo();", "foo();"],
  ["f() {\n\t█\n}", " \n\tfoo();", "foo();"],
]);

holdFilter(
  "nothing is left of a line that leaves a block which indentation alone tells",
  dropBlankStart,
  [
    ["for x in xs:\n    total += x\n    █", "\nreturn total", ""],
    ["try:\n    a()\n    █", "\n\nexcept ValueError:\n    b()", ""],
    ["try:\n    a()\n    █", "\n    b()", "b()"],
    ["for x in xs:\n    █", "\nreturn total", "return total"],
  ],
  "python",
);
holdFilter(
  "nor of a key of the map outside",
  dropBlankStart,
  [["a:\n  b:\n    c: 1\n    █", "\n  d: 2", ""]],
  "yaml",
);
holdFilter("braces tell what stands in them", dropBlankStart, [
  ["f() {\n    a();\n    █\n}", "\n  b();", "b();"],
]);

holdFilter("a text may begin with a line break anywhere else", dropBlankStart, [
  ["f() {█\n}", "\n    foo();", "\n    foo();"],
  ["█\n}", "\nfoo();", "\nfoo();"],
  ["    █}", "\n    foo();", "\n    foo();"],
]);

holdFilter("lines of blanks become empty", dropBlankStart, [
  ["█", "a();\n    \n\t\nb();", "a();\n\n\nb();"],
  ["█", "a();\n  ", "a();\n  "],
]);
