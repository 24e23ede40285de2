import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitMidWord, restOfWord } from "../../../../src/completion/tidy/midWord.ts";
import { filteredBy, holdShown } from "../../../helpers/tidyTable.ts";

holdShown("in the middle of a word only a text is shown that ends as the word does", [
  ["get█Name()", "UserName", "get«User»Name()"],
  ["get█Name()", "UserName()", "get«User»Name()"],
  ["foo(█bar)", "a, bar)", "foo(«a, »bar)"],
  ["return █foo;", "await foo", "return «await »foo;"],
  ["größ█er", "eNochViel", undefined],
  ["get█Name()", "User", undefined],
  ["get█Name()", "Name", undefined],
  ["get█Name()", "UserNames", undefined],
  ["x█1", "2", undefined],
  ["get█Name()", "User()\nName", undefined],
]);

describe("the rest of a word", () => {
  it("is of letters, digits and underscores of any script", () => {
    assert.equal(restOfWord("größe_1.x"), "größe_1");
    assert.equal(restOfWord(".x"), "");
    assert.equal(restOfWord(" x"), "");
  });

  it("is all that is replaced, unless the text ends as the whole rest of the line", () => {
    assert.deepEqual(fitMidWord("UserName", "Name()"), { text: "UserName", replaceAfterChars: 4 });
    assert.deepEqual(fitMidWord("UserName()", "Name() "), {
      text: "UserName()",
      replaceAfterChars: 6,
    });
    assert.equal(fitMidWord("User", "Name()"), undefined);
  });

  it("is the reason when nothing is shown", () => {
    assert.equal(filteredBy("get█Name()", "User"), "the middle of a word");
  });
});
