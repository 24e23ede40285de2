import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cutTokens, Oracle, wrongText } from "../../bench/replay/oracle.ts";

const above = "import { sum } from './sum.ts';\n\n";
const typed = "function total(prices: number[]) {\n  return sum(prices) + 1200;\n}";
const below = "\n\nexport const last = 1;\n";
const file = { final: above + typed + below, regionEnd: above.length + typed.length };
const sure = new Oracle(file, { accuracy: 1, maxTokens: 60 });

/** The text before the cursor when so much of the region is typed. */
const upTo = (part: string): string => {
  const at = typed.indexOf(part);
  assert.ok(at >= 0, `"${part}" is typed`);
  return above + typed.slice(0, at + part.length);
};

describe("the tokens of the oracle", () => {
  it("are up to six letters with the space before them, line breaks with indents, digits and signs", () => {
    const cases: [string, string[]][] = [
      ["prices", ["prices"]],
      ["constant x", ["consta", "nt", " x"]],
      ["a_b1234", ["a_b", "123", "4"]],
      ["\n  }", ["\n  ", "}"]],
      ["\n  if", ["\n  if"]],
      ["\n\n", ["\n", "\n"]],
      [");x", [");", "x"]],
      ["...é", ["..", ".é"]],
      [" = {", [" ", "=", " ", "{"]],
    ];
    for (const [text, tokens] of cases) assert.deepEqual(cutTokens(text), tokens, text);
  });

  it("are the text, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(cutTokens(text).join(""), text);
      }),
    );
  });
});

describe("the oracle", () => {
  it("goes on from any cursor to where the text below begins, and no further", () => {
    for (const part of ["function", "function to", "(prices", "{", "{\n  ", "1200;", "1200;\n"]) {
      const before = upTo(part);
      assert.equal(sure.answer(before, 60).join(""), (above + typed).slice(before.length), part);
    }
    assert.deepEqual(sure.answer(above + typed, 60), []);
  });

  it("cuts its tokens from the cursor", () => {
    assert.deepEqual(sure.answer(upTo("func"), 2), ["tion", " total"]);
    assert.deepEqual(sure.answer(upTo("fun"), 2), ["ction", " total"]);
  });

  it("says no more tokens than it is asked for, nor more than it can", () => {
    assert.equal(sure.answer(above, 5).length, 5);
    assert.equal(new Oracle(file, { accuracy: 1, maxTokens: 3 }).answer(above, 60).length, 3);
  });

  it("carries on from the text before a slip of up to 12 characters", () => {
    const before = upTo("return ");
    const rest = (above + typed).slice(before.length);
    assert.equal(sure.answer(`${before}q`, 60).join(""), rest);
    assert.equal(sure.answer(`${before}qqqqqqqqqqqq`, 60).join(""), rest);
    assert.deepEqual(sure.answer(`${before}qqqqqqqqqqqqq`, 60), []);
  });

  it("says nothing where the text before the cursor does not tell the place", () => {
    assert.deepEqual(sure.answer("", 60), []);
    assert.deepEqual(sure.answer("import ", 60), [], "less than 8 characters");
    const twice = { final: "const a = 1;\nconst a = 1;\nlast", regionEnd: 30 };
    const unsure = new Oracle(twice, { accuracy: 1, maxTokens: 60 });
    assert.deepEqual(unsure.answer("const a = 1;", 60), [], "it stands there twice");
    assert.equal(unsure.answer("const a = 1;\nconst a = 1;\n", 60).join(""), "last");
  });
});

describe("an oracle that errs", () => {
  const doubtful = new Oracle(file, { accuracy: 0.9, maxTokens: 60 });

  it("is wrong from the first token on that it does not know, and never right again", () => {
    for (let length = above.length; length < above.length + typed.length; length++) {
      const before = file.final.slice(0, length);
      const [right, given] = [sure.answer(before, 60), doubtful.answer(before, 60)];
      const from = given.findIndex((token, index) => token !== right[index]);
      const wrong = from < 0 ? [] : right.slice(from).map(wrongText);
      assert.deepEqual(given, [...right.slice(0, from < 0 ? right.length : from), ...wrong]);
    }
  });

  it("errs at the same place of the file, from wherever it is asked", () => {
    const [tokens, given] = [sure.answer(above, 60), doubtful.answer(above, 60)];
    assert.deepEqual(doubtful.answer(above, 60), given);
    const isWrongAlone = (index: number) => {
      const before = above + tokens.slice(0, index).join("");
      return doubtful.answer(before, 1)[0] !== tokens[index];
    };
    const firstWrong = given.findIndex((token, index) => token !== tokens[index]);
    assert.ok(firstWrong > 0, "some are right and some are wrong");
    assert.equal(
      tokens.findIndex((_, index) => isWrongAlone(index)),
      firstWrong,
    );
  });

  it("errs as often as it is told", () => {
    const long = Array.from({ length: 4_000 }, (_, index) => `w${index};\n`).join("");
    const known = { final: long, regionEnd: long.length };
    const oracle = new Oracle(known, { accuracy: 0.8, maxTokens: 1 });
    let [asked, right] = [0, 0];
    for (let at = 200; at < 20_000; at += 3) {
      const [token] = oracle.answer(long.slice(Math.max(0, at - 40), at), 1);
      asked++;
      if (token !== undefined && long.startsWith(token, at)) right++;
    }
    assert.ok(Math.abs(right / asked - 0.8) < 0.02, `${right} of ${asked}`);
  });

  it("turns letters by half the alphabet, and marks what has none", () => {
    assert.equal(wrongText(" Nab_zM1"), " Ano_mZ1");
    assert.equal(wrongText("\n  "), "\n  zq");
    assert.equal(wrongText("12"), "12zq");
  });
});
