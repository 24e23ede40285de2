import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ProjectWithPackages, zebra } from "./projectWithPackages.ts";

let project: ProjectWithPackages;
beforeEach(() => {
  project = new ProjectWithPackages();
});
afterEach(() => {
  project.dispose();
});

describe("declarations of what a file imports", () => {
  const main = { main: "lib/main.js" };
  const conditions = { ".": { import: { types: "./esm/x.d.mts", default: "./esm/x.mjs" } } };
  const programs = { ".": "./esm/x.mjs", "./deep/*": "./deep/*.js" };
  const homes: readonly (readonly [string, string, string, Readonly<Record<string, unknown>>])[] = [
    ["beside its package.json", "pack", "pack", { "index.d.ts": zebra }],
    [
      "where `types` says",
      "pack",
      "pack",
      { "package.json": { types: "t.d.ts" }, "t.d.ts": zebra },
    ],
    ["where `typings` says", "pack", "pack", { "package.json": { typings: "t" }, "t.d.ts": zebra }],
    ["beside its program", "pack", "pack", { "package.json": main, "lib/main.d.ts": zebra }],
    [
      "by its exports' types",
      "pack",
      "pack",
      { "package.json": { exports: conditions }, "esm/x.d.mts": zebra },
    ],
    [
      "beside what it exports",
      "pack",
      "pack",
      { "package.json": { exports: programs }, "esm/x.d.mts": zebra },
    ],
    [
      "of a file it exports",
      "pack/deep/a",
      "pack",
      { "package.json": { exports: programs }, "deep/a.d.ts": zebra },
    ],
    ["of a file in it", "pack/sub", "pack", { "sub/index.d.ts": zebra }],
    ["under a scope", "@team/pack", "@team/pack", { "index.d.ts": zebra }],
    ["in a package of types", "pack", "@types/pack", { "index.d.ts": zebra }],
    [
      "in a package of types of a scope",
      "@team/pack",
      "@types/team__pack",
      { "index.d.ts": zebra },
    ],
    ["of Node", "node:fs/promises", "@types/node", { "fs/promises.d.ts": zebra }],
    ["of Node by its short name", "fs", "@types/node", { "fs.d.ts": zebra }],
  ];
  for (const [where, name, home, files] of homes) {
    it(`are read ${where}`, async () => {
      project.pack(home, files);
      await project.learned();
      assert.ok(!project.knows("zebraCrossing"));
      await project.rested(`import x from "${name}";\n`);
      assert.ok(project.knows("zebraCrossing"));
    });
  }

  it("are read with the files of the package that they lead to", async () => {
    const index =
      'import { a } from "./a.js";\nexport * from "./b";\n/// <reference path="c.d.ts" />\n';
    project.pack("pack", {
      "index.d.ts": index,
      "a.d.ts": "alphabetical(): void;\n",
      "b/index.d.ts": "buckwheat(): void;\n",
      "c.d.ts": "cranberry(): void;\n",
      "not.d.ts": "damson(): void;\n",
    });
    await project.learned();
    await project.rested('import x from "pack";\n');
    const words = ["alphabetical", "buckwheat", "cranberry", "damson"];
    assert.deepEqual(
      words.map((word) => project.knows(word)),
      [true, true, true, false],
    );
  });

  it("are read with those of the packages it imports, where it says little itself", async () => {
    const index = 'import * as core from "core";\nexport default core;\n';
    project.pack("thin", { "index.d.ts": index });
    project.pack("core", { "index.d.ts": zebra });
    project.pack("thick", {
      "index.d.ts": `import "fruit";\n${"declare const each: number;\n".repeat(700)}`,
    });
    project.pack("fruit", { "index.d.ts": "damson(): void;\n" });
    await project.learned();
    await project.rested('import a from "thin";\nimport b from "thick";\n');
    assert.ok(project.knows("zebraCrossing") && !project.knows("damson"));
  });

  it("are read to a bound, from the begin of a file on", async () => {
    const filler = "declare const each: number;\n".repeat(4_500);
    project.pack("pack", { "index.d.ts": `${filler}${zebra}${filler}yonderly(): void;\n` });
    await project.learned();
    await project.rested('import x from "pack";\n');
    assert.ok(project.knows("zebraCrossing") && !project.knows("yonderly"));
  });

  it("are read through a linked package, and above the folder that is open", async () => {
    project.pack("real", { "index.d.ts": zebra }, "store");
    mkdirSync(join(project.folder, "node_modules"));
    symlinkSync(join(project.folder, "store/real"), join(project.folder, "node_modules/pack"));
    project.write("inner/a.ts", "a();\n");
    const indexer = project.start({
      roots: [{ name: "inner", folder: join(project.folder, "inner") }],
    });
    await indexer.settled;
    await project.rested('import x from "pack";\n', { path: "inner/deep/asking.ts" });
    assert.ok(project.knows("zebraCrossing"));
  });

  it("are no part of the project: they are not counted as learned", async () => {
    project.write("a.ts", "a();\n");
    project.pack("pack", { "index.d.ts": zebra });
    await project.learned();
    await project.rested('import x from "pack";\n');
    const { learnedFiles, learnedChars } = project.engine.stats;
    assert.deepEqual([learnedFiles, learnedChars], [2, "a();\nnode_modules\n".length]);
  });

  it("outside the package are not read, whatever it says", async () => {
    project.write("secret/index.d.ts", zebra);
    const inner = "inner/node_modules";
    project.pack("types", { "package.json": { types: "../../../secret/index.d.ts" } }, inner);
    const leads = 'export * from "../../../secret/index";\nyonderly(): void;\n';
    project.pack("leads", { "index.d.ts": leads }, inner);
    const roots = [{ name: "inner", folder: join(project.folder, "inner") }];
    await project.start({ roots }).settled;
    const text = 'import x from "types";\nimport y from "leads";\n';
    await project.rested(text, { path: "inner/asking.ts" });
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are within the index's cap, with what is saved later", async () => {
    const text = (name: string) =>
      Array.from({ length: 2_000 }, (_, line) => `use(${name}, x${name}, ${line % 89});`).join(
        "\n",
      );
    for (let at = 0; at < 4; at += 1)
      project.pack(`pack${at}`, { "index.d.ts": text(`pack${at}`) });
    await project.learned({ mostBytes: 8e6 });
    const imports = Array.from({ length: 4 }, (_, at) => `import "pack${at}";`).join("\n");
    await project.rested(imports);
    for (let file = 0; file < 8; file += 1)
      await project.changed(project.write(`saved/${file}.ts`, text(`saved${file}`)));
    const { learnedChars, indexBytes } = project.engine.stats;
    assert.ok(project.knows("use(pack3, xpack3") && project.knows("use(saved7, xsaved7"));
    const declared = [0, 1, 2, 3].filter((at) => project.knows(`use(pack${at}, xpack${at}`));
    const declaredChars = declared.length * text("pack0").length;
    assert.ok(indexBytes + learnedChars + declaredChars <= 8e6, `${indexBytes} bytes`);
  });

  const unread: readonly (readonly [string, object, string])[] = [
    ["forbidden by .slipstreamignore", {}, "node_modules\n"],
    ["not wanted in a file that nothing of may leave", { isConfined: true }, ""],
    ["not there for other languages", { languageId: "python" }, ""],
    ["not found for files of no folder", { path: "Untitled-1" }, ""],
  ];
  for (const [name, file, forbidden] of unread) {
    it(`are left alone where they are ${name}`, async () => {
      project.pack("pack", { "index.d.ts": zebra });
      project.write(".slipstreamignore", forbidden);
      await project.learned();
      project.rest('import x from "pack";\n', file);
      await project.changed(project.write("b.ts", "yonderly();\n"));
      assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
    });
  }

  it("are not read where much of the project is known", async () => {
    const line = "const someNameOfMedium = otherName.call(argument);\n";
    project.write("a.ts", line.repeat(Math.ceil((256 * 1024) / line.length)));
    project.pack("pack", { "index.d.ts": zebra });
    await project.learned();
    project.rest('import x from "pack";\n');
    await project.changed(project.write("b.ts", "yonderly();\n"));
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are not waited for where a package's description is a pipe, or one that takes for ever", async () => {
    project.pack("open", { "index.d.ts": "yonderly(): void;\n" });
    mkdirSync(join(project.folder, "node_modules/pipe"));
    execFileSync("mkfifo", [join(project.folder, "node_modules/pipe/package.json")]);
    project.pack("slow", { "package.json": { name: "slow", exports: { "./(a|a)+*b": "./x.js" } } });
    await project.learned();
    await project.rested(`import "pipe";\nimport "slow/${"a".repeat(60)}";\nimport "open";\n`);
    assert.ok(project.knows("yonderly"));
  });

  it("are not read for a cursor that rested before much of the project was known", async () => {
    const line = "const someNameOfMedium = otherName.call(argument);\n";
    for (let file = 0; file < 6; file += 1) project.write(`${file}.ts`, line.repeat(1_500));
    project.pack("pack", { "index.d.ts": zebra });
    const indexer = project.start();
    project.rest('import x from "pack";\n');
    await indexer.settled;
    await project.changed(project.write("b.ts", "yonderly();\n"));
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("bring no secret with them", async () => {
    project.pack("pack", {
      "index.d.ts": `token = "ghp_${"aB3dE5gH7j".repeat(4).slice(0, 36)}";\n${zebra}`,
    });
    await project.learned();
    await project.rested('import x from "pack";\n');
    assert.ok(project.knows("zebraCrossing"));
    assert.doesNotMatch(project.answer('token = "gh') ?? "", /p_/);
  });

  it("are read anew when other packages are installed", async () => {
    project.pack("pack", { "index.d.ts": zebra });
    await project.learned();
    await project.rested('import x from "pack";\n');
    project.pack("pack", { "index.d.ts": "yonderly(): void;\n" });
    await project.changed(project.write("package-lock.json", "{}"));
    assert.ok(!project.knows("zebraCrossing"));
    await project.rested('import x from "pack";\n');
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("cost nothing but themselves where a package cannot be read", async () => {
    project.pack("broken", { "package.json": '{"types": 7' });
    project.pack("wrong", { "package.json": { types: 7, exports: { ".": 7 } } });
    project.pack("large", { "index.d.ts": zebra.repeat(12_000) });
    project.pack("exports", {
      "package.json": { exports: { "./other": "./other.js" } },
      "index.d.ts": "yonderly();\n",
    });
    await project.learned();
    await project.rested(
      'import a from "broken"; import b from "wrong"; import c from "large"; import d from "gone"; import e from "exports";',
    );
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
    assert.deepEqual(project.warnings, []);
  });
});
