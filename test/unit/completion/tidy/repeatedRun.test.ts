import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutRepeatedRun } from "../../../../src/completion/tidy/repeatedRun.ts";
import { holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text that goes round in circles ends after the first round", cutRepeatedRun, [
  ["█", "// " + "very ".repeat(9), "// very"],
  ["█", "// " + "very ".repeat(9) + "ve", "// very"],
  ["x = █", "foo(".repeat(8), "foo("],
  ["█", "const next = await read(source); ".repeat(4), "const next = await read(source); "],
  [
    "█",
    "a();\n" + "if (b) {\n  return first;\n}\n".repeat(4),
    "a();\nif (b) {\n  return first;\n}",
  ],
]);

holdFilter("fewer rounds may be meant", cutRepeatedRun, [
  ["█", "very ".repeat(7), "very ".repeat(7)],
  ["type T = [█", "string, ".repeat(6), "string, ".repeat(6)],
  ["█", "const next = read(a); ".repeat(3), "const next = read(a); ".repeat(3)],
  ["█", "very ".repeat(9) + "good", "very ".repeat(9) + "good"],
]);

holdFilter("rows of data and rulers may be long", cutRepeatedRun, [
  ["█", "0, ".repeat(50), "0, ".repeat(50)],
  ["█", "null, ".repeat(50), "null, ".repeat(50)],
  ["// █", "=".repeat(100), "=".repeat(100)],
  ["// █", "-*".repeat(60), "-*".repeat(60)],
]);

describe("a row of data that does not end", () => {
  it("ends after the first round too", () => {
    assert.equal(cutRepeatedRun("0, ".repeat(200)), "0, ");
  });
});
