import assert from "node:assert/strict";
import { it } from "node:test";
import { refuseConflict } from "../../../../src/completion/tidy/conflictMarkers.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text with a merge conflict's markers is refused", refuseConflict, [
  ["█", "a();\n<<<<<<< HEAD\nb();", ""],
  ["█", "a();\n=======\nb();", ""],
  ["█", "a();\n>>>>>>> main\n", ""],
  ["█", "||||||| base\na();", ""],
  ["<<<█", "<<<< HEAD\na();", ""],
]);

holdFilter("inside a merge conflict any text is refused", refuseConflict, [
  ["<<<<<<< HEAD\na();\n█\n=======\nb();\n>>>>>>> main\n", "c();", ""],
  ["x\n<<<<<<< HEAD\na();\n=======\nb();\n█\n>>>>>>> main\n", "c();", ""],
]);

holdFilter("above and below a merge conflict a text stays", refuseConflict, [
  ["<<<<<<< HEAD\na();\n=======\nb();\n>>>>>>> main\n█\n", "c();", "c();"],
  ["█\n<<<<<<< HEAD\na();\n=======\nb();\n>>>>>>> main\n", "c();", "c();"],
  ["<<<<<<< a\n=======\n>>>>>>> b\n█\n<<<<<<< c\n=======\n>>>>>>> d\n", "e();", "e();"],
]);

holdFilter("signs that are no markers stay", refuseConflict, [
  ["█", "a <<< b === c >>> d", "a <<< b === c >>> d"],
  ["// █", "=======", "======="],
  ["█", "========\n", "========\n"],
  ['x = "<<<<<<< HEAD";\n█\n>>>>>>> main\n', "y();", "y();"],
]);

holdFilter(
  "a heading underlined in Markdown stays",
  refuseConflict,
  [["Title\n█", "=======\ntext", "=======\ntext"]],
  "markdown",
);

it("a refused text is said to be of a merge conflict", () => {
  assert.equal(filteredBy("█", ">>>>>>> main"), "merge conflict");
});
