import assert from "node:assert/strict";
import { it } from "node:test";
import { dropThinking } from "../../../../src/completion/tidy/thinking.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("what a reasoning model thinks is dropped, and its answer stays", dropThinking, [
  ["█", "<think>Hm. foo?</think>foo();", "foo();"],
  ["█", "<think>\nHm.\n</think>\n\n  foo();", "  foo();"],
  ["█", "Hm. foo?\n</think>\nfoo();", "foo();"],
  ["█", "<thinking>a</thinking>\nfoo();", "foo();"],
  ["█", "<think>a</think><think>b</think>foo();", "foo();"],
  ["x = █", "<think>a</think> 5", " 5"],
  ["█", "foo();<think>Was that right?", "foo();"],
  ["█", "<think>a</think>", ""],
  ["█", "<think>still at it", ""],
]);

holdFilter("a document about thinking keeps its marks", dropThinking, [
  ["const open = '<think>';\n█", "const close = '</think>';", "const close = '</think>';"],
  ["█\nexpect('<think>')", "a('</think>')", "a('</think>')"],
  ["█", "think(thought);", "think(thought);"],
]);

it("a text of thoughts alone is called that", () => {
  assert.equal(filteredBy("█", "<think>I should"), "thinking aloud");
});
