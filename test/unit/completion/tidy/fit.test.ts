import { holdShown } from "../../../helpers/tidyTable.ts";

holdShown("in front of more than closing punctuation a text is one line that fits there", [
  ["x = █ + y;", "a\nb", "x = «a» + y;"],
  ["foo(█, b)", "() => {\n  c();\n}", "foo(«() => {», b)"],
  ["x = █ + y;", "\na", undefined],
  ['"█"', "a\nb", '"«a»"'],
]);

holdShown("in front of closing punctuation a text may have lines", [
  ["foo(█)", "x)\ny", "foo(«x»)«\ny»"],
  ["foo(█)", "() => {\n  a();\n}", "foo(«() => {\n  a();\n}»)"],
  ["foo(█);", "() => {\n  a();\n});", "foo(«() => {\n  a();\n}»);"],
  ["foo(█)", "() => {\n  // it's\n  b('}');\n}", "foo(«() => {\n  // it's\n  b('}');\n}»)"],
  ["foo(█)", "a,\n  b", "foo(«a,»)"],
  ["x = █;", "{\n  a: 1,\n}", "x = «{\n  a: 1,\n}»;"],
]);

holdShown("blanks at a text's end stay where what follows wants them", [
  ["import {█} from 'a';", " b ", "import {« b »} from 'a';"],
  ["foo(█)", "x ", "foo(«x»)"],
  ["x█", " = 1;  \n", "x« = 1;»"],
  ["x = █ ;", "1 ", "x = «1» ;"],
]);
