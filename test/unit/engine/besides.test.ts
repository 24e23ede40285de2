import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";

const script = `const selectedAccount = load();
if (selectedAccount) {
  print(selectedAccount, other);
}
if (selectedAccount) {
  print(selectedAccount, third);
}
`;
const python = `selected_account = load()
if check(selected_account):
    run(selected_account)
if check(selected_account):
    run(selected_account)
`;

/** What is offered at `█` in a line that stands below others. */
function offered(above: string, line: string): string | undefined {
  const [before = "", after = ""] = `${above}${line}\n`.split("█");
  const query = { path: "app/a", languageId: "x", before, after, isConfined: false };
  return new Engine().complete(query, 0.55);
}

describe("beside what stands right of the cursor", () => {
  for (const line of [
    "if (sel█ === undefined) {",
    "while (sel█) {",
    "print(sel█, fifth)",
    "log(sel█.name)",
    "log(sel█ ? one : two)",
    "<Foo it={sel█} />",
    "const x = { a: sel█, b: 1 };",
  ]) {
    it(`a word is ended: ${line}`, () => {
      assert.equal(offered(script, line), "ectedAccount");
    });
  }

  it("a word is ended where a block begins behind it, with what closes before that", () => {
    assert.equal(offered(python, "while other(sel█):"), "ected_account)");
    assert.equal(offered(python, "while other(sel█, 1):"), "ected_account");
  });

  it("no word is put into another one, nor behind one that is whole", () => {
    assert.equal(offered(script, "if (sel█ected === undefined) {"), undefined);
    assert.equal(offered(script, "if (selectedAccount█ === undefined) {"), undefined);
  });

  it("nothing is said where no word is begun", () => {
    assert.equal(offered(script, "if (█ === undefined) {"), undefined);
  });

  it("no comma is left before what is closed there", () => {
    assert.equal(offered(script, "print(sel█)"), "ectedAccount");
    const maps = "const m = new Map<string, number>();\n".repeat(2);
    assert.equal(offered(maps, "const o = new Map<█>"), "string");
  });

  for (const [above, line, expected] of [
    ["check(parserState.read(), 1);\n", "run(pars█)", "erState"],
    ["check(headers_only=one)\n", "def run(head█):", "ers_only"],
    ["check(textOfAll + more);\n", "run(textO█)", "fAll"],
    ["take(rows[startOfAll:])\n", "rows[start█]", "OfAll:]"],
    ["if (selectedAccount) {\n", "if (sel█)", "ectedAccount) {"],
    ["say('Message, none')\n", "log('Mess█')", "age"],
    ["say('Message: none')\n", "log('Mess█')", "age:"],
  ] as const) {
    it(`nothing is begun that waits for more, before what is closed there: ${line}`, () => {
      const varied = ["one", "two", "three"].map((word) =>
        above.replace(/read|one|more|none/, word),
      );
      assert.equal(offered(varied.join(""), line), expected);
    });
  }

  it("a comma is said where something follows it", () => {
    const calls = "run(first, second);\n".repeat(3);
    assert.equal(offered(calls, "run(█)"), "first, second);");
  });
});
