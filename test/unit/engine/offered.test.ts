import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";
import { areRelated, familyOf } from "../../../src/engine/family.ts";
import { segmentOf } from "../../../src/engine/segment.ts";
import { Tokens } from "../../../src/engine/tokens.ts";

const words = Array.from({ length: 30 }, (_, at) => `  return falsehood(undefinedThing${at});\n`);

/** What is offered behind `return fal` in a file where this one has been learned. */
function offered(path: string, languageId: string, learned = "app/known.ts"): string | undefined {
  const engine = new Engine();
  engine.learnFile(learned, words.join(""));
  const query = { path, languageId, before: "  return fal", after: "\n", isConfined: false };
  return engine.complete(query, 0.05);
}

describe("what is learned of other languages", () => {
  for (const [path, languageId] of [
    ["app/a.tsx", "typescriptreact"],
    ["app/a.js", "javascript"],
    ["app/a.vue", "vue"],
    ["Untitled-1", "typescript"],
    ["app/README.md", "markdown"],
  ] as const) {
    it(`is offered where it is written together, in ${path}`, () => {
      assert.match(offered(path, languageId) ?? "", /^sehood\(/);
    });
  }
  for (const [path, languageId] of [
    ["app/a.py", "python"],
    ["app/a.go", "go"],
    ["app/a.css", "css"],
    ["app/a.json", "json"],
    ["app/run", "shellscript"],
    ["Untitled-1", "rust"],
    ["app/a.ipynb", "python"],
  ] as const) {
    it(`is not offered in another language, in ${path}`, () => {
      assert.equal(offered(path, languageId), undefined);
    });
  }

  for (const [others, readme] of [
    ["alone", undefined],
    ["with prose beside it", "# Package\n\nInstall it with npm.\n"],
  ] as const) {
    it(`does not stand in the way of what is learned of the same one, ${others}`, () => {
      const engine = new Engine();
      const learn = (...sources: { path: string; text: string }[]) => {
        engine.adopt(segmentOf(sources, new Tokens(64)).parts);
      };
      const prose = (path: string) => (readme === undefined ? [] : [{ path, text: readme }]);
      learn({ path: "lib/known.py", text: "  return falsehood(undefined_thing)\n".repeat(3) });
      for (let number = 0; number < 8; number += 1) {
        const code = { path: `app/${number}/a.ts`, text: words.join("") };
        learn(code, ...prose(`app/${number}/README.md`));
      }
      const query = { path: "app/a.py", languageId: "python", before: "x = fal", after: "\n" };
      assert.match(engine.complete({ ...query, isConfined: false }, 0.05) ?? "", /^sehood/);
    });
  }

  it("is of use in a notebook's cells, which are in their language whatever the file is called", () => {
    assert.match(offered("app/a.ipynb", "python", "app/known.py") ?? "", /^sehood\(/);
  });

  const related = (one: string, languageId: string, learned: string): boolean =>
    areRelated(familyOf(one, languageId), familyOf(learned));

  for (const [path, languageId, learned] of [
    ["app/a/Jenkinsfile", "groovy", "app/b/Jenkinsfile"],
    ["app/a.rb", "ruby", "app/Gemfile"],
    ["app/bin/deploy", "shellscript", "app/bin/setup"],
    ["app/bin/deploy", "shellscript", "app/setup.sh"],
    ["app/run.ps1", "powershell", "app/Tools.psm1"],
    ["app/Makefile", "makefile", "app/rules.mk"],
    ["app/Dockerfile.dev", "dockerfile", "app/Dockerfile"],
    ["app/sub/BUILD", "starlark", "app/BUILD"],
    ["app/a.gql", "graphql", "app/a.graphql"],
    ["app/a.html.j2", "jinja-html", "app/b.html"],
    ["app/.github/ci.yml", "yaml", "app/package.json"],
    ["app/.git/COMMIT_EDITMSG", "git-commit", "app/a.ts"],
    ["input", "scminput", "app/a.ts"],
    ["Untitled-1", "latex", "app/a.tex"],
    ["Untitled-1", "makefile", "app/Makefile"],
    ["app/a.inc", "php", "app/a.php"],
    ["app/a.strange", "strange", "app/a.ts"],
    ["app/.eslintrc.json", "jsonc", "app/b.jsonc"],
  ] as const) {
    it(`is of use where names tell it or nothing does: ${learned} in ${path}`, () => {
      assert.ok(related(path, languageId, learned));
    });
  }
  for (const [path, languageId, learned] of [
    ["app/Makefile", "makefile", "app/a.ts"],
    ["app/a.ts", "typescript", "app/requirements.txt"],
    ["app/a.ts", "typescript", "app/CMakeLists.txt"],
  ] as const) {
    it(`is of none where a name tells more than its ending: ${learned} in ${path}`, () => {
      assert.ok(!related(path, languageId, learned));
    });
  }
});

describe("what nobody would write", () => {
  const offeredBehind = (learned: string, before: string) => {
    const engine = new Engine();
    engine.learnFile("app/known.java", learned);
    const query = { path: "app/a.java", languageId: "java", before, after: "\n" };
    return engine.complete({ ...query, isConfined: false }, 0.05);
  };

  it("is not offered: letters that were replaced in a file of another encoding", () => {
    const learned = 'throw new Fehler("Ung\ufffdltige L\ufffdnge");\n'.repeat(20);
    assert.equal(offeredBehind(learned, 'throw new Fehler("Ung'), undefined);
    assert.equal(offeredBehind(learned, "throw new Feh"), 'ler("');
  });

  it("is not offered: a word of thousands of letters", () => {
    const image = "iVBORw0KGgo".repeat(400);
    const learned = `const image = "${image}";\n`.repeat(20);
    assert.equal(offeredBehind(learned, 'const image = "iVBO'), undefined);
  });
});
