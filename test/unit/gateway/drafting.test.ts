import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";
import { Drafting } from "../../../src/gateway/drafting.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { aRequest } from "../../helpers/requests.ts";

/** A long file of real code, and places all over its second half. */
const code = ["codec", "documentReceiver", "documentSender", "editFrame", "documentText", "lines"]
  .map((name) => readFileSync(new URL(`../../../src/wire/${name}.ts`, import.meta.url), "utf8"))
  .join("");
const requests: CompletionRequest[] = [];
for (let at = Math.floor(code.length / 2); at < code.length; at += 31)
  requests.push(aRequest({ before: code.slice(0, at), after: "" }));
/** A small file: where little is known, the engine is less exacting. */
const small = code.slice(0, 4_000);

function draftingOf(suggestions: "quiet" | "balanced" | "eager", hasModel = false) {
  const drafting = new Drafting(new Engine());
  drafting.set({ suggestions, hasModel, sparesModel: hasModel });
  return drafting;
}

describe("how the engine drafts", () => {
  it("is more, and longer, the less sure it must be", () => {
    const [quiet = 0, balanced = 0, eager = 0] = (["quiet", "balanced", "eager"] as const)
      .map((suggestions) => draftingOf(suggestions))
      .map((drafting) =>
        requests.reduce((sum, each) => sum + (drafting.draft(each)?.text.length ?? 0), 0),
      );
    assert.ok(0 < quiet && quiet < balanced && balanced < eager, `${quiet} ${balanced} ${eager}`);
  });

  describe("in a small file, where the engine hopes for the best", () => {
    const cuts = Array.from({ length: 60 }, (_, index) => small.slice(0, 2_000 + 31 * index));
    const draftsOf = (drafting: Drafting, isConfined = false) =>
      cuts.flatMap((before) => drafting.draft(aRequest({ before, after: "", isConfined })) ?? []);
    const hopeful = draftsOf(draftingOf("balanced"));

    it("does not where it is to be quiet", () => {
      assert.ok(2 * draftsOf(draftingOf("quiet")).length < hopeful.length);
    });

    it("lets such drafts wait where a model is asked too, and nowhere else", () => {
      const waiting = draftsOf(draftingOf("balanced", true)).filter(({ mayWait }) => mayWait);
      assert.ok(2 * waiting.length > hopeful.length);
      assert.ok(hopeful.every(({ mayWait }) => !mayWait));
      assert.ok(draftsOf(draftingOf("balanced", true), true).every(({ mayWait }) => !mayWait));
    });
  });

  it("finds a text read that was read ahead, and drafts the same", () => {
    const engine = new Engine();
    const drafting = new Drafting(engine);
    const request = aRequest({ before: code.slice(0, 30_000), after: code.slice(30_000) });
    drafting.read(request);
    const { liveDocuments, indexBytes } = engine.stats;
    assert.equal(liveDocuments, 1);
    assert.deepEqual(drafting.draft(request), new Drafting(new Engine()).draft(request));
    assert.equal(engine.stats.indexBytes, indexBytes);
  });

  it("is balanced, and spares no model, until the window says otherwise", () => {
    const drafting = new Drafting(new Engine());
    assert.equal(drafting.maySpareModel, false);
    const balanced = draftingOf("balanced");
    for (const each of requests) assert.deepEqual(drafting.draft(each), balanced.draft(each));
    drafting.set({ suggestions: "eager", hasModel: true, sparesModel: true });
    assert.equal(drafting.maySpareModel, true);
  });

  it("is sure where the engine is at least 90 % sure", () => {
    const drafting = draftingOf("quiet", true);
    const engine = new Engine();
    const drafts = requests.flatMap((each) => {
      const drafted = drafting.draft(each);
      return drafted ? [[drafted.isSure, engine.draft(each, 0.8)?.confidence ?? 0] as const] : [];
    });
    for (const [isSure, confidence] of drafts) assert.equal(isSure, confidence >= 0.9);
    assert.ok(drafts.some(([isSure]) => isSure) && drafts.some(([isSure]) => !isSure));
  });
});
