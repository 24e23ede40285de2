import { useDocumentIndentation } from "../../../../src/completion/tidy/tabs.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text's further lines are indented by what the document has", useDocumentIndentation, [
  ["f() {\n  a();\n  █\n}", "if (b) {\n\t\tc();\n\t}", "if (b) {\n    c();\n  }"],
  ["f() {\n    a();\n    █\n}", "if (b) {\n\t\tc();\n\t}", "if (b) {\n        c();\n    }"],
  ["f() {\n\ta();\n\t█\n}", "if (b) {\n        c();\n    }", "if (b) {\n\t\tc();\n\t}"],
  ["f() {\n\ta();\n\t█\n}", "if (b) {\n    c();\n  }", "if (b) {\n\t\tc();\n\t}"],
  ["f() {█\n}\n\tg();", "\n    a();", "\n\ta();"],
  ["f() {█\n}\n  g();", "\n\ta();", "\n    a();"],
]);

holdFilter("the nearest indented line decides", useDocumentIndentation, [
  ["\ta\n  b█", "\n\tc", "\n  c"],
  ["  a\n\tb█", "\n  c", "\n\tc"],
  ["f() {█", "\n\ta();\n    b();", "\n\ta();\n\tb();"],
]);

holdFilter("indentation of the document's kind stays as it is", useDocumentIndentation, [
  ["  a();\n  █", "b(\n    c,\n  );", "b(\n    c,\n  );"],
  ["\ta();\n\t█", "b(\n\t\tc,\n\t);", "b(\n\t\tc,\n\t);"],
  ["\ta();\n\t█", "/**\n\t * b\n\t */", "/**\n\t * b\n\t */"],
  ["\ta();\n█", "/**\n * b\n */", "/**\n * b\n */"],
  ["f() {█", "\n\ta();", "\n\ta();"],
]);
