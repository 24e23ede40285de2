import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { contextKeys, contextTokens, orders } from "../../../src/engine/contexts.ts";
import { TokenLog } from "../../../src/engine/tokenLog.ts";
import { Tokens } from "../../../src/engine/tokens.ts";

const text = readFileSync(join(import.meta.dirname, "../../../src/engine/votes.ts"), "utf8");
const other = readFileSync(join(import.meta.dirname, "../../../src/engine/engine.ts"), "utf8");

/** A log of two texts, linked. */
function logOf(mayUnlink: boolean, capacity: number): { log: TokenLog; floors: readonly number[] } {
  const log = new TokenLog(capacity, mayUnlink);
  const floors = [text, other].map((each) => {
    const floor = log.count;
    log.open();
    log.read(each, 0);
    for (let index = floor + 1; index < log.count; index += 1) log.link(index, floor);
    return floor;
  });
  return { log, floors };
}

/** The tokens before a place as a query has them: none is 0. */
function tailOf(log: TokenLog, index: number, floor: number): Int32Array {
  const tail = new Int32Array(contextTokens);
  for (let back = 1; back <= contextTokens && index - back >= floor; back += 1)
    tail[contextTokens - back] = log.hashAt(index - back);
  return tail;
}

/** Fails where a place is not on the chain that a query for its context begins. */
function assertFound(log: TokenLog, floors: readonly number[]): void {
  const keys = new Int32Array(orders.length);
  for (let index = 1; index < log.count; index += 1) {
    const floor = floors.findLast((each) => each <= index) ?? 0;
    if (index === floor) continue;
    const tail = tailOf(log, index, floor);
    contextKeys({ hashes: tail, end: tail.length, floor: 0 }, log.codeAt(index), keys);
    for (const order of orders.keys()) {
      let at = log.newest(keys[order] ?? 0, order);
      while (at > index) at = log.older(at, order);
      assert.equal(at, index, `token ${index}, order ${order}`);
    }
  }
}

describe("a token log", () => {
  it("finds each place by all of its contexts, as a query knows them", () => {
    const { log, floors } = logOf(true, 16_000);
    assertFound(log, floors);
  });

  it("finds them where rare contexts are marked, and after it went to another thread", () => {
    const { log, floors } = logOf(false, 16_000);
    assertFound(log, floors);
    assertFound(new TokenLog(log.parts, false), floors);
  });

  it("finds them when it has outgrown its size, and the numbers of two bytes", () => {
    const { log, floors } = logOf(false, 64);
    assertFound(log, floors);
    const long = new TokenLog(64, true);
    long.open();
    long.read(text.repeat(40), 0);
    assert.ok(long.count > 0xffff);
    for (let index = 1; index < long.count; index += 1) long.link(index, 0);
    const keys = new Int32Array(orders.length);
    const last = long.count - 1;
    const tail = tailOf(long, last, 0);
    contextKeys({ hashes: tail, end: tail.length, floor: 0 }, long.codeAt(last), keys);
    for (const order of orders.keys()) assert.equal(long.newest(keys[order] ?? 0, order), last);
  });

  it("says of most contexts that no text has that it does not have them", () => {
    const { log } = logOf(false, 8_000);
    const keys = new Int32Array(orders.length);
    const rare = orders.findIndex(({ isRare }) => isRare);
    let absent = 0;
    for (let word = 0; word < 1_000; word += 1) {
      const strange = new Tokens(8);
      strange.add(`strange${word} word${word} here${word}`);
      contextKeys({ hashes: strange.hashes, end: strange.count, floor: 0 }, 0, keys);
      if (!log.mayHave(keys[rare] ?? 0, rare)) absent += 1;
    }
    assert.ok(absent > 600, `${absent} of 1000`);
  });

  it("has the same tokens where they were read first and copied", () => {
    const { log } = logOf(true, 16_000);
    const read = new Tokens(8);
    const ranges = [text, other].map((each) => read.add(each));
    const copy = new TokenLog(8, false);
    for (const range of ranges) copy.copy(read, range);
    const { hashes, offsets, codes } = log.parts;
    const copied = copy.parts;
    assert.deepEqual(copied.hashes, hashes);
    assert.deepEqual(copied.offsets, offsets);
    assert.deepEqual(copied.codes, codes);
  });
});
