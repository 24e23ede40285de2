import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { parseTokenFile, tenantOf, TokenFile, windowTenant } from "../../../src/gateway/tokens.ts";
import { Failure } from "../../../src/base/failure.ts";
import { ManualClock } from "../../helpers/manualClock.ts";

const hash = (token: string): string => createHash("sha256").update(token).digest("hex");
const isSettings = (words: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === "settings" && words.test(error.message);

describe("a token file", () => {
  it("has one tenant a line, with comments, empty lines and line ends of all kinds", () => {
    const tenants = parseTokenFile(
      `\ufeff# the teams\r\n\r\nalpha:${hash("a")}\r\n   \nbeta:${hash("b").toUpperCase()}  \n#gamma:x\n`,
    );
    assert.deepEqual(
      tenants.map(({ name }) => name),
      ["alpha", "beta"],
    );
    assert.deepEqual(
      tenants.map(({ tokenHash }) => tokenHash.toString("hex")),
      [hash("a"), hash("b")],
    );
  });

  for (const line of [
    "alpha",
    "alpha:",
    `:${hash("a")}`,
    `alpha:${hash("a").slice(1)}`,
    `alpha:${hash("a")}0`,
    `alpha: ${hash("a")}`,
    `al pha:${hash("a")}`,
    `alpha:beta:${hash("a")}`,
    `alpha:${"g".repeat(64)}`,
    "alpha:the-token-itself",
  ]) {
    it(`is refused by the number of its wrong line, which is not repeated: ${line.slice(0, 30)}`, () => {
      const text = `ok:${hash("a")}\n\n${line}\n`;
      assert.throws(() => parseTokenFile(text), isSettings(/line 3/));
      assert.throws(
        () => parseTokenFile(text),
        (error: Error) => !error.message.includes(line),
      );
    });
  }

  it("knows each tenant by its token alone", () => {
    const tenants = parseTokenFile(`alpha:${hash("a")}\nbeta:${hash("b")}\n`);
    assert.equal(tenantOf(tenants, "a")?.name, "alpha");
    assert.equal(tenantOf(tenants, "b")?.name, "beta");
    for (const token of ["", "A", "ab", hash("a"), "é"]) {
      assert.equal(tenantOf(tenants, token), undefined);
    }
    assert.equal(tenantOf([], "a"), undefined);
    assert.equal(tenantOf([windowTenant("w")], "w")?.name, "window");
  });
});

describe("a token file on disk", () => {
  let folder: string;
  let path: string;
  let lines: string[];
  let clock: ManualClock;
  let changeCount: number;
  let file: TokenFile | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tokens-"));
    path = join(folder, "tokens");
    lines = [];
    clock = new ManualClock();
    changeCount = 0;
    file = undefined;
  });
  afterEach(() => {
    file?.dispose();
    assert.equal(clock.timerCount, 0);
    rmSync(folder, { recursive: true });
  });

  function open(): TokenFile {
    const note = (line: string) => void lines.push(line);
    const log = { debug: note, info: note, warn: note };
    file = new TokenFile(path, clock, log, () => changeCount++);
    return file;
  }

  it("is read at the start, or the gateway does not start", () => {
    assert.throws(open, isSettings(/cannot be read/));
    writeFileSync(path, "# nobody yet\n");
    assert.throws(open, isSettings(/holds no token/));
    writeFileSync(path, `alpha:${hash("a")}\n`);
    assert.equal(open().tenants[0]?.name, "alpha");
  });

  it("is read again within two seconds of a change", () => {
    writeFileSync(path, `alpha:${hash("a")}\n`);
    const tokens = open();
    writeFileSync(path, `alpha:${hash("b")}\n`);
    clock.advance(2_000);
    assert.equal(changeCount, 1);
    assert.equal(tenantOf(tokens.tenants, "b")?.name, "alpha");
    assert.equal(tenantOf(tokens.tenants, "a"), undefined);
    clock.advance(60_000);
    assert.equal(changeCount, 1);
    assert.equal(lines.length, 1);
    assert.ok(!lines.join().includes(hash("b").slice(0, 12)));
  });

  it("is not taken while it is being written", () => {
    const teams = `alpha:${hash("a")}\nbeta:${hash("b")}\n`;
    writeFileSync(path, teams);
    const tokens = open();
    const written = `${teams}gamma:${hash("c")}\n`;
    for (const length of [0, teams.indexOf("beta"), teams.length - 9, written.length]) {
      writeFileSync(path, written.slice(0, length));
      clock.advance(1_000);
      assert.equal(tokens.tenants.length, 2);
    }
    assert.deepEqual([changeCount, lines], [0, []]);
    clock.advance(1_000);
    assert.equal(tokens.tenants.length, 3);
    assert.equal(changeCount, 1);
  });

  it("lets nobody in once it holds no token any more", () => {
    writeFileSync(path, `alpha:${hash("a")}\n`);
    const tokens = open();
    writeFileSync(path, "# nobody\n");
    clock.advance(2_000);
    assert.equal(changeCount, 1);
    assert.deepEqual(tokens.tenants, []);
    tokens.dispose();
  });

  for (const [what, spoil] of [
    [
      "wrong",
      () => {
        writeFileSync(path, "alpha:nonsense\n");
      },
    ],
    [
      "gone",
      () => {
        rmSync(path);
      },
    ],
  ] as const) {
    it(`is told of once and not taken while it is ${what}, and taken when it is right again`, () => {
      writeFileSync(path, `alpha:${hash("a")}\n`);
      const tokens = open();
      spoil();
      clock.advance(10_000);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^the token file was not taken: /);
      assert.equal(changeCount, 0);
      assert.equal(tenantOf(tokens.tenants, "a")?.name, "alpha");
      writeFileSync(path, `beta:${hash("b")}\n`);
      clock.advance(2_000);
      assert.equal(changeCount, 1);
      assert.deepEqual(
        tokens.tenants.map(({ name }) => name),
        ["beta"],
      );
    });
  }
});
