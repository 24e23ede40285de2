import assert from "node:assert/strict";
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

describe("declarations of what a file imports, and rules", () => {
  it("are forgotten when a rule forbids them, and read again when it is gone", async () => {
    project.pack("pack", { "index.d.ts": zebra });
    await project.learned();
    await project.rested('import x from "pack";\n');
    const rules = project.write(".slipstreamignore", "node_modules\n");
    await project.changed(rules);
    assert.ok(!project.knows("zebraCrossing"));
    await project.changed(project.remove(".slipstreamignore"));
    await project.rested('import x from "pack";\n');
    assert.ok(project.knows("zebraCrossing"));
  });

  it("are forbidden by the path at which a linked package was found", async () => {
    project.pack("real", { "index.d.ts": zebra }, "store");
    project.pack("open", { "index.d.ts": "yonderly(): void;\n" }, "store");
    const modules = join(project.folder, "inner", "node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(project.folder, "store/real"), join(modules, "linked"));
    symlinkSync(join(project.folder, "store/open"), join(modules, "open"));
    project.write("inner/.slipstreamignore", "node_modules/linked\n");
    const roots = [{ name: "inner", folder: join(project.folder, "inner") }];
    await project.start({ roots }).settled;
    const text = 'import "linked";\nimport "open";\n';
    await project.rested(text, { path: "inner/asking.ts" });
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are forbidden too where the folder that is open is a link itself", async () => {
    project.pack("pack", { "index.d.ts": zebra }, "real/node_modules");
    project.pack("other", { "index.d.ts": "yonderly(): void;\n" }, "real/libraries/node_modules");
    project.write("real/.slipstreamignore", "/node_modules\n");
    symlinkSync(join(project.folder, "real"), join(project.folder, "linked"));
    const roots = [{ name: "app", folder: join(project.folder, "linked") }];
    await project.start({ roots }).settled;
    const text = 'import "pack";\nimport "other";\n';
    await project.rested(text, { path: "app/libraries/asking.ts" });
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are forbidden by rules in a package, and by those above where a linked one really is", async () => {
    const inner = { name: "inner", folder: join(project.folder, "inner") };
    project.pack(
      "own",
      { "index.d.ts": zebra, ".slipstreamignore": "*.d.ts\n" },
      "inner/node_modules",
    );
    project.pack("linked", { "index.d.ts": zebra }, "store");
    project.write("store/.slipstreamignore", "linked\n");
    project.pack("unclear", { "index.d.ts": zebra }, "inner/node_modules");
    const modules = join(inner.folder, "node_modules");
    symlinkSync(".slipstreamignore", join(modules, "unclear/.slipstreamignore")); // cannot be read
    symlinkSync(join(project.folder, "store/linked"), join(modules, "linked"));
    project.pack("open", { "index.d.ts": "yonderly(): void;\n" }, "inner/node_modules");
    await project.start({ roots: [inner] }).settled;
    const text = 'import "own";\nimport "linked";\nimport "unclear";\nimport "open";\n';
    await project.rested(text, { path: "inner/asking.ts" });
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are not opened again by a package where the project's rules forbid them", async () => {
    project.pack("own", { "index.d.ts": zebra, ".slipstreamignore": "!*.d.ts\n" });
    project.pack("open", { "index.d.ts": "yonderly(): void;\n" });
    project.write(".slipstreamignore", "**/own/*.d.ts\n");
    await project.learned();
    await project.rested('import "own";\nimport "open";\n');
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are forbidden by rules that come with another state of a package", async () => {
    project.pack("pack", { "index.d.ts": zebra });
    project.pack("open", { "index.d.ts": "yonderly(): void;\n" });
    await project.learned();
    await project.rested('import "pack";\n');
    assert.ok(project.knows("zebraCrossing"));
    project.write("node_modules/pack/.slipstreamignore", "*.d.ts\n");
    await project.changed(project.write("package-lock.json", "{}"));
    await project.rested('import "pack";\nimport "open";\n');
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });

  it("are not read through a link that leads out of a package", async () => {
    project.write("private/index.d.ts", zebra);
    project.pack("pack", {
      "package.json": { types: "lib/index.d.ts" },
      "index.d.ts": "yonderly(): void;\n",
    });
    symlinkSync(join(project.folder, "private"), join(project.folder, "node_modules/pack/lib"));
    project.write(".slipstreamignore", "private/*.ts\n!private/x.ts\n");
    await project.learned();
    await project.rested('import x from "pack";\n');
    assert.ok(project.knows("yonderly") && !project.knows("zebraCrossing"));
  });
});
