import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeclarationShelf } from "../../../../src/engine/declarations/declarationShelf.ts";
import { mostShortTokens } from "../../../../src/engine/tokenLog.ts";
import { Tokens } from "../../../../src/engine/tokens.ts";
import { ManualClock } from "../../../helpers/manualClock.ts";

const scratch = new Tokens(mostShortTokens);
const plenty = 100 * 1024 * 1024;

describe("a shelf of declarations", () => {
  let folder: string;
  let clock: ManualClock;
  /** What is on it by what it has told. */
  let known: Set<string>;
  let readCount: number;
  let askedPaths: string[];
  let shelf: DeclarationShelf;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "shelf-")));
    clock = new ManualClock();
    known = new Set();
    readCount = 0;
    askedPaths = [];
    shelf = new DeclarationShelf({
      clock,
      mayRead: ({ path }) => {
        askedPaths.push(path);
        return true;
      },
      onRead: ({ files }) => {
        readCount += 1;
        for (const { path } of files) known.add(path);
      },
      onForget: (paths) => {
        for (const path of paths) assert.ok(known.delete(path), `${path} was never read`);
      },
    });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const pathOf = (name: string) => join(folder, "node_modules", name, "index.d.ts");

  function install(name: string, text = `export const ${name}: number;\n`): void {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), "{}");
    writeFileSync(pathOf(name), text);
  }

  function want(names: readonly string[], roomBytes = plenty): void {
    shelf.want(folder, names);
    while (shelf.isDue) shelf.readNext(roomBytes, scratch);
  }

  it("reads each package once, however often it is wanted", () => {
    install("a");
    install("b");
    want(["a"]);
    want(["a", "b"]);
    want(["b", "a"]);
    assert.equal(readCount, 2);
    assert.deepEqual([...known], [pathOf("a"), pathOf("b")]);
  });

  it("reads a file once that several packages' entries lead to", () => {
    install("a", 'export * from "./more";\n');
    writeFileSync(join(folder, "node_modules/a/more.d.ts"), "export const more: number;\n");
    want(["a", "a/more"]);
    assert.equal(readCount, 1);
    assert.equal(known.size, 2);
  });

  it("looks again for what was not there, but not at each rest of the cursor", () => {
    want(["late"]);
    install("late");
    clock.advance(9_999);
    want(["late"]);
    assert.equal(readCount, 0);
    clock.advance(1);
    want(["late"]);
    assert.equal(readCount, 1);
  });

  it("looks for what is empty or too large no second time", () => {
    install("empty", "");
    install("large", "declare const each: number;\n".repeat(20_000));
    shelf.want(folder, ["empty", "large"]);
    while (shelf.isDue) shelf.readNext(plenty, scratch);
    shelf.want(folder, ["empty", "large"]);
    assert.ok(!shelf.isDue);
  });

  it("reads a package anew that was written since, a minute later", () => {
    install("a");
    want(["a"]);
    install("a", "export const other: string;\n");
    clock.advance(59_999);
    want(["a"]);
    assert.equal(readCount, 1);
    clock.advance(1);
    want(["a"]);
    assert.equal(readCount, 2);
    clock.advance(60_000);
    want(["a"]);
    assert.equal(readCount, 2);
  });

  it("reads what another package had brought when that is given up", () => {
    install("a", `export * from "./more";\n${"declare const a: number;\n".repeat(500)}`);
    writeFileSync(join(folder, "node_modules/a/more.d.ts"), "export const more: number;\n");
    install("b", "declare const b: number;\n".repeat(500));
    want(["a"]);
    const each = shelf.sizeBytes;
    want(["a", "a/more"], 1.5 * each);
    want(["b"], 1.5 * each);
    want(["a/more"], 1.5 * each);
    assert.ok(known.has(join(folder, "node_modules/a/more.d.ts")));
  });

  it("gives up nothing for another package of the same file", () => {
    for (const name of ["a", "b", "c"])
      install(name, `export const ${name}: number;\n`.repeat(500));
    want(["a"]);
    const roomBytes = 2.5 * shelf.sizeBytes;
    for (let rest = 0; rest < 5; rest += 1) want(["a", "b", "c"], roomBytes);
    assert.deepEqual([...known], [pathOf("a"), pathOf("b")]);
    assert.equal(readCount, 2);
  });

  it("reads a package once that imports itself", () => {
    install("a", 'import "a";\n');
    want(["a"]);
    assert.deepEqual(askedPaths, [pathOf("a")]);
  });

  it("gives up what was wanted longest ago where room is short", () => {
    for (const name of ["a", "b", "c"])
      install(name, `export const ${name}: number;\n`.repeat(500));
    want(["a"]);
    const each = shelf.sizeBytes;
    want(["b"], 2.5 * each);
    want(["a"], 2.5 * each);
    want(["c"], 2.5 * each);
    assert.deepEqual([...known], [pathOf("a"), pathOf("c")]);
    assert.ok(shelf.sizeBytes <= 2.5 * each, `${shelf.sizeBytes} bytes`);
    want(["b"], 2.5 * each);
    assert.deepEqual([...known], [pathOf("c"), pathOf("b")]);
  });

  it("makes way where the project needs the room", () => {
    install("a");
    install("b");
    want(["a"]);
    want(["b"], 0);
    assert.deepEqual([...known], []);
    assert.equal(shelf.sizeBytes, 0);
  });

  it("finds everything anew when it was cleared", () => {
    install("a");
    want(["a", "late"]);
    shelf.clear();
    assert.deepEqual([known.size, shelf.sizeBytes], [0, 0]);
    install("late");
    want(["a", "late"]);
    assert.deepEqual([...known], [pathOf("a"), pathOf("late")]);
  });
});
