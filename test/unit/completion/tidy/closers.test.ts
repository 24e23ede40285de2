import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tidy } from "../../../../src/completion/tidy/tidy.ts";
import { holdShown, placeAt } from "../../../helpers/tidyTable.ts";

holdShown("tidy neither repeats nor drops a bracket the editor closed", [
  ["log(█)", "value", "log(«value»)"],
  ["log(█)", "value)", "log(«value»)"],
  ["log(█)", "value);", "log(«value»)«;»"],
  ["log(█)", "value;", "log(«value»)"],
  ["log(█)", '"a", fn(b)', 'log(«"a", fn(b)»)'],
  ["log(█)", '"a", fn(b))', 'log(«"a", fn(b)»)'],
  ["log(█)", '"a", fn(b));', 'log(«"a", fn(b)»)«;»'],
  ["log(█)", "a).then(b)", "log(«a).then(b»)"],
  ["log(█)", "a) || fn(", "log(«a) || fn(»)"],
  ["log(█)", "a) + ((", "log(«a»)"],
  ["log(█)", ")", undefined],
  ["log(█)", ");", "log()«;»"],
  ["log(█)", "don't)", "log(«don't»)"],
  ["log(█);", "value", "log(«value»);"],
  ["log(█);", "value)", "log(«value»);"],
  ["log(█);", "value);", "log(«value»);"],
  ["log(█);", ");", undefined],
  ["log(█);", "a).then(b", "log(«a).then(b»);"],
  ["log(█);", "a).then(b)", "log(«a).then(b»);"],
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

holdShown("tidy counts nested closers", [
  ["foo(bar(█))", "a)", "foo(bar(«a»))"],
  ["foo(bar(█))", "a))", "foo(bar(«a»))"],
  ["foo(bar(█))", "a));", "foo(bar(«a»))«;»"],
  ["foo(bar(█))", "a), b", "foo(bar(«a»))"],
  ["foo(bar(█)", "a)", "foo(bar(«a)»)"],
  ["foo(bar(█)", "a))", "foo(bar(«a)»)"],
  ["foo(bar(█)", ")", "foo(bar(«)»)"],
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

holdShown("tidy knows inside of quotes from outside", [
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

holdShown("tidy knows a bracket that the editor closed in quotes", [
  ['print(f"hello {█}")', 'name}")', 'print(f"hello {«name»}")'],
  ['print(f"hello {█}")', "name", 'print(f"hello {«name»}")'],
  ['print(f"hello {█}")', 'name}, {other}")', 'print(f"hello {«name}, {other»}")'],
  ['print(f"{a} and {f(█)}")', 'b)}")', 'print(f"{a} and {f(«b»)}")'],
  ["s = '%(█)s'", "name)s' % values", "s = '%(«name»)s'« % values»"],
  ["re.compile(r'\\(█)')", "\\w+\\)')", "re.compile(r'\\(«\\w+\\»)')"],
  ['Log($"{█}");', 'd["a"]}");', 'Log($"{«d["a"]»}");'],
  ['println!("{█}");', 'name}");', 'println!("{«name»}");'],
  ['puts "#{█}"', 'name}"', 'puts "#{«name»}"'],
  ["sh(`echo $(█)`);", "pwd)`);", "sh(`echo $(«pwd»)`);"],
  ['print(f"total {█}")', "total}", 'print(f"total {«total»}")'],
  ['print(f"got {█} items")', "len(xs)}", 'print(f"got {«len(xs)»} items")'],
  ["log(`a ${█}`);", "b}", "log(`a ${«b»}`);"],
  ['f("(" + g("x (█)"))', 'a)"))', 'f("(" + g("x («a»)"))'],
]);

holdShown("tidy repeats nothing of a line whose bracket is closed on a line below", [
  ['it("does █", () => {', 'a thing", () => {', 'it("does «a thing»", () => {'],
  ['it("does █", () => {', 'a thing"', 'it("does «a thing»", () => {'],
  ["items.forEach((a█) => {", ", b) => {", "items.forEach((a«, b») => {"],
  ["items.forEach((a█) => {", ", b", "items.forEach((a«, b») => {"],
  ['if (foo("█") &&', 'a") &&', 'if (foo("«a»") &&'],
  ["x = foo(bar(█),", "a), b(c)", "x = foo(bar(«a), b(c»),"],
  ["x = { a: foo(█),", "x)", "x = { a: foo(«x»),"],
  ["foo(bar(█)", "a))", "foo(bar(«a)»)"],
]);

holdShown("tidy keeps other text right of the cursor and does not repeat it", [
  ["foo(█, b)", "a", "foo(«a», b)"],
  ["foo(█, b)", "a, b)", "foo(«a», b)"],
  ["foo(█, b)", "a, b", "foo(«a», b)"],
  ["foo(█, b)", "a, c)", "foo(«a, c», b)"],
  ["foo(█, b)", "a < c, b", "foo(«a < c», b)"],
  ["foo(█, b)", "a(1, b), b);", "foo(«a(1, b)», b)"],
  ["foo(█, b)", "fn(1, b)", "foo(«fn(1, b)», b)"],
  ["foo(█, b);", ", b);", undefined],
  ['foo(█"b")', '"a", ', 'foo(«"a", »"b")'],
  ["x = █ + y;", "a", "x = «a» + y;"],
  ["x = █ + y;", "a + y;", "x = «a» + y;"],
  ["x = █ + y;", "a;", "x = «a» + y;"],
  ["x = █ // note", "a;", "x = «a;» // note"],
  ["  x: █,", "fn(a, b)", "  x: «fn(a, b)»,"],
  ["  x: █,", "fn(a, b),", "  x: «fn(a, b)»,"],
  ["f(█),", "a) || g(b, c)", "f(«a) || g(b, c»),"],
  ["foo█;", "(a); b()", "foo«(a); b()»;"],
  ["if (█) {", "f(x)) {", "if («f(x)») {"],
  ["if (█) {", "x)", "if («x») {"],
  ["if (█) {", "x) return;", "if («x») {"],
  ["f(█, () => {", "x, () => {", "f(«x», () => {"],
  ["<div a={█}>", "b}>text</div>", "<div a={«b»}«>text</div»>"],
  ["<div>█</div>", "text</div>", "<div>«text»</div>"],
  ["import {█ } from 'a';", " b } from 'a';", "import {« b» } from 'a';"],
  ["log(█) // don't", "value)", "log(«value») // don't"],
  ["foo('█'); // don't", "x');", "foo('«x»'); // don't"],
  ["foo('█//b'); // don't", "a", "foo('«a»//b'); // don't"],
  ["// foo(█) // don't", "x)", "// foo(«x») // don't"],
  ['"😀█😀"', 'x😀"', '"😀«x»😀"'],
  ["a = 😀█;", "😀;", "a = 😀«😀»;"],
]);

holdShown(
  "tidy takes no lifetime for a quote",
  [
    ["f<'a>(x: &'a str█) {}", ", y: &'a str) -> &'a str {", "f<'a>(x: &'a str«, y: &'a str») {}"],
    ["f<'a>(x: &'a str█)", ", y: &'a str)", "f<'a>(x: &'a str«, y: &'a str»)"],
    ["f(k: &str█) -> &'static T {}", ", d: u8)", "f(k: &str«, d: u8») -> &'static T {}"],
    ["f('(', █)", "')')", "f('(', «')'»)"],
  ],
  "rust",
);

describe("tidy puts the cursor", () => {
  it("behind what the suggestion says too, and before what only the document says", () => {
    const replaced = (marked: string, answer: string) => {
      const tidied = tidy(answer, placeAt(marked));
      return tidied.kind === "fitted" ? tidied.replaceAfterChars : undefined;
    };
    assert.equal(replaced("foo(█, b)  ", "a, b)"), 4);
    assert.equal(replaced("foo(█)", "a)"), 1);
    assert.equal(replaced("foo(█)", "a"), 0);
    assert.equal(replaced("foo(█, b)", "a, b"), 0);
  });
});
