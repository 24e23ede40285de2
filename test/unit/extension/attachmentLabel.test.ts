import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { labelOf } from "../../../src/extension/chat/attachmentLabel.ts";
import { english, type Translate } from "../../../src/extension/translate.ts";
import { selection } from "../chat/exchanges.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const bundle = readFileSync(join(root, "l10n/bundle.l10n.zh-cn.json"), "utf8");
const chinese = JSON.parse(bundle) as Record<string, string>;
const inChinese: Translate = (text, ...values) => english(chinese[text] ?? text, ...values);

void describe("An attachment", () => {
  const labels = (t: Translate) => [
    labelOf({ ...selection, kind: "file" }, t),
    labelOf(selection, t),
    labelOf({ ...selection, lastLine: 3 }, t),
    labelOf({ ...selection, lastLine: 3, kind: "problem" }, t),
  ];

  void it("is called by its place, and a problem is told from its line", () => {
    assert.deepEqual(labels(english), [
      "project/src/area.ts",
      "project/src/area.ts, lines 3-5",
      "project/src/area.ts, line 3",
      "Problem: project/src/area.ts, line 3",
    ]);
  });

  void it("is called so in Chinese", () => {
    assert.deepEqual(labels(inChinese), [
      "project/src/area.ts",
      "project/src/area.ts，第 3-5 行",
      "project/src/area.ts，第 3 行",
      "问题：project/src/area.ts，第 3 行",
    ]);
  });
});
