import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IgnoreRules, type Verdict } from "../../../src/privacy/ignoreRules.ts";
import { addRulesFor, type IgnoreFileReader } from "../../../src/privacy/readRules.ts";

/** A disk with these ignore files and repositories, some of whose entries cannot be read. */
function disk(
  files: Readonly<Record<string, string>>,
  broken: readonly string[] = [],
): IgnoreFileReader {
  const check = (path: string) => {
    if (broken.includes(path)) throw new Error(`EMFILE: ${path}`);
  };
  return {
    read: async (path) => {
      await Promise.resolve();
      check(path);
      return files[path];
    },
    exists: async (path) => {
      await Promise.resolve();
      check(path);
      return Object.keys(files).some((each) => `${each}/`.startsWith(`${path}/`));
    },
  };
}

async function found(reader: IgnoreFileReader): Promise<[Verdict, boolean]> {
  const rules = new IgnoreRules();
  const isCertain = await addRulesFor(rules, "/home/me/app/src", "/home/me/app/src", reader);
  return [rules.verdict("/home/me/app/src/a.ts"), isCertain];
}

const repository = { "/home/me/app/.git/HEAD": "" };

describe("the rules of a folder", () => {
  it("are certain where all of them could be read, also where there are none", async () => {
    assert.deepEqual(await found(disk({})), ["open", true]);
    assert.deepEqual(await found(disk({ ...repository, "/home/me/app/.gitignore": "*.ts" })), [
      "git-ignored",
      true,
    ]);
  });

  it("forbid, and are not certain, where one of them could not be read", async () => {
    const git = disk(repository, ["/home/me/app/.gitignore"]);
    assert.deepEqual(await found(git), ["git-ignored", false]);
    const ours = disk(repository, ["/home/.slipstreamignore"]);
    assert.deepEqual(await found(ours), ["never", false]);
  });

  it("reach as far as they may where nobody can say whether a repository ends there", async () => {
    const files = { ...repository, "/home/me/app/.gitignore": "*.ts" };
    assert.deepEqual(await found(disk(files, ["/home/me/app/.git"])), ["git-ignored", false]);
  });

  it("are not certain where all was read and nobody can say whether there is a repository", async () => {
    const exists = async () => Promise.reject(new Error("EACCES"));
    assert.deepEqual(await found({ ...disk({ "/home/me/.gitignore": "*.ts" }), exists }), [
      "git-ignored",
      false,
    ]);
  });

  for (const [what, root, isOnShare] of [
    ["that the path names", "//nas/share", false],
    ["that the reader knows", "/share", true],
  ] as const) {
    it(`are looked for up to a network share ${what}, and not at its host`, async () => {
      const asked: string[] = [];
      const share = disk({ [`${root}/.slipstreamignore`]: "*.key.ts" });
      const note = (path: string) => {
        asked.push(path);
        if (!path.startsWith(`${root}/`)) throw new Error(`UNKNOWN: ${path}`);
        return path;
      };
      const reader: IgnoreFileReader = {
        isOnShare,
        read: async (path) => share.read(note(path)),
        exists: async (path) => share.exists(note(path)),
      };
      const rules = new IgnoreRules();
      const folder = `${root}/app/src`;
      assert.ok(await addRulesFor(rules, folder, folder, reader), asked.join(" "));
      assert.equal(rules.verdict(`${folder}/a.ts`), "open");
      assert.equal(rules.verdict(`${folder}/a.key.ts`), "never");
    });
  }

  for (const [what, root, files] of [
    [
      "a linked work tree",
      "/home/tree",
      {
        "/home/tree/.git": "gitdir: /home/me/.git/worktrees/tree\n",
        "/home/me/.git/worktrees/tree/commondir": "../..\n",
        "/home/me/.git/info/exclude": "x.ts\n",
      },
    ],
    [
      "a submodule",
      "/home/me/sub",
      {
        "/home/me/sub/.git": "gitdir: ../.git/modules/sub\n",
        "/home/me/.git/modules/sub/info/exclude": "x.ts\n",
      },
    ],
    [
      "a work tree on a drive, as the editor names it",
      "/c:/tree",
      {
        "/c:/tree/.git": "gitdir: C:/me/.git/worktrees/tree\r\n",
        "/C:/me/.git/worktrees/tree/commondir": "../..\r\n",
        "/C:/me/.git/info/exclude": "x.ts\n",
      },
    ],
    [
      "a work tree on a share, as the editor names it",
      "/share/tree",
      {
        "/share/tree/.git": "gitdir: //nas/share/me/.git/worktrees/tree\n",
        "/share/me/.git/worktrees/tree/commondir": "//nas/share/me/.git\n",
        "/share/me/.git/info/exclude": "x.ts\n",
      },
    ],
  ] as const) {
    it(`include what git's own folder of ${what} excludes`, async () => {
      const rules = new IgnoreRules();
      assert.ok(await addRulesFor(rules, `${root}/src`, root, disk(files)));
      assert.equal(rules.verdict(`${root}/src/x.ts`), "git-ignored");
      assert.equal(rules.verdict(`${root}/src/a.ts`), "open");
    });

    it(`are not certain where that of ${what} cannot be read`, async () => {
      const rules = new IgnoreRules();
      const broken = Object.keys(files).slice(1);
      assert.equal(await addRulesFor(rules, root, root, disk(files, broken)), false);
      assert.equal(rules.verdict(`${root}/src/a.ts`), "git-ignored");
    });
  }
});
