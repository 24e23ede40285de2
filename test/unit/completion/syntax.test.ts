import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cutAt } from "../../../src/completion/cut.ts";
import { extentOf } from "../../../src/completion/extent.ts";
import { Syntax } from "../../../src/completion/syntax/syntax.ts";
import { lexisOf } from "../../../src/completion/syntax/lexis.ts";
import { windowChars, windowOf } from "../../../src/completion/syntax/window.ts";
import { holdCuts, placeAt } from "../../helpers/cuts.ts";
import { packagedGrammars } from "../../helpers/grammars.ts";
import { holdSteady } from "../../helpers/steadyCuts.ts";

const languages = ["typescript", "typescriptreact", "python", "go", "rust", "java", "php"];
const syntax = new Syntax(packagedGrammars);
before(() => Promise.all(languages.map((languageId) => syntax.loaded(languageId))));
after(() => {
  syntax.dispose();
});

const viewOf = (languageId: string) => () => {
  const view = syntax.view(languageId);
  assert.ok(view, languageId);
  return view;
};
const hold = (languageId: string, cases: Parameters<typeof holdCuts>[2]) => {
  holdCuts(languageId, viewOf(languageId), cases);
};

describe("a suggestion by syntax: TypeScript", () => {
  hold("typescript", [
    // an empty body: its statements, up to a blank line or what closes it
    ["function f() {\n  █\n}", "block", "a();\n  b();┃\n}\n"],
    ["function f() {\n  █\n}", "block", "a();\n  b();┃\n\n  c();"],
    ["class A {\n  █\n}", "block", "a = 1;\n  b() {\n    c();\n\n    d();\n  }┃\n}"],
    // one statement between others
    ["a();\n█\nb();", "block", "c();┃\nd();\n"],
    ["a();\n█", "block", "if (b) {\n  c();\n\n  d();\n} else {\n  e();\n}┃\nf();"],
    ["a();\n█", "block", "if (b) {\n  c();\n}\nelse {\n  d();\n}┃\nf();"],
    ["a();\n█", "block", "do {\n  b();\n}\nwhile (c);┃\nd();"],
    ["a();\n█", "block", "if (b) {\n  c();\n}┃\nwhile (d) {}"],
    ["a();\n█", "block", "b\n  .c()\n  .d();┃\ne();"],
    ["a();\n█", "block", "b\n.c()\n.d();┃\ne();"],
    ["a();\n█", "block", "const b = `\n}\n`;┃\nc();"],
    ["a();\n█", "block", "const b = <T>(c: T) => {\n  d(c);\n};┃\ne();"],
    ["a();\n█", "block", "const b =\n  c;┃\nd();"],
    ["a();\n█", "block", "// b\nc();┃\nd();"],
    ["a();\n█", "block", "@b\nclass C {}┃\nd();"],
    ["class A {\n  b() {}\n  █\n}", "block", "c() {\n    d();\n  }┃\n  e() {}\n}"],
    ["interface A {\n  b: 1;\n  █\n}", "block", "c: 2;┃\n  d: 3;\n}"],
    // below a comment
    ["a();\n// both\n█", "block", "b();\nc();┃\n\nd();"],
    // within an expression
    ["f(\n  █\n)", "line", "a,┃\n  b"],
    ["const a = {\n  b: 1,\n  █\n}", "line", "c: 2,┃\n  d: 3"],
    ["const a = {\n  █\n}", "line", "c: 2,┃\n  d: 3"],
    ["const a = {\n  b: 1,\n  █\n}", "line", "c: {\n    d: 3,\n  },┃\n  e: 4"],
    ["const a = `\n  █\n`", "line", "f(┃\n)"],
    ["/**\n █\n */", "line", "f {┃\n}"],
    ["const a = `${b} {█", "line", "c {┃\n}`"],
    // a line that is begun
    ["const a = █", "line", "b;┃\nc();"],
    ["if (a) █", "line", "{\n  b();\n} else {\n  c();\n}┃\nd();"],
    ["if (a) {█", "block", "\n  b();\n}\nelse {\n  c();\n}┃\nd();"],
    ["if (a &&\n    b) {█", "block", "\n  c();\n} else {\n  d();\n}┃\ne();"],
    ["it('a', () => {█\n});", "block", "\n  b();\n  c();┃\n});"],
    ["it('a', () => {█", "block", "\n  b();\n  c();\n});┃\nd();"],
    ["const a = (b) =>█", "block", "\n  c(b);┃\nd();"],
  ]);
  hold("typescriptreact", [
    ["const a = (\n  <b>\n    █\n  </b>\n);", "block", "<c>don't</c>┃\n  </b>\n);"],
    ["function A() {\n  b();\n  █\n}", "block", "return (\n    <c>\n      d\n    </c>\n  );┃\n}"],
  ]);
});

describe("a suggestion by syntax: Python", () => {
  hold("python", [
    ["def a():\n    █", "block", "b()\n    c()┃\nd()"],
    ["a()\n█", "block", "b()┃\nc()"],
    ["a()\n█", "block", "if b:\n    c()\n\n    d()\nelif e:\n    f()\nelse:\n    g()┃\nh()"],
    ["a()\n█", "block", "try:\n    b()\nexcept C:\n    d()┃\ne()"],
    ["a()\n█", "block", 'b = """\nc\n"""┃\nd()'],
    ["a()\n█", "block", "@b\ndef c():\n    d()┃\ne()"],
    ["def a():\n    b()\n    █", "block", "for c in d:\n        e()┃\n    f()"],
    ["# both\n█", "block", "b()\nc()┃\n\nd()"],
    ["if a:█", "block", "\n    b()\nelse:\n    c()┃\nd()"],
    ["if a█", "line", ":\n    b()\nelse:\n    c()┃\nd()"],
    ["def a(b,\n      c):█", "block", "\n    d()┃\ne()"],
    ['def a():\n    """\n    █\n    """', "line", "f(┃\n)"],
    ["a = {\n    █\n}", "line", '"b": 1,┃\n    "c": 2'],
    ["f(█", "block", "\n    a,\n    b,\n)┃\nc()"],
  ]);
});

describe("a suggestion by syntax: Go", () => {
  hold("go", [
    ["func f() {\n\t█\n}", "block", "a()\n\tb()┃\n}"],
    ["func f() {\n\ta()\n\t█\n}", "block", "if b {\n\t\tc()\n\t} else {\n\t\td()\n\t}┃\n\te()\n}"],
    ["func f() {\n\ta()\n\t█\n}", "block", "b := `\n\t}`┃\n\tc()\n}"],
    ["func f() {\n\ta()\n\t█\n}", "block", "*b = 1┃\n\t*c = 2\n}"],
    ["func f() {\n\ta := T{\n\t\t█\n\t}\n}", "line", "B: 1,┃\n\t\tC: 2,"],
    ["func f() {\n\tif a {█\n}", "block", "\n\t\tb()\n\t}┃\n\tc()\n}"],
    ["func f() {\n\tif a █\n}", "line", "{\n\t\tb()\n\t}┃\n\t*c = 1\n}"],
    ["type A struct {\n\tB int\n\t█\n}", "block", "C int┃\n\tD int\n}"],
    ["import (\n\t█\n)", "line", '"a"┃\n\t"b"'],
  ]);
});

describe("a suggestion by syntax: Rust", () => {
  hold("rust", [
    ["fn f<'a>(b: &'a str) {\n    █\n}", "block", "a();\n    b()┃\n}"],
    [
      "fn f() {\n    a();\n    █\n}",
      "block",
      "let b = match c {\n        D => 1,\n    };┃\n    e();\n}",
    ],
    ["fn f() {\n    a();\n    █\n}", "block", "*b = 1;┃\n    *c = 2;\n}"],
    ["a!();\n█", "block", "#[derive(Debug)]\nstruct B;┃\nstruct C;"],
    ["fn f() {\n    let a = T {\n        █\n    };\n}", "line", "b: 1,┃\n        c: 2,"],
    ["fn f() {\n    if a {█\n}", "block", "\n        b();\n    }┃\n    c();\n}"],
    ["use a::{\n    █\n};", "line", "b,┃\n    c,"],
  ]);
});

describe("a suggestion by syntax: Java, PHP", () => {
  hold("java", [
    [
      "class A {\n  void f() {\n    a();\n    █\n  }\n}",
      "block",
      "b\n        .c();┃\n    d();\n  }",
    ],
    ["class A {\n  int b;\n  █\n}", "block", "void c() {\n    d();\n  }┃\n\n  int e;\n}"],
    ["int[] a = {\n  █\n};", "line", "1,┃\n  2"],
  ]);
  hold("php", [
    ["<?php\na();\n█", "block", "if ($b) {\n  c();\n}\nelse {\n  d();\n}┃\ne();"],
    ["a();\n█", "block", "$b = c();┃\n$d = 1;"],
    ["<?php\n$a = [\n  █\n];", "line", "'b' => 1,┃\n  'c' => 2"],
  ]);
});

/** What of an answer is shown, with the language's syntax. */
function shown(marked: string, answer: string, languageId = "typescript"): string {
  const place = placeAt(marked, languageId);
  const view = viewOf(languageId)();
  const cut = cutAt({ text: answer, isDone: true }, place, extentOf(place, view), view);
  return answer.slice(0, cut.endChars);
}

describe("what people complain of", () => {
  it("a suggestion of several lines is cut to one line", () => {
    const body = "\n  b();\n\n  c(d, {\n    e,\n  });\n}";
    for (const marked of ["█", "a();\n█", "if (x) █", "f();\n// so\n█"]) {
      const whole = `if (a) {${body}`;
      const answer = marked.includes("if (x)") ? whole.replace("if (a) ", "") : whole;
      assert.equal(shown(marked, answer), answer, marked);
    }
    assert.equal(shown("a()\n█", "def b():\n    c()\n\n    d()", "python").split("\n").length, 4);
  });

  it("accepting line by line loses the rest of what was begun", () => {
    const lines = ["if (a) {", "\n  b();", "\n  c();", "\n}"];
    const accepted = lines.map((_, count) => lines.slice(0, count).join(""));
    const offered = accepted.map((before, count) =>
      shown(`x();\n${before}█\ny();`, lines.slice(count).join("")),
    );
    assert.deepEqual(offered, [lines.join(""), lines.slice(1).join(""), lines[2], lines[3]]);
  });
});

describe("the code above a cursor that is parsed", () => {
  const windowOfCode = (before: string) => windowOf(before, lexisOf("typescript"));

  it("begins at the first of the outermost lines that are near enough", () => {
    const inner = "    b();\n".repeat(300);
    const found = windowOfCode(`class A {\n  c() {\n${inner}  }\n  d() {\n    e();\n    f({\n`);
    assert.equal(found?.text, "  d() {\n    e();\n    f({\n"); // the line above it only closes
    assert.deepEqual(found.open, ["{", "(", "{"]);
  });

  it("is not there for a line that is too long", () => {
    assert.equal(windowOfCode("a".repeat(windowChars + 1)), undefined);
    assert.equal(viewOf("typescript")().surroundings(`f({${" ".repeat(windowChars)}`), undefined);
  });

  it("is parsed even when it is dense", () => {
    const dense = '    int a = b(1, 2, "c d");\n'.repeat(90);
    const statement = { before: dense, text: "    if (c) {\n      d();\n    }", beginAt: 4 };
    assert.ok(viewOf("java")().isComplete(statement));
    assert.ok(!viewOf("java")().isComplete({ ...statement, text: "    if (c)" }));
  });

  it("and the answer with it are left alone when they would take too long", () => {
    const text = `f(\n${"a,\n".repeat(200)})`;
    const view = viewOf("typescript")();
    assert.ok(view.isComplete({ before: "", text, beginAt: 0 }));
    assert.ok(
      !view.isComplete({ before: "", text: text.replace("a", "a,\n".repeat(500)), beginAt: 0 }),
    );
  });
});

describe("a syntax that is not there", () => {
  const answerWith = async (parts: Partial<typeof packagedGrammars>) => {
    const failures: string[] = [];
    const broken = new Syntax({
      ...packagedGrammars,
      onFailure: (name) => failures.push(name),
      ...parts,
    });
    assert.equal(broken.view("python"), undefined);
    await broken.loaded("python");
    const view = broken.view("python");
    broken.dispose();
    return { view, failures };
  };

  it("is told once and leaves the rest to indentation", async () => {
    const grammar = await packagedGrammars.loadGrammar("python");
    const bytes = [grammar.subarray(0, 20_000), new Uint8Array(), new Uint8Array(9_000)];
    for (const broken of bytes) {
      const answer = await answerWith({ loadGrammar: () => Promise.resolve(broken) });
      assert.deepEqual(answer, { view: undefined, failures: ["python"] }, `${broken.length} B`);
    }
    const missing = await answerWith({ loadGrammar: () => Promise.reject(new Error("not there")) });
    assert.deepEqual(missing, { view: undefined, failures: ["python"] });
  });

  it("is none for a language without a grammar, nor after the end", async () => {
    await syntax.loaded("plaintext");
    assert.equal(syntax.view("plaintext"), undefined);
    const ended = new Syntax(packagedGrammars);
    await ended.loaded("go");
    const view = ended.view("go");
    assert.equal(view?.surroundings("f(\n"), "value");
    ended.dispose();
    assert.equal(ended.view("go"), undefined);
    assert.equal(view.surroundings("g(\n"), undefined);
    assert.equal(view.isComplete({ before: "", text: "g()", beginAt: 0 }), false);
  });

  it("comes to nothing when it is disposed of while it loads", async () => {
    const ended = new Syntax(packagedGrammars);
    const loaded = ended.loaded("rust");
    ended.dispose();
    await loaded;
    assert.equal(ended.view("rust"), undefined);
  });

  it("makes no difference in plain cases", () => {
    const cases = [
      ["function f() {\n  █\n}", "a();\n  b();\n}\n"],
      ["function f() {\n  █\n}", "if (a) {\n    b();\n  }\n\n  c();"],
      ["if (a) {█", "\n  b();\n}\nc();"],
      ["if (a) {█", "\n  b();\n} else {\n  c();\n}\nd();"],
      ["if (a) █", "{\n  b();\n}\nelse {\n  c();\n}\nd();"],
      ["const a = █", "b;\nc();"],
      ["f(a█)", ", b\n);"],
      ["f(\n  █\n)", "a,\n  b"],
      ["// a\n█", "b();\nc();\n\nd();"],
    ] as const;
    for (const [marked, answer] of cases) {
      const place = placeAt(marked, "typescript");
      const extent = extentOf(place, undefined);
      const cut = cutAt({ text: answer, isDone: true }, place, extent, undefined);
      assert.equal(shown(marked, answer), answer.slice(0, cut.endChars), marked);
    }
  });
});

describe("the end of a streamed answer, by syntax", () => {
  for (const languageId of languages) {
    it(`never moves back, nor at all once it is whole: ${languageId}`, () => {
      holdSteady(languageId, viewOf(languageId), 300);
    });
  }
});
