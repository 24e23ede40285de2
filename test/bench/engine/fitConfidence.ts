/** Confidence by logistic regression: the weights under which what was right and what was wrong are likeliest. */
export class ConfidenceFit {
  readonly #rows: (readonly number[])[] = [];
  readonly #labels: boolean[] = [];

  add(features: readonly number[], isRight: boolean): void {
    this.#rows.push(features);
    this.#labels.push(isRight);
  }

  /** By Newton's method, with a touch of shrinkage. */
  weights(): number[] {
    const size = this.#rows[0]?.length ?? 0;
    let weights = new Array<number>(size).fill(0);
    for (let round = 0; round < rounds; round++) {
      const slope = weights.map((weight) => -shrinkage * weight);
      const curve = weights.map((_, row) =>
        weights.map((__, column): number => (row === column ? shrinkage : 0)),
      );
      for (const [index, row] of this.#rows.entries()) {
        const sum = row.reduce((total, value, at) => total + value * (weights[at] ?? 0), 0);
        const likely = 1 / (1 + Math.exp(-sum));
        const error = (this.#labels[index] ? 1 : 0) - likely;
        const spread = likely * (1 - likely);
        for (let a = 0; a < size; a++) {
          const value = row[a] ?? 0;
          slope[a] = (slope[a] ?? 0) + error * value;
          const line = curve[a];
          if (line)
            for (let b = 0; b < size; b++)
              line[b] = (line[b] ?? 0) + spread * value * (row[b] ?? 0);
        }
      }
      const step = solved(curve, slope);
      weights = weights.map((weight, at) => weight + (step[at] ?? 0));
    }
    return weights.map((weight) => Number(weight.toFixed(3)));
  }
}

const rounds = 12;
const shrinkage = 1e-3;

/** Solves a symmetric system by elimination. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  for (let pivot = 0; pivot < rows.length; pivot++) {
    const line = rows[pivot] ?? [];
    const scale = line[pivot] ?? 1;
    for (let at = pivot; at < line.length; at++) line[at] = (line[at] ?? 0) / scale;
    for (const [index, other] of rows.entries()) {
      const factor = index === pivot ? 0 : (other[pivot] ?? 0);
      if (factor === 0) continue;
      for (let at = pivot; at < other.length; at++)
        other[at] = (other[at] ?? 0) - factor * (line[at] ?? 0);
    }
  }
  return rows.map((row) => row.at(-1) ?? 0);
}
