import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Percentiles } from "../../../src/base/percentiles.ts";

function of(capacity: number, samples: readonly number[]): Percentiles {
  const percentiles = new Percentiles(capacity);
  for (const sample of samples) percentiles.add(sample);
  return percentiles;
}

describe("percentiles", () => {
  it("have nothing to say without a sample", () => {
    assert.equal(of(10, []).at(0.5), undefined);
    assert.equal(of(10, []).count, 0);
  });

  it("are by nearest rank", () => {
    const tenth = of(10, [10, 1, 9, 2, 8, 3, 7, 4, 6, 5]);
    assert.equal(tenth.at(0), 1);
    assert.equal(tenth.at(0.5), 5);
    assert.equal(tenth.at(0.51), 6);
    assert.equal(tenth.at(0.95), 10);
    assert.equal(tenth.at(1), 10);
    assert.equal(of(10, [7]).at(0.5), 7);
  });

  it("sort numbers as numbers", () => {
    assert.equal(of(3, [9, 10, 100]).at(0.5), 10);
  });

  it("forget the oldest sample when they are full", () => {
    const last = of(3, [1000, 1, 2, 3]);
    assert.equal(last.count, 3);
    assert.equal(last.at(1), 3);
    last.add(0);
    assert.equal(last.at(0), 0);
    assert.equal(last.at(0.5), 2);
  });

  it("always name one of the last samples, with the right number of them at or below it", () => {
    const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
    const capacity = fc.integer({ min: 1, max: 20 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, capacity, share, (all, size, at) => {
        const kept = all.slice(-size);
        const found = of(size, all).at(at) ?? Number.NaN;
        assert.ok(kept.includes(found));
        const below = kept.filter((sample) => sample < found).length;
        const upTo = kept.filter((sample) => sample <= found).length;
        const rank = Math.max(1, Math.ceil(kept.length * at));
        assert.ok(below < rank && rank <= upTo);
      }),
    );
  });
});
