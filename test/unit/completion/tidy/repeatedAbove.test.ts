import assert from "node:assert/strict";
import { it } from "node:test";
import { cutAtLinesAbove } from "../../../../src/completion/tidy/repeatedAbove.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

const line = "const total = first + second;";

holdFilter("a text ends where it says the line above again", cutAtLinesAbove, [
  [`${line}\n█`, line, ""],
  [`${line}\n\n█`, `${line}\nfoo();`, ""],
  [`${line}█`, `\n${line}`, ""],
  ["const total = first█", ` + second;\n${line}\nfoo();`, " + second;"],
  ["█", `foo();\n${line}\n${line}\nbar();`, `foo();\n${line}`],
]);

holdFilter("a text ends where it says the two to four lines above again", cutAtLinesAbove, [
  ["await clock.tick();\nassert.ok(a);\n█", "await clock.tick();\nassert.ok(a);", ""],
  [
    "read(first);\nsend(second);\nstop(third);\n█",
    "read(first);\nsend(second);\nstop(third);\nx",
    "",
  ],
  ["read(first);\nsend█", "(second);\nread(first);\nsend(second);", "(second);"],
]);

holdFilter("what is no repetition stays", cutAtLinesAbove, [
  [`${line}\n█`, `  ${line}`, `  ${line}`],
  [`${line}\nfoo();\n█`, line, line],
  ["const total = fir█", "st + second;", "st + second;"],
  [`${line}\ncon█`, "st total = first + second;", "st total = first + second;"],
]);

holdFilter("short lines, closing lines and data may repeat", cutAtLinesAbove, [
  ["tick();\n█", "tick();", "tick();"],
  ["  }\n█", "  }", "  }"],
  ["0.5, 0.5, 0.5, 0.5, 0.5,\n█", "0.5, 0.5, 0.5, 0.5, 0.5,", "0.5, 0.5, 0.5, 0.5, 0.5,"],
]);

holdFilter("what stands above twice already may go on", cutAtLinesAbove, [
  [`${line}\n${line}\n█`, line, line],
  [
    "await clock.tick();\nassert.ok(a);\n".repeat(2) + "█",
    "await clock.tick();\nassert.ok(a);",
    "await clock.tick();\nassert.ok(a);",
  ],
]);

it("a text that is the line above again is called that", () => {
  assert.equal(filteredBy(`${line}\n█`, line), "repetition of the lines above");
});
