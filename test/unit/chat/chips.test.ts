import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Chips } from "../../../src/chat/chips.ts";
import { selection } from "./exchanges.ts";

const named = (path: string) => ({ ...selection, path, uri: `file:///${path}` });

void describe("What goes with the next question", () => {
  let chips: Chips;
  beforeEach(() => {
    let made = 0;
    chips = new Chips(() => `${++made}`);
    chips.add(named("added"));
  });
  const paths = () => chips.all.map(([id, { path }]) => `${id} ${path}`);

  void it("is taken once", () => {
    assert.deepEqual(chips.take(), [named("added")]);
    assert.deepEqual(chips.take(), []);
  });

  void it("is taken off by its name", () => {
    chips.edit([named("first"), named("second")]);
    chips.remove("1");
    chips.remove("2");
    assert.deepEqual(paths(), ["3 second"]);
  });

  void it("has what an edited question had, until that is left", () => {
    chips.edit([named("old")]);
    assert.deepEqual(paths(), ["2 old", "1 added"]);
    chips.leaveEdit();
    assert.deepEqual(paths(), ["1 added"]);
  });

  void it("has nothing of the question that was edited before", () => {
    chips.edit([named("old")]);
    chips.edit([named("older")]);
    assert.deepEqual(chips.take(), [named("older"), named("added")]);
    assert.deepEqual(paths(), []);
  });

  void it("has the same code once, whichever way it comes", () => {
    chips.add(named("added"));
    assert.deepEqual(paths(), ["1 added"]);
    chips.add({ ...named("added"), text: "const b = 2;\n" });
    chips.add({ ...named("added"), kind: "problem" });
    assert.equal(chips.all.length, 3);
    chips.edit([named("added"), named("old")]);
    assert.deepEqual(paths(), ["4 added", "5 old", "2 added", "3 added"]);
    chips.remove("4");
    assert.deepEqual(paths(), ["5 old", "2 added", "3 added"]);
  });

  void it("has again what an edited question had too, when that is left", () => {
    chips.edit([named("added")]);
    chips.leaveEdit();
    assert.deepEqual(paths(), ["1 added"]);
  });
});
