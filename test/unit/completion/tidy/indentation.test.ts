import { dropDoubledIndentation } from "../../../../src/completion/tidy/indentation.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("indentation a line has already is not said again", dropDoubledIndentation, [
  ["f() {\n    █", "    foo();", "foo();"],
  ["    a();\n    █", "    foo();\n    bar();", "foo();\n    bar();"],
  ["f() {\n\ta();\n\t█", "\tfoo();", "foo();"],
  ["f() {\n  if (a) {\n    █", "    foo();", "foo();"],
  ["f() {\n    a();\n\n    █", "    foo();", "foo();"],
  ["  a();\n  █", "    foo();", "  foo();"],
]);

holdFilter(
  "indentation is said twice where the first line would stand as far in as its own body",
  dropDoubledIndentation,
  [
    [
      "class A:\n    def f():\n        a()\n\n    █",
      "    def g():\n        b()",
      "def g():\n        b()",
    ],
    ["a:\n  b:\n    c: 1\n  █", "  d:\n    e: 2", "d:\n    e: 2"],
    ["  def f():\n    a()\n  █", "  if b:\n      c()", "  if b:\n      c()"],
    ["  def f():\n    a()\n  █", "  # so:\n    b()", "  # so:\n    b()"],
    ["  def f():\n    a()\n  █", "  b(\n    )", "  b(\n    )"],
  ],
  "python",
);

holdFilter("indentation the line above asks for stays", dropDoubledIndentation, [
  ["f() {\n  if (a) {\n  █", "  foo();", "  foo();"],
  ["def f():\n    if a:\n    █", "    return", "    return"],
  ["  def f\n  █", "  1", "  1"],
  ["f() {\n█", "  foo();", "  foo();"],
]);

holdFilter("where a line goes on any indentation may be meant", dropDoubledIndentation, [
  ["    x = a +\n    █", "    b;", "    b;"],
  ["    foo(a,\n    █", "    b);", "    b);"],
  ["    <p>\n    █", "    <b>x</b>", "    <b>x</b>"],
  ["    foo()\n    █", "    .then(a);", "    .then(a);"],
  ["foo()\n    .then(a)\n    █", "    .then(b)\n    .then(c);", ".then(b)\n    .then(c);"],
]);

holdFilter("with nothing above, and on a begun line, a text stays", dropDoubledIndentation, [
  ["    █", "    foo();", "    foo();"],
  ["a();\nb █", " foo();", " foo();"],
]);
