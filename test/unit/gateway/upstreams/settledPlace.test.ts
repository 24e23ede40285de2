import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SettledPlaces } from "../../../../src/gateway/upstreams/settledPlace.ts";

void describe("the texts of a place", () => {
  for (const sameChars of [0, 499, 600, 1_900])
    void it(`are its own where another file of the same path goes on alike for ${sameChars} characters`, () => {
      const places = new SettledPlaces({ beforeChars: 6_000, afterChars: 2_000 });
      const head = "import { app } from './app';\n";
      const below = `\n${"x".repeat(sameChars)}\n`;
      const path = "src/main.ts";
      places.textsOf({ path, before: `${head}co`, after: `${below}const theirs = 'secret';\n` });
      const { tail } = places.textsOf({
        path,
        before: `${head}le`,
        after: `${below}const own = 1;\n`,
      });
      assert.equal(tail.trimEnd(), `${below}const own = 1;`);
    });

  void it("are no more of what is remembered than was compared, however much a model may have", () => {
    const places = new SettledPlaces({ beforeChars: 6_000, afterChars: 50_000 });
    const below = "const a = 1;\n".repeat(1_000);
    const path = "src/main.ts";
    places.textsOf({ path, before: "co", after: `${below}const theirs = 'secret';\n` });
    const { tail } = places.textsOf({ path, before: "con", after: `${below}const own = 1;\n` });
    assert.ok(tail.length > 1_900 && tail.length <= 2_000, `${tail.length} characters`);
  });

  void it("stay the same while somebody types, also beside a bracket that the editor has closed", () => {
    const places = new SettledPlaces({ beforeChars: 6_000, afterChars: 2_000 });
    const after = `\n${"y".repeat(3_000)}\n`;
    const first = places.textsOf({ path: "a.ts", before: "let a = f", after });
    const second = places.textsOf({ path: "a.ts", before: "let a = f(", after: `)${after}` });
    assert.deepEqual({ ...second, typed: first.typed }, first);
    assert.equal(second.typed, "let a = f(");
  });

  void it("stay the same while lines are typed in a document of which a gateway gives the last 16,000 characters", () => {
    const places = new SettledPlaces({ beforeChars: 6_000, afterChars: 2_000 });
    let text = Array.from({ length: 2_000 }, (_, line) => `const value${line} = ${line};\n`).join(
      "",
    );
    const heads = new Set<string>();
    for (let line = 0; line < 60; line++)
      for (const typed of [`let other${line}`, ` = ${line};\n`]) {
        text += typed;
        const before = text.slice(text.indexOf("\n", text.length - 16_000) + 1);
        const { head, typed: behind } = places.textsOf({ path: "a.ts", before, after: "\n" });
        assert.ok(before.endsWith(head + behind));
        heads.add(head);
      }
    assert.equal(heads.size, 2); // the second has what was typed behind the first
  });
});
