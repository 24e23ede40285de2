import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutDuplicateClosers, isCloserLine } from "../../../../src/completion/tidy/blockClosers.ts";
import { filteredBy, holdFilter, holdShown } from "../../../helpers/tidyTable.ts";

holdFilter(
  "closing lines that stand below already are cut from a text's end",
  cutDuplicateClosers,
  [
    ["f() {\n  a();█\n}\n", "\n  b();\n}", "\n  b();"],
    ["f() {\n  a();█\n\n}\n", "\n  b();\n}\n", "\n  b();"],
    ["f() {\n  █\n}\n", "b();\n}", "b();"],
    ["f() {\n  if (a) {\n    b();█\n  }\n}\n", "\n  }\n}", ""],
    ["f() {\n  if (a) {\n    b();█\n}\n", "\n  }\n}", "\n  }"],
    ["it(a, () => {\n  b();█\n});\n", "\n  c();\n});", "\n  c();"],
    ["f(\n  a,\n) {\n  b();█\n}\n", "\n}", ""],
    ["g() {\n}\nf() {\n  a();█\n}\n", "\n}", ""],
    ["  def f\n    a█\n  end\n", "\n  end", ""],
    ["  x = 1\n  def f\n    a█\n  end\nend\n", "\n    b\n  end", "\n    b"],
    ["<div>\n  <p>█\n</div>\n", "</p>\n</div>", "</p>"],
    ["f() {\n█\n}\n", "}", ""],
    ["A {\n  x = [\n    1];\n}\nB {\n  f() {\n    b();█\n  }\n}\n", "\n  }", ""],
  ],
);

holdFilter("closing lines that are missing stay", cutDuplicateClosers, [
  ["f() {\n█\n}\n", "if (a) {\n}", "if (a) {\n}"],
  ["f() {\n  █\n}\n", "if (a) {\n    b();\n  }", "if (a) {\n    b();\n  }"],
  ["f() {\n  if (a) {\n    b();█\n}\n", "\n  }", "\n  }"],
  ["f() {\n  a();█\n", "\n}", "\n}"],
  ["f() {\n  a();█\nb();\n}\n", "\n}", "\n}"],
  ["module A\n█\nend\n", "def f\nend", "def f\nend"],
  ["<div>\n█\n</div>\n", "<div>\n</div>", "<div>\n</div>"],
  ["f() {\n  █\n}\n", "b();", "b();"],
  ["A {\n  f() {\n\n  █\n  }\n}\n", "if (a) {\n  }", "if (a) {\n  }"],
  ["f() {\n  █\n  b();\n}\n", "b();\n}", "b();\n}"],
]);

holdShown("the block's end is there once", [
  ["f() {\n  a();█\n}\n", "\n  b();\n}", "f() {\n  a();«\n  b();»\n}\n"],
  ["f() {\r\n  a();█\r\n}\r\n", "\r\n  b();\r\n}", "f() {\r\n  a();«\r\n  b();»\r\n}\r\n"],
]);

describe("a closing line", () => {
  it("is of brackets, a keyword or a tag alone", () => {
    for (const line of ["}", "  });", "])", "},", "end", "END;", "fi", "</div>"]) {
      assert.ok(isCloserLine(line), line);
    }
    for (const line of ["", "x }", "} else {", "ended", "<div>", ";", "break;"]) {
      assert.ok(!isCloserLine(line), line);
    }
  });

  it("that stands below is the reason when nothing else was said", () => {
    assert.equal(filteredBy("f() {\n█\n}\n", "}"), "closing lines that are there already");
  });
});
