import { dropBlankStart } from "../../../../src/completion/tidy/blankLines.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text for an indented blank line begins on that line", dropBlankStart, [
  ["f() {\n    █\n}", "\n    foo();", "foo();"],
  ["f() {\n    █\n}", "\n\n    foo();\n    bar();", "foo();\n    bar();"],
  ["f() {\n    █\n}", "\n        foo();", "    foo();"],
  ["f() {\n    █\n}", "\n  foo();", "foo();"],
  ["f() {\n\t█\n}", " \n\tfoo();", "foo();"],
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
