import { cutAtRepeatedLine } from "../../../../src/completion/tidy/repeatedLines.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text ends where it says a line a second and a third time", cutAtRepeatedLine, [
  ["█", "foo(1);\nfoo(1);\nfoo(1);\nfoo(1);", "foo(1);"],
  ["█", "a();\n  foo(1);\n  foo(1);\n  foo(1);", "a();\n  foo(1);"],
  ["fo█", "o(1);\nfoo(1);\nfoo(1);", "o(1);"],
]);

holdFilter("a line may come twice, or thrice with others between", cutAtRepeatedLine, [
  ["█", "foo(1);\nfoo(1);", "foo(1);\nfoo(1);"],
  ["█", "foo(1);\nbar();\nfoo(1);\nbar();\nfoo(1);", "foo(1);\nbar();\nfoo(1);\nbar();\nfoo(1);"],
]);

holdFilter("tables and closing lines may repeat", cutAtRepeatedLine, [
  ["█", "0, 0, 0,\n0, 0, 0,\n0, 0, 0,", "0, 0, 0,\n0, 0, 0,\n0, 0, 0,"],
  ["█", "0xff, 0x00,\n0xff, 0x00,\n0xff, 0x00,", "0xff, 0x00,\n0xff, 0x00,\n0xff, 0x00,"],
  ["█", "null, true,\nnull, true,\nnull, true,", "null, true,\nnull, true,\nnull, true,"],
  ["█", "    });\n  });\n});", "    });\n  });\n});"],
  ["█", "});\n});\n});", "});\n});\n});"],
  ["█", "<td></td>\n<td></td>\n<td></td>", "<td></td>\n<td></td>\n<td></td>"],
  ["█", "a\n\n\n\nb", "a\n\n\n\nb"],
]);
