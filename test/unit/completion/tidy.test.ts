import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tidy } from "../../../src/completion/tidy/tidy.ts";
import { atCursor, shownAt } from "../../helpers/cursor.ts";

/** The document with the cursor, what the model says, and the document with the ghost text in `«»`. */
type Case = readonly [marked: string, answer: string, shown: string | undefined];

function hold(name: string, cases: readonly Case[]): void {
  describe(name, () => {
    for (const [marked, answer, expected] of cases) {
      it(`${JSON.stringify(marked)} and ${JSON.stringify(answer)}`, () => {
        const fitted = tidy(answer, atCursor(marked));
        assert.equal(fitted && shownAt(marked, fitted), expected);
      });
    }
  });
}

hold("tidy neither repeats nor drops a bracket the editor closed", [
  ["log(█)", "value", "log(«value»)"],
  ["log(█)", "value)", "log(«value»)"],
  ["log(█)", "value);", "log(«value»)«;»"],
  ["log(█)", "value;", "log(«value»)"],
  ["log(█)", '"a", fn(b)', 'log(«"a", fn(b)»)'],
  ["log(█)", '"a", fn(b))', 'log(«"a", fn(b)»)'],
  ["log(█)", '"a", fn(b));', 'log(«"a", fn(b)»)«;»'],
  ["log(█)", "a).then(b)", "log(«a).then(b»)"],
  ["log(█)", "a) || fn(", "log(«a) || fn(»)"],
  ["log(█)", ")", undefined],
  ["log(█)", ");", "log()«;»"],
  ["log(█)", "don't)", "log(«don't»)"],
  ["log(█);", "value", "log(«value»);"],
  ["log(█);", "value)", "log(«value»);"],
  ["log(█);", "value);", "log(«value»);"],
  ["log(█);", ");", undefined],
  ["log(█);", "a).then(b", "log(«a).then(b»);"],
  ["log(█);", "a).then(b)", "log(«a»);"],
  ["f(█).g()", "a;", "f(«a»).g()"],
  ["f(█)  ", "x);", "f(«x»)«;»  "],
  ["f( █ )", "x )", "f( «x» )"],
  ["f( █ )", "x)", "f( «x» )"],
  ["list[█]", "map[key]", "list[«map[key]»]"],
  ["list[█] = 1;", "0] = 1;", "list[«0»] = 1;"],
  ["list[█] = 1;", "0] = 2;", "list[«0»] = 1;"],
  ["if (x) {█}", " return y; ", "if (x) {« return y; »}"],
  ["if (x) {█}", " return { y }; }", "if (x) {« return { y }; »}"],
  ["items.map(█)", "(x) => x.id)", "items.map(«(x) => x.id»)"],
  ["foo█", "(x)", "foo«(x)»"],
]);

hold("tidy counts nested closers", [
  ["foo(bar(█))", "a)", "foo(bar(«a»))"],
  ["foo(bar(█))", "a))", "foo(bar(«a»))"],
  ["foo(bar(█))", "a));", "foo(bar(«a»))«;»"],
  ["foo(bar(█))", "a), b", "foo(bar(«a»))"],
  ["foo(bar(█)", "a))", "foo(bar(«a)»)"],
  ["foo(bar(█)", "))", "foo(bar(«)»)"],
  ["foo([█])", "1, 2])", "foo([«1, 2»])"],
  ["foo([█])", "1, 2]", "foo([«1, 2»])"],
  ["foo({ a: [█] })", "1, (2)] })", "foo({ a: [«1, (2)»] })"],
  ["foo(█);", '{ a: [1], b: "x)" });', 'foo(«{ a: [1], b: "x)" }»);'],
  ["let a: M<█>", "A<B>, C>();", "let a: M<«A<B>, C»>«();»"],
  ["let a: M<█>", "string", "let a: M<«string»>"],
  ["let a: M<█>", "() => void", "let a: M<«() => void»>"],
  ["let a: M<█>", "() => void>();", "let a: M<«() => void»>«();»"],
  ["<p█></p>", " a={b => c}>x</p>", "<p« a={b => c}»></p>"],
]);

hold("tidy knows inside of quotes from outside", [
  ['"█"', "hello", '"«hello»"'],
  ['"█"', 'hello"', '"«hello»"'],
  ['"█"', 'hello";', '"«hello»"«;»'],
  ['"█"', 'hello " + name', '"«hello »"« + name»'],
  ['"█"', 'hello " + name + "', '"«hello " + name + "»"'],
  ['"█"', "it's (not", '"«it\'s (not»"'],
  ['"█"', 'a \\" b"', '"«a \\" b»"'],
  ['"█"', '"', undefined],
  ['log("█")', 'hello")', 'log("«hello»")'],
  ['log("█")', 'hello");', 'log("«hello»")«;»'],
  ['log("█")', 'hello"', 'log("«hello»")'],
  ['log("█")', 'a", fn("b"))', 'log("«a", fn("b»"«)»)'],
  ['log("█", b)', 'x", b)', 'log("«x»", b)'],
  ['log("█", b)', 'x", c)', 'log("«x»", b)'],
  ["log('█');", "it\\'s');", "log('«it\\'s»');"],
  ["log(`█`)", "a ${b[`c`]}`)", "log(`«a ${b[`c`]}»`)"],
  ["`${█}`", "a}`;", "`${«a»}`«;»"],
]);

hold("tidy keeps other text right of the cursor and does not repeat it", [
  ["foo(█, b)", "a", "foo(«a», b)"],
  ["foo(█, b)", "a, b)", "foo(«a», b)"],
  ["foo(█, b)", "a, b", "foo(«a», b)"],
  ["foo(█, b)", "a, c)", "foo(«a, c», b)"],
  ["foo(█, b)", "a(1, b), b);", "foo(«a(1, b), b», b)"],
  ["foo(█, b)", "fn(1, b)", "foo(«fn(1, b)», b)"],
  ["foo(█, b);", ", b);", undefined],
  ['foo(█"b")', '"a", ', 'foo(«"a", »"b")'],
  ["x = █ + y;", "a", "x = «a» + y;"],
  ["x = █ + y;", "a + y;", "x = «a» + y;"],
  ["x = █ + y;", "a;", "x = «a» + y;"],
  ["x = █ // note", "a;", "x = «a;» // note"],
  ["  x: █,", "fn(a, b)", "  x: «fn(a, b)»,"],
  ["  x: █,", "fn(a, b),", "  x: «fn(a, b)»,"],
  ["f(█),", "a) || g(b, c)", "f(«a»),"],
  ["foo█;", "(a); b()", "foo«(a); b()»;"],
  ["if (█) {", "f(x)) {", "if («f(x)») {"],
  ["if (█) {", "x)", "if («x») {"],
  ["if (█) {", "x) return;", "if («x») {"],
  ["f(█, () => {", "x, () => {", "f(«x», () => {"],
  ["<div a={█}>", "b}>text</div>", "<div a={«b»}«>text</div»>"],
  ["<div>█</div>", "text</div>", "<div>«text»</div>"],
  ["import {█ } from 'a';", " b } from 'a';", "import {« b» } from 'a';"],
  ["log(█) // don't", "value)", "log(«value») // don't"],
  ['"😀█😀"', 'x😀"', '"😀«x»😀"'],
  ["a = 😀█;", "😀;", "a = 😀«😀»;"],
]);

describe("tidy puts the cursor", () => {
  it("behind what the suggestion says too, and before what only the document says", () => {
    const replaced = (marked: string, answer: string) =>
      tidy(answer, atCursor(marked))?.replaceAfterChars;
    assert.equal(replaced("foo(█, b)  ", "a, b)"), 4);
    assert.equal(replaced("foo(█)", "a)"), 1);
    assert.equal(replaced("foo(█)", "a"), 0);
    assert.equal(replaced("foo(█, b)", "a, b"), 0);
  });
});

hold("tidy stops at the line's end, or goes on over the block of a blank line", [
  ["foo(█)", "x)\ny", "foo(«x»)"],
  ["foo(█", "x)\r\ny", "foo(«x)»"],
  ["def f():█\n", "\n    return 1\n\ndef g():", "def f():«\n    return 1»\n"],
  ["def f():\n    █\n", "a = 1\n    return a\n\ndef g():", "def f():\n    «a = 1\n    return a»\n"],
  ["\t█\n", "a\n\tb\n\t\n\tc", "\t«a\n\tb»\n"],
  ["█\r\nb\r\n", "x\r\ny\r\n\r\nz", "«x\r\ny»\r\nb\r\n"],
  ["█  \n", "x\ny\n", "«x\ny»  \n"],
  ["x█", "\n\nfoo", undefined],
  ["█", "   \n\t", undefined],
  ["x█", "", undefined],
  ["foo(█)", "x ", "foo(«x»)"],
]);

hold("tidy gives a line between brackets a line of its own", [
  ["if (x) {█}", "\n    return 1;\n}", "if (x) {«\n    return 1;\n»}"],
  ["  if (x) {█}", "\r\n    return 1;", "  if (x) {«\n    return 1;\n  »}"],
  ["\tf([█]);", "\n\t\ta,\n\t]);", "\tf([«\n\t\ta,\n\t»]);"],
  ["if (x) {█}", "\n}", undefined],
  ["if (x) {█}", "\n", undefined],
  ["if (x) {a█}", "\n    return 1;", undefined],
]);

hold("tidy ends at an echo of the lines below", [
  ["a\n█\nbar();\n", "foo();\nbar();\nbaz();", "a\n«foo();»\nbar();\n"],
  ["a\n█\nbar();\n", "bar();", undefined],
  ["a\n█\n\n\nbar();\n", "foo();\nbar();", "a\n«foo();»\n\n\nbar();\n"],
  ["a\n█\r\nbar();\r\n", "foo();\r\nbar();\r\n", "a\n«foo();»\r\nbar();\r\n"],
  ["  █\n  break;\n", "a();\n  break;\ncase 2:", "  «a();»\n  break;\n"],
  ["  █\n  return;\n", "if (a) {\n    return;\n  }", "  «if (a) {\n    return;\n  }»\n  return;\n"],
  ["a\n█\n}\n", "if (a) {\n}\n", "a\n«if (a) {\n}»\n}\n"],
  ["b█\nbar();\n", "ar();", "b«ar();»\nbar();\n"],
]);

hold("tidy ends at a model's control token and lets HTML be", [
  ["foo(█)", "<|fim_suffix|>", undefined],
  ["foo(█)", "a<|endoftext|>)", "foo(«a»)"],
  ["foo(█)", "a<fim_middle>b", "foo(«a»)"],
  ["foo(█)", "a<｜end▁of▁sentence｜>", "foo(«a»)"],
  ["foo(█)", "a <EOT>", "foo(«a»)"],
  ["foo(█)", "a</s>", "foo(«a»)"],
  ["█", "<pre>a</pre>", "«<pre>a</pre>»"],
  ["█", "<s>a</s>", "«<s>a</s>»"],
  ["█", "a <| b |> c", "«a <| b |> c»"],
]);
