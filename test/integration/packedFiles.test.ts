import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { listFiles, PackageManager } from "@vscode/vsce";

const repository = join(import.meta.dirname, "../..");

void describe("the packed extension", () => {
  let packed: ReadonlySet<string>;
  before(async () => {
    packed = new Set(await listFiles({ cwd: repository, packageManager: PackageManager.None }));
  });

  const textOf = (name: string) => readFile(join(repository, "dist", name), "utf8");

  void it("holds every program that one of its programs loads", async () => {
    const programs = [...packed].filter((path) => /^dist\/[^/]+\.cjs$/.test(path));
    const loaded = new Set<string>();
    for (const path of programs) {
      const text = await textOf(path.slice("dist/".length));
      for (const [, name] of text.matchAll(/["'`](?:\.\/)?(\w+\.cjs)["'`]/g))
        loaded.add(name ?? "");
    }
    assert.deepEqual(
      [...loaded].filter((name) => !packed.has(`dist/${name}`)),
      [],
    );
    for (const name of ["window.cjs", "chat.cjs", "onDemand.cjs", "parser.cjs", "gateway.cjs"])
      assert.ok(loaded.has(name), `${name} is loaded by none`);
    // Its thread's name is put together where the gateway starts it.
    assert.match(await textOf("gateway.cjs"), /`indexWorker\$\{/);
    assert.ok(packed.has("dist/indexWorker.cjs"));
  });

  void it("has the parser's library where a first grammar loads it, and not in the window's program", async () => {
    const mark = "_ts_parser_set_language";
    assert.ok((await textOf("parser.cjs")).includes(mark));
    assert.ok(!(await textOf("window.cjs")).includes(mark));
  });
});
