import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Engine, type EngineQuery } from "../../../src/engine/engine.ts";

/** In texts as short as these nothing is sure. */
const anyConfidence = 0.05;

/** Makes a query of a text with the cursor at `█`. */
function at(marked: string, parts: Partial<EngineQuery> = {}): EngineQuery {
  const [before = "", after = ""] = marked.split("█");
  return { path: "app/a.ts", languageId: "x", before, after, isConfined: false, ...parts };
}

interface Case {
  readonly name: string;
  readonly text: string;
  readonly answer: string | undefined;
}

const cases: readonly Case[] = [
  {
    name: "goes on as the line above that starts the same",
    text: "const first = load(1);\nco█",
    answer: "nst first = load(1);",
  },
  {
    name: "is not misled by indentation or tabs",
    text: "if (a) {\n\t\treturn finish(a);\n}\n  re█",
    answer: "turn finish(a);",
  },
  {
    name: "takes the newest of several such lines, up to where they part",
    text: "log.info(one);\nlog.warn(two);\nlog.warn(two);\nlo█",
    answer: "g.warn(two);",
  },
  {
    name: "goes on as a line below",
    text: "f█\n\nfinish(everything);\n",
    answer: "inish(everything);",
  },
  {
    name: "prefers the line above to the one below",
    text: "callAbove();\nca█\ncallBelow();\n",
    answer: "llAbove();",
  },
  {
    name: "prefers the line that stands after the same lines as this one",
    text: "open(file);\nread(file, 1);\nshut();\nread(other);\nopen(file);\nread(█",
    answer: "file, 1);",
  },
  {
    name: "offers a whole line when the line before was met before",
    text: "begin(x, y);\ncommit(x);\nother();\nbegin(x, y);\n█",
    answer: "commit(x);",
  },
  {
    name: "starts after the indentation of a fresh line",
    text: "begin(x, y);\n    commit(x);\nother();\nbegin(x, y);\n    █",
    answer: "commit(x);",
  },
  {
    name: "keeps the blank that stands before the cursor",
    text: "let total = sum(all);\nlet total █",
    answer: "= sum(all);",
  },
  {
    name: "adds the blank that is missing before the cursor",
    text: "let total = sum(all);\nlet total =█",
    answer: " sum(all);",
  },
  {
    name: "answers when only closers follow the cursor",
    text: 'print("hello", name);\nprint(█)\n',
    answer: '"hello", name);',
  },
  {
    name: "is silent when the answer already follows the cursor",
    text: "print(name);\npr█int(name);\n",
    answer: undefined,
  },
  {
    name: "does not repeat the closers that follow the cursor",
    text: "print(name);\nprint(name█);\n",
    answer: undefined,
  },
  {
    name: "fills the middle when what follows is the end of the other line",
    text: "send(first, second, third);\nsend(first, █third);\n",
    answer: "second, ",
  },
  {
    name: "is silent inside a word",
    text: "const value = 1;\nconst val█ue = 2;\n",
    answer: undefined,
  },
  { name: "is silent at the end of a line it knows", text: "stop();\nstop();█", answer: undefined },
  { name: "is silent in an empty document", text: "█", answer: undefined },
  { name: "is silent where nothing is alike", text: "alpha\nbeta\nz█", answer: undefined },
  { name: "reads CRLF", text: "const a = one();\r\ncon█", answer: "st a = one();" },
  { name: "keeps astral characters whole", text: "say('🙂🙃 ok')\nsay('🙂█", answer: "🙃 ok')" },
  {
    name: "ends at a line separator that is none of the editor's",
    text: "const t = one(1);\u2028const u = two();\nconst t█",
    answer: " = one(1);",
  },
  {
    name: "goes on within a sentence that is written without blanks",
    text: 'throw("错误：找不到文件，请重试");\nthrow("注意：找█',
    answer: '不到文件，请重试");',
  },
  { name: "reads words of any script", text: "длина = счёт(1)\nдли█", answer: "на = счёт(1)" },
];

describe("engine", () => {
  for (const { name, text, answer } of cases) {
    it(name, () => {
      assert.equal(new Engine().complete(at(text), anyConfidence), answer);
    });
  }

  it("always answers one who begins a line as the document has one", () => {
    const lines = ["const a = one(1);", "const b = two(2, 3);", "return a + b;", "render(a, b);"];
    const engine = new Engine();
    for (const line of lines) {
      for (let length = 1; line.slice(length).trim().length >= 3; length += 1) {
        const query = at(`${lines.join("\n")}\n${line.slice(0, length)}█\n`);
        assert.ok(engine.complete(query, anyConfidence), line.slice(0, length));
      }
    }
  });

  it("copies from learned files, not from forgotten ones, and from the newest text", () => {
    const engine = new Engine();
    const query = at("zeb█");
    assert.equal(engine.complete(query, anyConfidence), undefined);
    engine.learnFile("app/b.ts", "zebra(1);\n");
    assert.equal(engine.complete(query, anyConfidence), "ra(1);");
    engine.learnFile("app/b.ts", "zebra(22);\n");
    assert.equal(engine.complete(query, anyConfidence), "ra(22);");
    engine.forgetFile("app/b.ts");
    assert.equal(engine.complete(query, anyConfidence), undefined);
    assert.equal(engine.stats.learnedChars, 0);
  });

  it("prefers files of the same folder", () => {
    const engine = new Engine();
    engine.learnFile("app/b.ts", "zebra(near);\n");
    engine.learnFile("other/c.ts", "zebra(far);\n");
    assert.equal(engine.complete(at("zebra(█"), anyConfidence), "near);");
    assert.equal(engine.complete(at("zebra(█", { path: "other/d.ts" }), anyConfidence), "far);");
  });

  it("never copies from the learned text of the open document itself", () => {
    const engine = new Engine();
    engine.learnFile("app/a.ts", "zebra(stale);\n");
    assert.equal(engine.complete(at("zeb█"), anyConfidence), undefined);
  });

  it("answers a confined document from itself alone and forgets what was learned of it", () => {
    const engine = new Engine();
    engine.learnFile("app/b.ts", "zebra(1);\n");
    engine.learnFile("app/a.ts", "zebra(2);\n");
    assert.equal(engine.complete(at("zeb█", { isConfined: true }), anyConfidence), undefined);
    const own = at("zebra(own);\nzeb█", { isConfined: true });
    assert.equal(engine.complete(own, anyConfidence), "ra(own);");
    assert.equal(engine.stats.learnedFiles, 1);
    assert.equal(engine.complete(at("zebra(█", { path: "app/c.ts" }), anyConfidence), "1);");
  });

  it("is as sure in a confined document whatever it has learned of the project", () => {
    const query = at("zebra(own);\nzeb█", { isConfined: true });
    const engine = new Engine();
    engine.learnFile("app/b.ts", "other(1);\n".repeat(4_000));
    assert.ok(engine.predict(query).length > 0);
    assert.deepEqual(engine.predict(query), new Engine().predict(query));
  });

  it("learns nothing of a confined document that it is asked about", () => {
    const engine = new Engine();
    const parts = { path: "app/secret.ts", isConfined: true };
    assert.equal(engine.complete(at("zebra(own);\nzeb█", parts), anyConfidence), "ra(own);");
    assert.equal(engine.complete(at("zeb█"), anyConfidence), undefined);
    const { learnedFiles, learnedChars } = engine.stats;
    assert.deepEqual({ learnedFiles, learnedChars }, { learnedFiles: 0, learnedChars: 0 });
  });

  it("never throws, whatever the text", () => {
    const engine = new Engine();
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (before, after, isConfined) => {
        engine.learnFile("app/b.ts", after + before);
        const answer = engine.complete(at("", { before, after, isConfined }), anyConfidence);
        assert.ok(answer === undefined || (answer !== "" && !answer.includes("\n")));
      }),
      { numRuns: 500, verbose: true },
    );
  });

  it("reads a token that begins before the first one of the text it had", () => {
    const engine = new Engine();
    engine.complete(at(`${" ".repeat(20)}x█`), anyConfidence);
    const blanks = " ".repeat(16);
    const query = at(`${blanks}a;\n${blanks}█\n${blanks}a;\n${blanks}beta(1);\n`);
    assert.equal(engine.predict(query).at(-1)?.text, "beta(1);");
  });

  it("reads the first line below anew when its begin is deleted", () => {
    const engine = new Engine();
    engine.complete(at("o█\nfoo(1);\n"), anyConfidence);
    const query = at("o█\noo(1);\n");
    assert.equal(engine.complete(query, anyConfidence), "o(1);");
  });

  it("knows as much after any edits and jumps as when it sees the text for the first time", () => {
    fc.assert(
      fc.property(code, fc.array(edit, { minLength: 1, maxLength: 25 }), (start, edits) => {
        const engine = new Engine();
        let text = start;
        for (const [atShare, removed, inserted] of edits) {
          const offset = Math.floor(atShare * text.length);
          text = text.slice(0, offset) + inserted + text.slice(offset + removed);
          const cursor = offset + inserted.length;
          const query = at("", { before: text.slice(0, cursor), after: text.slice(cursor) });
          assert.equal(
            engine.complete(query, anyConfidence),
            new Engine().complete(query, anyConfidence),
          );
        }
      }),
      { numRuns: 300, verbose: true },
    );
  });

  it("knows as much wherever the cursor has been before in the same text", () => {
    fc.assert(
      fc.property(longCode, fc.array(share, { minLength: 2, maxLength: 20 }), (text, shares) => {
        const engine = new Engine();
        for (const cursorShare of shares) {
          const cursor = Math.floor(cursorShare * text.length);
          const query = at("", { before: text.slice(0, cursor), after: text.slice(cursor) });
          assert.equal(
            engine.complete(query, anyConfidence),
            new Engine().complete(query, anyConfidence),
          );
        }
      }),
      { numRuns: 300, verbose: true },
    );
  });

  it("follows a window that slides along the document", () => {
    const engine = new Engine();
    const text = Array.from({ length: 400 }, (_, n) => `call${n % 7}(item${n}, ${n});\n`).join("");
    for (let start = 0; start < 3000; start += 37) {
      const before = `${text.slice(start, start + 4000)}\ncall3(`;
      const fresh = new Engine().complete(at("", { before }), anyConfidence);
      assert.equal(engine.complete(at("", { before }), anyConfidence), fresh, `from ${start}`);
    }
  });

  it("never shows text of a forgotten, never learned or confined file", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), (steps) => {
        const engine = new Engine();
        const learned = new Map<string, number>();
        for (const [kind, file, mark] of steps) {
          const path = `app/${file}.ts`;
          const text = `zebra("mark${mark}");\n`;
          if (kind === "learn") {
            engine.learnFile(path, text);
            learned.set(path, mark);
          } else if (kind === "forget") {
            engine.forgetFile(path);
            learned.delete(path);
          } else {
            engine.complete(
              at(`${text}zeb█`, { path, isConfined: kind === "confine" }),
              anyConfidence,
            );
            if (kind === "confine") learned.delete(path);
          }
          const answer = engine.complete(at('zebra("█', { path: "app/asking.ts" }), anyConfidence);
          const shown = answer && /^mark(\d+)/.exec(answer)?.[1];
          if (shown) assert.ok([...learned.values()].includes(Number(shown)), shown);
        }
      }),
      { numRuns: 200, verbose: true },
    );
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("a", "b", " ", "\t", "\n", "\r", "(", "🙂", "\ud83d", "é") }),
);
const code = fc.string({
  unit: fc.constantFrom("foo", "bar", "(", ")", " ", "\n", "\n  ", ";", "=", "x", "\r\n"),
  maxLength: 60,
});
const longCode = fc
  .array(fc.constantFrom("foo(x);", "foo(y);", "bar = foo", "  if (x) {", "}", "baz", "foo", ""), {
    minLength: 10,
    maxLength: 60,
  })
  .map((lines) => lines.join("\n"));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const edit = fc.tuple(share, fc.nat(12), code);
const step = fc.tuple(
  fc.constantFrom("learn" as const, "forget" as const, "open" as const, "confine" as const),
  fc.nat(4),
  fc.nat(9999),
);
