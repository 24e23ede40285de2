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

holdFilter(
  "lines aligned by spaces do not take tabs away where tabs are near",
  useDocumentIndentation,
  [
    ["\ta();\n}\n/*\n   what\n*/\nf() {█", "\n\tb();", "\n\tb();"],
    ["/*\n   what\n*/\nf() {█\n}\ng() {\n\ta();\n}", "\n\tb();", "\n\tb();"],
    ["\ta();\n  b();\nf() {█", "\n  c();\n\td();", "\n  c();\n  d();"],
  ],
);

for (const languageId of ["go", "makefile"]) {
  holdFilter(
    `tabs stay tabs in ${languageId}`,
    useDocumentIndentation,
    [
      ["/*\n   what\n*/\nf() {█", "\n\ta()\n}", "\n\ta()\n}"],
      ["f(a,\n    b) {█", "\n\tc()\n}", "\n\tc()\n}"],
      ["\ta()\n}\n/*\n    what\n*/\n█", "f() {\n    a()\n}", "f() {\n\ta()\n}"],
      ["\ta()\n\nb = c \\\n      d\n\n█", "f:\n    a", "f:\n\ta"],
      ["\ta()\n\t█", "if b {\n        c()\n    }", "if b {\n\t\tc()\n\t}"],
    ],
    languageId,
  );
}
