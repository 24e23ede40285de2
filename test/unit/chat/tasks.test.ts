import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exportMarkdown } from "../../../src/chat/exportMarkdown.ts";
import { editQuestion, replacementIn } from "../../../src/chat/tasks.ts";
import { parseChatQuestion } from "../../../src/wire/chat.ts";
import { exchange, selection } from "./exchanges.ts";

/** What a model says to an edit of a part, and what takes the part's place. */
const answers: readonly (readonly [string, string, string, string])[] = [
  ["a block", "a = 1;", "```ts\na = 2;\n```", "a = 2;"],
  ["words round it", "a = 1;", "Here:\n\n```ts\na = 2;\n```\nDone.", "a = 2;"],
  ["the first of two", "a", "```\nb\n```\n```\nc\n```", "b"],
  ["tildes", "a", "~~~\nb\n~~~", "b"],
  ["a longer fence round a fence", "a", "````md\n```\nb\n```\n````", "```\nb\n```"],
  ["a longer fence round one without an end", "a", "````md\n```ts\nb\n````", "```ts\nb"],
  [
    "lines at the margin",
    "  if (a) {\n    b();\n  }",
    "```\nif (c) {\n  b();\n}\n```",
    "  if (c) {\n    b();\n  }",
  ],
  ["the right indentation", "  a();", "```\n  b();\n```", "  b();"],
  ["tabs", "\ta();", "```\nb();\n\nc();\n```", "\tb();\n\n\tc();"],
  ["the line ends of the part", "a\r\nb", "```\nc\nd\n```", "c\r\nd"],
  ["nothing", "a", "```\n```", ""],
  [
    "a fence in a comment of the code",
    "def f():",
    '```python\ndef f():\n    """Adds.\n\n    ```\n    f(1)\n    ```\n    """\n```',
    'def f():\n    """Adds.\n\n    ```\n    f(1)\n    ```\n    """',
  ],
  [
    "a fence with a language round one with another",
    "# A",
    "```markdown\n# A\n\n```sh\nnpm i\n```\n\nDone.\n```",
    "# A\n\n```sh\nnpm i\n```\n\nDone.",
  ],
  ["what comes behind a thought", "a", "<think>\n```\nno\n```\n</think>\n```\nyes\n```", "yes"],
  ["the first of two that name a language", "a", "```ts\nb\n```\n\n```ts\nc\n```", "b"],
  [
    "a string of several lines at the margin",
    '    sql = "select *"\n    run(sql)',
    '```python\n    sql = """\nselect *\n"""\n    run(sql)\n```',
    '    sql = """\nselect *\n"""\n    run(sql)',
  ],
  [
    "directives at the margin round what was there",
    "    begin();",
    "```c\n#ifdef DEBUG\n    begin();\n#endif\n```",
    "#ifdef DEBUG\n    begin();\n#endif",
  ],
  [
    "lines at the margin, one of which is as deep as another was",
    "  b();\n  if (x) {\n    b();\n  }",
    "```\nb();\nif (y) {\n  b();\n}\n```",
    "  b();\n  if (y) {\n    b();\n  }",
  ],
];

void describe("An edit", () => {
  void it("asks with the file, the part and the wish", () => {
    const task = {
      path: "project/a.ts",
      languageId: "typescript",
      textBefore: "before();\n",
      textAfter: "\nafter();",
      part: "a();",
      wish: "call b",
    };
    const { turns, conversation } = parseChatQuestion(editQuestion(task, "c"));
    assert.equal(conversation, "c");
    assert.equal(
      turns[0]?.text,
      "The file is project/a.ts.\n\nAbove the part:\n\n```typescript\nbefore();\n```\n\nBelow the part:\n\n```typescript\n\nafter();\n```\n\nThe part to replace:\n\n```typescript\na();\n```\n\nWanted: call b",
    );
  });

  void it("says which of two equal parts is meant", () => {
    const asked = (textBefore: string, textAfter: string) =>
      editQuestion(
        { path: "a.ts", languageId: "ts", textBefore, textAfter, part: "x();", wish: "y" },
        "c",
      );
    assert.notEqual(asked("a();\n", "\nb();\nx();"), asked("a();\nx();\nb();\n", ""));
  });

  for (const [what, part, answer, expected] of answers) {
    void it(`takes from an answer ${what}`, () => {
      assert.equal(replacementIn(answer, part), expected);
    });
  }

  for (const answer of ["I cannot do that.", "```ts\na = 2;", ""]) {
    void it(`takes no code from ${JSON.stringify(answer)}`, () => {
      assert.equal(replacementIn(answer, "a"), undefined);
    });
  }
});

void describe("An exported conversation", () => {
  void it("is a Markdown document with all that was said and attached", () => {
    const exchanges = [
      exchange("one", {}, [selection]),
      exchange("two", { text: "It", state: "failed", problem: "The model is down." }),
    ];
    assert.equal(
      exportMarkdown({ id: "c", exchanges }, { question: "Question", answer: "Answer" }),
      `## Question

one

project/src/area.ts, lines 3-5:
\`\`\`typescript
const a = 1;
\`\`\`

## Answer

about one

## Question

two

## Answer

It

> The model is down.
`,
    );
  });

  const broken: readonly (readonly [string, string, string])[] = [
    ["a block of code", "So:\n\n```ts\nconst a", "So:\n\n```ts\nconst a\n```"],
    ["a longer fence round another", "````md\n```\nb\n```", "````md\n```\nb\n```\n````"],
    [
      "what follows a block in a list",
      "1. Do:\n   ```sh\n   ls\n\nThen",
      "1. Do:\n   ```sh\n   ls\n\nThen",
    ],
    ["the line behind a block", "```ts\na\n```\nAnd", "```ts\na\n```\nAnd"],
    ["code within a line", "```a``` and", "```a``` and"],
  ];
  for (const [what, text, closed] of broken) {
    void it(`stays whole where an answer broke off in ${what}`, () => {
      const exchanges = [exchange("one", { text, state: "stopped" }), exchange("two")];
      const exported = exportMarkdown({ id: "c", exchanges }, { question: "Q", answer: "A" });
      assert.ok(exported.includes(`\n${closed}\n\n## Q\n\ntwo\n`), exported);
    });
  }

  void it("ends the code that a question has begun and not ended", () => {
    const exchanges = [exchange("Why?\n```\na log", {}, [selection])];
    const exported = exportMarkdown({ id: "c", exchanges }, { question: "Q", answer: "A" });
    assert.match(exported, /^## Q\n\nWhy\?\n```\na log\n```\n\nproject\/src\/area\.ts/);
  });
});
