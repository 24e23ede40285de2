import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";
import { Drafting } from "../../../src/gateway/drafting.ts";
import { type CompletionRequest } from "../../../src/wire/messages.ts";
import { aRequest } from "../../helpers/requests.ts";

/** A long file of real code, and places all over its second half. */
const code = ["codec", "documentReceiver", "documentSender", "editFrame", "documentText", "lines"]
  .map((name) => readFileSync(new URL(`../../../src/wire/${name}.ts`, import.meta.url), "utf8"))
  .join("");
const requests: CompletionRequest[] = [];
for (let at = Math.floor(code.length / 2); at < code.length; at += 31)
  requests.push(aRequest({ before: code.slice(0, at), after: "" }));

function draftingOf(suggestions?: "quiet" | "balanced" | "eager", sparesModel = false) {
  const drafting = new Drafting(new Engine());
  if (suggestions) drafting.set({ suggestions, sparesModel });
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

  it("is balanced, and spares no model, until the window says otherwise", () => {
    const drafting = draftingOf();
    assert.equal(drafting.maySpareModel, false);
    const balanced = draftingOf("balanced");
    for (const each of requests) assert.deepEqual(drafting.draft(each), balanced.draft(each));
    drafting.set({ suggestions: "eager", sparesModel: true });
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
