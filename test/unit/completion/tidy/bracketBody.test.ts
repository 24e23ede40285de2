import { holdShown } from "../../../helpers/tidyTable.ts";

holdShown("tidy gives a line between brackets a line of its own", [
  ["if (x) {█}", "\n    return 1;\n}", "if (x) {«\n    return 1;\n»}"],
  ["  if (x) {█}", "\r\n    return 1;", "  if (x) {«\n    return 1;\n  »}"],
  ["\tf([█]);", "\n\t\ta,\n\t]);", "\tf([«\n\t\ta,\n\t»]);"],
  ["\tf([█]);", "\n\t\ta,", "\tf([«\n\t\ta,\n\t»]);"],
  ["if (x) {█}", "\n    a();\n    b();\n", "if (x) {«\n    a();\n    b();\n»}"],
  ["f({█}, b);", "\n  a: 1,", "f({«\n  a: 1,\n»}, b);"],
  ["if (x) {█}", "\n}", undefined],
  ["if (x) {█}", "\n", undefined],
  ["if (x) {a█}", "\n    return 1;", undefined],
]);
