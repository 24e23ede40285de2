import { holdShown } from "../../../helpers/tidyTable.ts";

holdShown("a text comes with the document's line breaks", [
  ["█\r\nb\r\n", "x\r\ny", "«x\r\ny»\r\nb\r\n"],
  ["█\r\nb\r\n", "x\ny", "«x\r\ny»\r\nb\r\n"],
  ["a\r\n█", "x\ny\r\nz", "a\r\n«x\r\ny\r\nz»"],
  ["a\n█", "x\r\ny", "a\n«x\ny»"],
  ["█", "x\r\ny", "«x\ny»"],
  ["a\r\nif (x) {█}", "\n    return 1;", "a\r\nif (x) {«\r\n    return 1;\r\n»}"],
  ["a\n█", "x;\ry;", "a\n«x;\ny;»"],
]);

holdShown("lines are compared without regard to their breaks", [
  ["a\r\n█\r\nbar();\r\n", "foo();\nbar();\n", "a\r\n«foo();»\r\nbar();\r\n"],
  ["a\n█\nbar();\n", "foo();\r\nbar();\r\n", "a\n«foo();»\nbar();\n"],
  ["foo(█);\r\nbar();\r\n", "a);", "foo(«a»);\r\nbar();\r\n"],
]);
