import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { productOptions } from "../../esbuild.mjs";
import { buildGrammars } from "../../grammars.mjs";
import { grammarNames } from "../../src/completion/syntax/grammars.ts";

const repository = join(import.meta.dirname, "../..");

/** Says for each language id whether its syntax came, and what was logged. */
const program = `
import { Syntax } from "./src/completion/syntax/syntax.ts";
import { shippedGrammars } from "./src/extension/grammars.ts";
const main = async (folder, ...languages) => {
  const logged = [];
  const log = { debug() {}, info() {}, warn: (line) => logged.push(line) };
  const syntax = new Syntax(shippedGrammars(folder, log));
  const answers = {};
  for (const languageId of languages) {
    const isAtOnce = syntax.view(languageId) !== undefined;
    await syntax.loaded(languageId);
    const view = syntax.view(languageId);
    answers[languageId] = { isAtOnce, within: view?.surroundings("f(\\n  ") ?? "no view" };
  }
  syntax.dispose();
  process.stdout.write(JSON.stringify({ answers, logged }));
};
void main(...process.argv.slice(2));
`;

interface Told {
  readonly answers: Readonly<
    Record<string, { readonly isAtOnce: boolean; readonly within: string }>
  >;
  readonly logged: readonly string[];
}

describe("the grammars beside a CommonJS bundle made as the product's", () => {
  let folder = "";
  let bundle = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipstream-grammars-"));
    bundle = join(folder, "program.cjs");
    await build({
      ...productOptions(),
      stdin: { contents: program, resolveDir: repository, loader: "js" },
      outfile: bundle,
    });
    await buildGrammars(repository);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const tell = async (...args: string[]): Promise<Told> => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundle, ...args]);
    return JSON.parse(stdout) as Told;
  };

  it("are all loaded when first asked for, by the ids of an editor", async () => {
    const languages = [...grammarNames.filter((name) => name !== "tsx"), "javascript"];
    const { answers, logged } = await tell(repository, ...languages);
    assert.deepEqual(logged, []);
    for (const languageId of languages) {
      assert.deepEqual(answers[languageId], { isAtOnce: false, within: "value" }, languageId);
    }
  });

  it("are done without where they are not there, and the log says so", async () => {
    const { answers, logged } = await tell(folder, "python", "go");
    assert.deepEqual(
      Object.values(answers).map((answer) => answer.within),
      ["no view", "no view"],
    );
    assert.equal(logged.length, 2);
    assert.match(logged[0] ?? "", /without the grammar python: /);
  });
});
