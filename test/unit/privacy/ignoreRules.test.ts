import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type IgnoreFile, IgnoreRules, type Verdict } from "../../../src/privacy/ignoreRules.ts";

interface Case {
  readonly name: string;
  readonly files: readonly IgnoreFile[];
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

const git = (folder: string, text: string): IgnoreFile => ({ kind: "git", folder, text });
const slipstream = (folder: string, text: string): IgnoreFile => ({
  kind: "slipstream",
  folder,
  text,
});

const cases: readonly Case[] = [
  {
    name: "leaves everything open without ignore files, except secrets",
    files: [],
    verdicts: { "/p/a.ts": "open", "/p/.env": "never", "/p/.env.example": "open" },
  },
  {
    name: "lets a deeper file override a shallower one",
    files: [git("/p", "*.log\n"), git("/p/a", "!keep.log\n")],
    verdicts: { "/p/x.log": "git-ignored", "/p/a/x.log": "git-ignored", "/p/a/keep.log": "open" },
  },
  {
    name: "brings nothing back out of an ignored folder",
    files: [git("/p", "out/\n!out/keep.ts\n"), git("/p/out", "!*\n")],
    verdicts: { "/p/out/keep.ts": "git-ignored", "/p/out/deep/x.ts": "git-ignored" },
  },
  {
    name: "anchors a rule with a slash to the folder of its file",
    files: [git("/p/a", "/only\nx/y\n")],
    verdicts: {
      "/p/a/only": "git-ignored",
      "/p/a/b/only": "open",
      "/p/only": "open",
      "/p/a/x/y": "git-ignored",
      "/p/a/b/x/y": "open",
    },
  },
  {
    name: "lets .gitignore override info/exclude",
    files: [git("/p", "!shared.txt\n"), { kind: "git-exclude", folder: "/p", text: "*.txt\n" }],
    verdicts: { "/p/a.txt": "git-ignored", "/p/b/shared.txt": "open" },
  },
  {
    name: "keeps what .slipstreamignore names out of everything, over any .gitignore",
    files: [git("/p", "!*\nmine.ts\n"), slipstream("/p", "legal/\nmine.ts\n")],
    verdicts: { "/p/legal/a.ts": "never", "/p/mine.ts": "never", "/p/a.ts": "open" },
  },
  {
    name: "does not let .slipstreamignore open a secret or an ignored file",
    files: [git("/p", "a.ts\n"), slipstream("/p", "!.env\n!a.ts\n")],
    verdicts: { "/p/.env": "never", "/p/a.ts": "git-ignored" },
  },
  {
    name: "takes Windows paths, CRLF and a byte order mark",
    files: [git("C:\\work\\p", "\uFEFFout\r\n*.log\r\n")],
    verdicts: {
      "c:\\work\\p\\out\\a.ts": "git-ignored",
      "C:\\work\\p\\b\\x.log": "git-ignored",
      "C:/work/p/a.ts": "open",
      "C:\\work\\q\\x.log": "open",
    },
  },
  {
    name: "takes folders whose names look like patterns",
    files: [git("/p/[id] *!#", "x.ts\n")],
    verdicts: { "/p/[id] *!#/x.ts": "git-ignored", "/p/i/x.ts": "open" },
  },
  {
    name: "lets rules above a workspace folder hold in it",
    files: [git("/repo", "generated/\n")],
    verdicts: { "/repo/packages/app/generated/a.ts": "git-ignored" },
  },
];

describe("ignore rules", () => {
  for (const { name, files, verdicts } of cases) {
    it(name, () => {
      const rules = new IgnoreRules();
      for (const file of files) rules.add(file);
      for (const [path, verdict] of Object.entries(verdicts)) {
        assert.equal(rules.verdict(path), verdict, path);
      }
    });
  }

  it("replaces an ignore file that is added again and forgets one that is removed", () => {
    const rules = new IgnoreRules();
    rules.add(git("/p", "a.ts\n"));
    assert.equal(rules.verdict("/p/a.ts"), "git-ignored");
    rules.add(git("/p", "b.ts\n"));
    assert.equal(rules.verdict("/p/a.ts"), "open");
    assert.equal(rules.verdict("/p/b.ts"), "git-ignored");
    rules.remove("git", "/p");
    assert.equal(rules.verdict("/p/b.ts"), "open");
  });

  it("tells a walk which folders to leave out", () => {
    const rules = new IgnoreRules();
    rules.add(git("/p", "out/\n"));
    rules.add(slipstream("/p", "legal/\n"));
    assert.equal(rules.folderVerdict("/p/out"), "git-ignored");
    assert.equal(rules.folderVerdict("/p/legal"), "never");
    assert.equal(rules.folderVerdict("/p/src"), "open");
    assert.equal(rules.folderVerdict("/"), "open");
  });

  it("matches without case only where the file system does", () => {
    const strict = new IgnoreRules(false);
    const lax = new IgnoreRules(true);
    for (const rules of [strict, lax]) rules.add(git("/p", "Out\n"));
    assert.equal(strict.verdict("/p/out"), "open");
    assert.equal(lax.verdict("/p/out"), "git-ignored");
  });

  it("never throws, whatever the rules and paths", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (folder, text, path) => {
        const rules = new IgnoreRules();
        for (const kind of ["git", "git-exclude", "slipstream"] as const) {
          rules.add({ kind, folder, text });
        }
        rules.verdict(path);
        rules.verdict(`${folder}/${path}`);
        rules.folderVerdict(path);
      }),
      { verbose: true },
    );
  });

  it("agrees with git on random trees", { skip: hasGit() ? false : "git is not there" }, () => {
    fc.assert(
      fc.property(treeRules, fc.uniqueArray(filePath, { minLength: 12, maxLength: 40 }), checkTree),
      { numRuns: 60, verbose: true },
    );
  });
});

const folderNames = ["a", "b", "out"];
const fileNames = ["x.ts", "y.log", "keep.log", "b1", "!z"];
const filePath = fc
  .tuple(fc.array(fc.constantFrom(...folderNames), { maxLength: 3 }), fc.constantFrom(...fileNames))
  .map(([folders, name]) => [...folders, name].join("/"));
const pattern = fc.constantFrom(
  ...["*.log", "x.ts", "a", "b/", "out/", "/a", "/b/", "a/b", "a/*", "b/**", "**/out", "*", "*/"],
  ...["**/b/x.ts", "a/**/b1", "?.ts", "[xy].*", "b?", "\\!z", "keep.log  ", "# x.ts", "", "/"],
);
const rule = fc
  .tuple(fc.boolean(), pattern)
  .map(([isNegative, text]) => (isNegative && !text.startsWith("\\") ? `!${text}` : text));
const treeRules = fc.dictionary(
  fc.constantFrom("", "a", "b", "a/b", "out", "b/a"),
  fc.array(rule, { minLength: 1, maxLength: 5 }),
  { maxKeys: 4 },
);

function checkTree(ignoreFiles: Record<string, string[]>, paths: readonly string[]): void {
  const top = mkdtempSync(join(tmpdir(), "ignore-rules-"));
  try {
    execFileSync("git", ["init", "-q", top]);
    const rules = new IgnoreRules();
    for (const [folder, lines] of Object.entries(ignoreFiles)) {
      write(join(top, folder, ".gitignore"), lines.join("\n"));
      rules.add(git(join(top, folder), lines.join("\n")));
    }
    for (const path of paths) write(join(top, path), "");
    const ignored = gitIgnored(top, paths);
    for (const path of paths) {
      const expected = ignored.has(path) ? "git-ignored" : "open";
      assert.equal(rules.verdict(join(top, path)), expected, path);
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** What git itself ignores; it exits with 1 when that is nothing. */
function gitIgnored(top: string, paths: readonly string[]): Set<string> {
  const input = paths.join("\0");
  const options = {
    cwd: top,
    input,
    stdio: ["pipe", "pipe", "ignore"] as ["pipe", "pipe", "ignore"],
  };
  try {
    const args = ["-c", "core.excludesFile=", "check-ignore", "-z", "--stdin", "--no-index"];
    return new Set(execFileSync("git", args, options).toString().split("\0"));
  } catch (thrown) {
    if ((thrown as { status?: number }).status === 1) return new Set();
    throw thrown;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function hasGit(): boolean {
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
