import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { Filler, type FillCost } from "../../src/gateway/upstreams/gguf/filler.ts";
import type { Place } from "../../src/gateway/upstreams/settledPlace.ts";
import { loadLlamaModel } from "../../src/gateway/upstreams/gguf/llamaModel.ts";
import { measureSpeed } from "../../src/gateway/upstreams/gguf/probe.ts";
import type { TokenModel } from "../../src/gateway/upstreams/gguf/tokenModel.ts";
import { isLlamaMissing, llamaPackageFolder } from "../helpers/llamaPackage.ts";
import { type TinyModel, writeTinyGguf } from "../helpers/tinyGguf.ts";

if (isLlamaMissing) console.log(`skipped: ${isLlamaMissing}`);

/** Reads all that it may. */
const fast = 1_000;
const never = new AbortController().signal;
const code = Array.from(
  { length: 40 },
  (_, at) => `export const value${at} = compute(${at});\n`,
).join("");

function placeOf(before: string, after = "}\n"): Place {
  return { path: "app/main.ts", before, after };
}

describe("filling in with a model file", { skip: isLlamaMissing }, () => {
  const folder = mkdtempSync(join(tmpdir(), "gguf-"));
  let packageFolder = "";
  let files = 0;
  before(async () => {
    packageFolder = await llamaPackageFolder();
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function load(model: TinyModel = {}): Promise<TokenModel> {
    const path = join(folder, `${++files}.gguf`);
    await writeTinyGguf(path, model);
    return loadLlamaModel(path, packageFolder);
  }

  async function fill(filler: Filler, place: Place, maxTokens = 24, signal = never) {
    const texts = filler.fill(place, maxTokens, signal);
    const pieces: string[] = [];
    let next = await texts.next();
    for (; next.done !== true; next = await texts.next()) pieces.push(next.value);
    return { pieces, text: pieces.join(""), cost: next.value };
  }

  function report(t: TestContext, what: string, costs: readonly FillCost[]): void {
    const reads = costs.map(({ kept, read }) => `${read} of ${kept + read}`);
    t.diagnostic(`${what}, tokens read: ${reads.join(", ")}`);
  }

  it("reads the tokens that a key has added, and none of the others again", async (t) => {
    const filler = new Filler(await load(), fast);
    const typed = "  return sum(a, b);";
    const costs: FillCost[] = [];
    for (let chars = 0; chars <= typed.length; chars++)
      costs.push((await fill(filler, placeOf(code + typed.slice(0, chars)))).cost);
    report(t, "a line typed key by key", costs);
    const [first, ...others] = costs;
    assert.ok(first?.kept === 0 && first.read > 1_000, "the first reads all of it");
    // A token is a byte here. The last one is not read but written behind.
    for (const { read } of others) assert.ok(read <= 1, `${read} tokens read for a key`);
  });

  it("reads a new line's own tokens only", async (t) => {
    const filler = new Filler(await load(), fast);
    const cold = await fill(filler, placeOf(`${code}const a = 1;`));
    const line = "\nconst b = 2;";
    const { cost } = await fill(filler, placeOf(`${code}const a = 1;${line}`));
    report(t, "one line further", [cold.cost, cost]);
    assert.ok(cost.read <= line.length, `${cost.read} tokens read`);
  });

  it("reads what is between when the cursor goes further down, not the text above", async (t) => {
    const filler = new Filler(await load(), fast);
    const between = "const one = 1;\nconst two = 2;\n";
    const first = await fill(filler, placeOf(code, `${between}\nend();\n`));
    const second = await fill(filler, placeOf(code + between, "\nend();\n"));
    report(t, "two lines down", [first.cost, second.cost]);
    assert.ok(second.cost.read <= between.length + 64 + 4, `${second.cost.read} tokens read`);
  });

  it("reads less where reading is slow", async (t) => {
    const filler = new Filler(await load(), 200);
    const { cost } = await fill(filler, placeOf(code));
    report(t, "at 200 a second", [cost]);
    assert.ok(cost.read <= 600 && cost.read > 300, `${cost.read} tokens read`);
  });

  it("says the same whether it has kept anything or not", async () => {
    const model = await load({ seed: 7 });
    const settledAt = placeOf(code.slice(0, 300), "\n}\n");
    const said: string[][] = [[], []];
    for (const [at, isKept] of [true, false].entries()) {
      const filler = new Filler(model, fast);
      await fill(filler, settledAt, 1);
      for (const typed of ["", "c", "co", "const x = f(", "const x = f(1)", "const y = 2;\nle"]) {
        if (!isKept) await model.keep([]);
        const after = typed.endsWith("(") ? ")\n}\n" : "\n}\n";
        const place = placeOf(settledAt.before + typed, after);
        const { text, cost } = await fill(filler, place);
        assert.equal(cost.kept > 0, isKept);
        said[at]?.push(text);
      }
    }
    assert.deepEqual(said[0], said[1]);
    assert.ok(new Set(said[0]).size > 1, "what it says depends on what is typed");
  });

  it("says whole characters only, each as soon as it is whole, up to its end token", async () => {
    const model = await load({ says: { text: "aé😀z", endsWith: "end" } });
    const { pieces, cost } = await fill(new Filler(model, fast), placeOf("1 = "));
    assert.deepEqual(pieces, ["a", "é", "😀", "z"]);
    assert.equal(cost.written, 8);
  });

  it("ends at any other token that is none of the text", async () => {
    const model = await load({ says: { text: "xyz", endsWith: "file" } });
    assert.equal((await fill(new Filler(model, fast), placeOf("1 = "))).text, "xyz");
  });

  it("ends at the limit of tokens, without the half of a character", async () => {
    const model = await load({ says: { text: "aé😀z" } });
    const { pieces, cost } = await fill(new Filler(model, fast), placeOf("1 = "), 5);
    assert.deepEqual(pieces, ["a", "é"]);
    assert.equal(cost.written, 5);
  });

  it("fills in with a model that has no middle mark", async () => {
    const model = await load({
      infill: "without middle",
      says: { text: "xyz", endsWith: "end" },
    });
    assert.equal((await fill(new Filler(model, fast), placeOf(code, "{\n"))).text, "xyz");
  });

  it("stops within a slice of the prompt when it is cancelled, and keeps what it has read", async (t) => {
    const real = await load();
    const controller = new AbortController();
    let slices = 0;
    const model: TokenModel = {
      ...real,
      evaluate: async (tokens) => {
        if (++slices === 3) controller.abort();
        await real.evaluate(tokens);
      },
    };
    const filler = new Filler(model, fast);
    const cut = await fill(filler, placeOf(code), 24, controller.signal);
    const next = await fill(filler, placeOf(code));
    report(t, "cancelled in the third slice, then again", [cut.cost, next.cost]);
    assert.deepEqual(cut.cost, { kept: 0, read: 192, written: 0 });
    assert.equal(cut.text, "");
    assert.equal(next.cost.kept, 192);
  });

  it("stops between two tokens when it is cancelled", async () => {
    const model = await load({ says: { text: "abc" } });
    const controller = new AbortController();
    const texts = new Filler(model, fast).fill(placeOf("1 = "), 24, controller.signal);
    assert.deepEqual(await texts.next(), { value: "a", done: false });
    controller.abort();
    const last = await texts.next();
    assert.equal(last.done && last.value.written, 1);
  });

  it("is refused where the model has no tokens for it", async () => {
    await assert.rejects(load({ infill: "none" }), { why: "no-infill" });
  });

  it("measures 64 tokens, and once more where they are too slow", async () => {
    const real = await load();
    for (const [tookMs, times] of [
      [1_000, 1],
      [10_000, 2],
    ] as const) {
      let runs = 0;
      let nowMs = 0;
      const evaluate = async (tokens: readonly number[]) => {
        runs++;
        nowMs += tookMs;
        await real.evaluate(tokens);
      };
      const clock = { now: () => nowMs, after: () => ({ dispose: () => undefined }) };
      const speed = await measureSpeed({ ...real, evaluate }, clock, 15);
      assert.deepEqual(speed, { tokensPerS: 64_000 / tookMs, readPerS: 31_000 / tookMs });
      assert.equal(runs, times);
    }
    const { tokensPerS } = await measureSpeed(real, systemClock, 15);
    assert.ok(tokensPerS > 15, "on the real clock");
  });
});
