import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KnownAnswers } from "../../../src/completion/knownAnswers.ts";
import { atCursor } from "../../helpers/cursor.ts";

const placeAt = (marked: string) => {
  const { before, after } = atCursor(marked);
  return { before, after, offset: before.length };
};

/** What an answer to the first place says at the second; undefined where it says nothing. */
function known(asked: string, answer: string, at: string): string | undefined {
  const answers = new KnownAnswers();
  answers.grow(answers.begin("remote", placeAt(asked)), answer);
  return answers.find(placeAt(at))[0]?.rest;
}

const typed = "function add(a, b) {\n  ret█\n}\n";
const said = "urn a + b;\n}\n\nadd(1, 2);";

void describe("known answers", () => {
  const cases: readonly [string, string, string | undefined][] = [
    ["where it was asked for", typed, said],
    ["typed along", "function add(a, b) {\n  return a█\n}\n", " + b;\n}\n\nadd(1, 2);"],
    [
      "typed along to its next line",
      "function add(a, b) {\n  return a + b;\n}█\n}\n",
      "\n\nadd(1, 2);",
    ],
    [
      "typed along over a blank line",
      "function add(a, b) {\n  return a + b;\n}\n\nad█\n}\n",
      "d(1, 2);",
    ],
    ["at its end", "function add(a, b) {\n  return a + b;\n}\n\nadd(1, 2);█\n}\n", ""],
    [
      "typed past its end",
      "function add(a, b) {\n  return a + b;\n}\n\nadd(1, 2);x█\n}\n",
      undefined,
    ],
    ["typed another way", "function add(a, b) {\n  rex█\n}\n", undefined],
    ["before its begin", "function add(a, b) {\n  re█\n}\n", undefined],
    ["under another line above", "function sum(a, b) {\n  ret█\n}\n", undefined],
    ["before another text below", "function add(a, b) {\n  ret█\nother();\n}\nmore();\n", said],
    ["where the text below is gone", "function add(a, b) {\n  ret█\nother();\n", undefined],
  ];
  for (const [name, at, expected] of cases) {
    void it(`are ${expected === undefined ? "not " : ""}found ${name}`, () => {
      assert.equal(known(typed, said, at), expected);
    });
  }

  void it("are found again after a typing error was taken back", () => {
    const answers = new KnownAnswers();
    answers.grow(answers.begin("remote", placeAt(typed)), said);
    answers.begin("remote", placeAt("function add(a, b) {\n  rex█\n}\n"));
    assert.equal(
      answers.find(placeAt("function add(a, b) {\n  retu█\n}\n"))[0]?.rest,
      said.slice(1),
    );
  });

  void it("are found on a line that the editor indented further than they said, moved there", () => {
    const asked = "if (x) {█\n}\n";
    assert.equal(known(asked, "\n  a();\n  b();", "if (x) {\n      █\n}\n"), "a();\n      b();");
  });

  void it("are not found on a line they outdent, where the editor keeps the indentation: it would go on in the block", () => {
    const asked = "def f(xs):\n    for x in xs:\n        print(x)█\n\ndef g():";
    const at = asked.replace("█", "\n        █");
    assert.equal(known(asked, "\n    return xs", at), undefined);
    assert.equal(known(asked, "\n\n    return xs", at.replace(")\n    ", ")\n\n    ")), undefined);
    assert.equal(known("  a();\n  █\n", "b();\n}", "  a();\n  b();\n  █\n"), undefined);
    assert.equal(known(asked, "\n    return xs", asked.replace("█", "\n    █")), "return xs");
  });

  void it("are found on a line that is indented less: the rest of the indentation is theirs", () => {
    assert.equal(known("if (x) {█\n}\n", "\n    a();", "if (x) {\n  █\n}\n"), "  a();");
  });

  void it("are found between the brackets that the editor closed", () => {
    const asked = "void run(function () █\nnext();\n";
    const at = "void run(function () {\n  █\n}\nnext();\n";
    assert.equal(known(asked, "{\n  go();\n});", at), "go();\n});");
  });

  void it("have the document's line ends, whatever the model's are", () => {
    const asked = "a();\r\nb█\r\nend();\r\n";
    assert.equal(known(asked, "();\nc();", "a();\r\nb();\r\n█\r\nend();\r\n"), "c();");
    assert.equal(known(asked, "();\r\nc();", "a();\r\nb();\r\n█\r\nend();\r\n"), "c();");
  });

  void it("come with the newest first, and no longer once forgotten", () => {
    const answers = new KnownAnswers();
    const first = answers.begin("remote", placeAt(typed));
    answers.grow(first, "urn 1;");
    const second = answers.begin("draft", placeAt(typed));
    answers.grow(second, "urn 2;");
    const rests = () => answers.find(placeAt(typed)).map(({ rest }) => rest);
    assert.deepEqual(rests(), ["urn 2;", "urn 1;"]);
    answers.forget(second);
    assert.deepEqual(rests(), ["urn 1;"]);
  });

  void it("are the last hundred, those that still stream included", () => {
    const answers = new KnownAnswers();
    const open = answers.begin("remote", placeAt("open█"));
    for (let each = 0; each < 300; each++) {
      answers.begin("remote", placeAt(`closed${each}█`)).isOpen = false;
    }
    assert.equal(answers.find(placeAt("closed100█")).length, 0);
    assert.equal(answers.find(placeAt("closed299█")).length, 1);
    answers.grow(open, "s");
    assert.equal(answers.find(placeAt("open█"))[0]?.rest, "s");
  });

  void it("of text far above do not matter, of text near above do", () => {
    const far = `${"x".repeat(50)}\n`.repeat(30);
    const near = `${"y".repeat(40)}\n`.repeat(8);
    assert.equal(known(`${far}${near}ret█`, "urn", `changed\n${far}${near}ret█`), "urn");
    assert.equal(known(`${far}${near}ret█`, "urn", `${far}${near.slice(0, -2)}z\nret█`), undefined);
  });

  void it("say at every place of an answer what is left of it, however it streamed", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "{", "é"), maxLength: 60 });
    const property = fc.property(
      text,
      text,
      fc.array(fc.nat(8), { maxLength: 10 }),
      (before, answer, cuts) => {
        const answers = new KnownAnswers();
        const begun = answers.begin("remote", { before, after: "", offset: before.length });
        let at = 0;
        for (const cut of cuts) answers.grow(begun, answer.slice(at, (at += cut)));
        answers.grow(begun, answer.slice(at));
        for (let chars = 0; chars <= answer.length; chars++) {
          const said = before + answer.slice(0, chars);
          const place = { before: said, after: "", offset: said.length };
          assert.ok(answers.find(place).some(({ rest }) => rest === answer.slice(chars)));
        }
      },
    );
    fc.assert(property); // prints its seed when it fails
  });
});

void describe("the text above an answer's line", () => {
  const mostChars = 400;
  /** A place with no more of the text above than a snapshot has. */
  const near = (before: string) => ({
    before: before.slice(-mostChars),
    after: "",
    offset: before.length,
  });
  const above = "function area(radius) {\n".padEnd(mostChars, "// what it is for\n");
  const lines = Array.from({ length: 30 }, (_, at) => `  const value${at} = radius * ${at};\n`);
  const said = lines.join("");
  /** How it is seen at the start of each of the answer's lines, with another text there than was asked for. */
  const standings = (answers: KnownAnswers, changed: (before: string) => string) =>
    lines.map((_, at) => {
      const before = changed(above + lines.slice(0, at).join(""));
      return answers.find(near(before))[0]?.standing;
    });
  const begun = () => {
    const answers = new KnownAnswers();
    answers.grow(answers.begin("remote", near(above)), said);
    return answers;
  };

  void it("is the same where the answer was typed along for longer than is looked at", () => {
    assert.deepEqual(new Set(standings(begun(), (before) => before)), new Set(["current"]));
  });

  void it("is asked about once where it has changed, however far the answer is typed along", () => {
    for (const changed of [
      (before: string) => before.replace("area(radius)", "area(r)"),
      (before: string) => before.replace("value0 = radius", "value0 = r"),
    ]) {
      const answers = begun();
      const from = standings(answers, changed).indexOf("outdated");
      assert.ok(from >= 0);
      answers.askedAt(near(changed(above + lines.slice(0, from).join(""))));
      assert.ok(!standings(answers, changed).includes("outdated"));
    }
  });
});

void describe("an answer that has not come so far", () => {
  void it("may reach a place that was typed past its end, while it is open", () => {
    const answers = new KnownAnswers();
    const answer = answers.begin("remote", placeAt("const a = f█\n"));
    answers.grow(answer, "oo");
    assert.ok(answer.mayReach(placeAt("const a = foo(b█\n")));
    assert.ok(!answer.mayReach(placeAt("const a = fob(b█\n")));
    assert.ok(!answer.mayReach(placeAt("const a = fo█\n")), "that is known");
    answer.isOpen = false;
    assert.ok(!answer.mayReach(placeAt("const a = foo(b█\n")));
  });
});
