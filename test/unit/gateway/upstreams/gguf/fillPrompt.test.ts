import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FillPrompt } from "../../../../../src/gateway/upstreams/gguf/fillPrompt.ts";
import type { Vocabulary } from "../../../../../src/gateway/upstreams/gguf/tokenModel.ts";
import type { Place } from "../../../../../src/gateway/upstreams/settledPlace.ts";

/** A token for each UTF-16 unit; the marks read as letters in brackets. */
const marks = { begin: undefined, prefix: -1, suffix: -2, middle: -3 };
const letters: Vocabulary = {
  marks,
  tokenize: (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)),
};
const withoutMiddle: Vocabulary = { ...letters, marks: { ...marks, middle: undefined, begin: -4 } };
const spelled: Readonly<Record<number, string>> = {
  "-1": "<P>",
  "-2": "<S>",
  "-3": "<M>",
  "-4": "<B>",
};
const read = (tokens: readonly number[]): string =>
  tokens.map((token) => spelled[token] ?? String.fromCharCode(token)).join("");

const place = (marked: string, path = "a.ts"): Place => {
  const [before = "", after = ""] = marked.split("█");
  return { path, before, after };
};
const limit = 2_000;

/** How many tokens of the second prompt are not the first ones of the first. */
function added(one: readonly number[], other: readonly number[]): number {
  const differs = other.findIndex((token, at) => token !== one[at]);
  return differs < 0 ? 0 : other.length - differs;
}

describe("a prompt for filling in", () => {
  it("has the lines above, the text below and the cursor's line, in this order", () => {
    const prompt = new FillPrompt(letters).next(place("a\nb\nlet x█;\nc\n"), limit);
    assert.equal(read(prompt), "<P>a\nb\n<S>;\nc\n<M>let x");
  });

  it("has the text below first where there is no middle mark", () => {
    const prompt = new FillPrompt(withoutMiddle).next(place("a\nlet x█;\nc\n"), limit);
    assert.equal(read(prompt), "<B><S>;\nc\n<P>a\nlet x");
  });

  it("grows by what is typed, over several lines", () => {
    const prompts = new FillPrompt(letters);
    const typed = "let x = 1;\nlet y = 2;\n\nreturn x + y;";
    let last = prompts.next(place("a();\n█\nend();\n"), limit);
    for (let chars = 1; chars <= typed.length; chars++) {
      const next = prompts.next(place(`a();\n${typed.slice(0, chars)}█\nend();\n`), limit);
      assert.equal(added(last, next), 1, typed.slice(0, chars));
      last = next;
    }
  });

  const steps: readonly (readonly [string, string, string, boolean])[] = [
    ["a bracket that the editor closes", "f█\nb", "f(█)\nb", true],
    ["a quote that the editor closes", "f(█)\nb", 'f("█")\nb', true],
    ["a bracket typed over", "f(█)\nb", "f()█\nb", true],
    ["characters taken back", "a\nfoo█\nb", "a\nf█\nb", true],
    ["another word behind the cursor", "f█\nb", "f█ x\nb", false],
    ["another line below", "f█\nb", "f█\nc", false],
    ["another line above", "a\nf█\nb", "x\nf█\nb", false],
    ["a bracket closed on a line that is left", "f█\nb", "f {\n  █}\nb", false],
  ];
  for (const [what, one, other, isSame] of steps) {
    it(`${isSame ? "keeps" : "does not keep"} its place with ${what}`, () => {
      const prompts = new FillPrompt(letters);
      prompts.next(place(one), limit);
      const next = read(prompts.next(place(other), limit));
      const anew = read(new FillPrompt(letters).next(place(other), limit));
      const tail = (prompt: string) => /<S>([^]*)<M>/.exec(prompt)?.[1];
      if (isSame) assert.equal(tail(next), place(one).after);
      else assert.equal(next, anew);
    });
  }

  it("does not take one file for another", () => {
    const prompts = new FillPrompt(letters);
    prompts.next(place("f█", "a.ts"), limit);
    assert.equal(read(prompts.next(place("f(█)", "b.ts"), limit)), "<P><S>)<M>f(");
  });

  it("has at most 64 tokens of the text below", () => {
    const prompt = read(new FillPrompt(letters).next(place(`a█${"x".repeat(1_000)}`), limit));
    assert.match(prompt, /^<P><S>x{64}<M>a$/);
  });

  it("is read nearly as it was at each key in a file and a line of any length", () => {
    for (const line of ["", "x".repeat(20_000), "y".repeat(499)]) {
      const prompts = new FillPrompt(letters);
      const above = "const value = 12345;\n".repeat(2_000) + line;
      let readAnew = 0;
      let last = prompts.next(place(`${above}█`), limit);
      for (let chars = 1; chars <= 200; chars++) {
        const next = prompts.next(place(`${above}${"z".repeat(chars)}█`), limit);
        if (added(last, next) > 1) readAnew++;
        last = next;
      }
      assert.ok(readAnew <= 1, `${readAnew} of 200 keys read more than themselves`);
    }
  });

  it("is never longer than it may be, however much is typed at one place", () => {
    const prompts = new FillPrompt(letters);
    for (let chars = 0; chars < 900; chars++) {
      const prompt = prompts.next(place(`${"a();\n".repeat(200)}${"x\n".repeat(chars)}█`), 600);
      assert.ok(prompt.length <= 600);
    }
  });

  it("does not cut a long line within a character", () => {
    const prompt = read(new FillPrompt(letters).next(place(`${"a".repeat(499)}😀█`), limit));
    assert.equal(prompt, `<P>${"a".repeat(499)}<S><M>😀`);
  });

  it("starts where it did when the cursor goes a few lines up or down", () => {
    const lines = Array.from({ length: 400 }, (_, at) => `const value${at} = ${at};\n`);
    const at = (line: number, prompts: FillPrompt) => {
      const [before, after] = [lines.slice(0, line), lines.slice(line)];
      return prompts.next(place(`${before.join("")}█${after.join("")}`), 1_500);
    };
    const prompts = new FillPrompt(letters);
    let last = at(200, prompts);
    for (const line of [203, 198, 206, 190, 201]) {
      const next = at(line, prompts);
      const moved = added(last, next);
      assert.ok(moved < 64 + 4 + 20 * 20, `${moved} tokens of line ${line} are new`);
      last = next;
    }
    assert.ok(added(last, at(20, prompts)) > 300, "far away it starts elsewhere");
  });

  it("ends with what stands before the cursor and is never longer than it may be", () => {
    const texts = fc.string({
      unit: fc.constantFrom("a", "\n", " ", "(", ")", "é", "😀"),
      maxLength: 3_000,
    });
    const requests = fc.array(
      fc.record({ path: fc.constantFrom("a", "b"), before: texts, after: texts }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(requests, fc.integer({ min: 64, max: 3_000 }), (places, limitTokens) => {
        for (const vocabulary of [letters, withoutMiddle]) {
          const prompts = new FillPrompt(vocabulary);
          for (const each of places) {
            const prompt = prompts.next(each, limitTokens);
            assert.ok(prompt.length <= limitTokens);
            const typed =
              read(prompt)
                .split(/<[PM]>/)
                .at(-1) ?? "";
            assert.ok(each.before.endsWith(typed));
          }
        }
      }),
    );
  });
});
