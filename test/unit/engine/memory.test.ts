import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Engine, type EngineQuery } from "../../../src/engine/engine.ts";

const behind = (before: string, path = "app/a.ts"): EngineQuery => ({
  path,
  languageId: "x",
  before,
  after: "",
  isConfined: false,
});

describe("the engine's memory", () => {
  it("holds no more than eight open documents, those asked about last", () => {
    const engine = new Engine();
    for (let index = 0; index < 30; index += 1) {
      engine.complete(behind("some text", `app/${index}.ts`));
    }
    assert.equal(engine.stats.liveDocuments, 8);
    engine.dispose();
    assert.equal(engine.stats.liveDocuments, 0);
  });

  it("wins back the space of files learned over and over", () => {
    const engine = new Engine();
    const text = "some line of source(1, 2, 3);\n".repeat(800);
    for (let round = 0; round < 200; round += 1) {
      engine.learnFile(`app/${round % 10}.ts`, text);
    }
    assert.equal(engine.stats.learnedFiles, 10);
    assert.ok(engine.stats.indexBytes < 16e6, `${engine.stats.indexBytes} bytes`);
  });

  it("moves lasting files out of places that are mostly forgotten", () => {
    const engine = new Engine();
    const text = "some line of source(1, 2, 3);\n".repeat(3000);
    for (let round = 0; round < 20; round += 1) {
      engine.learnFile(`app/lasting${round}.ts`, `lasting${round}();\n`);
      for (let file = 0; file < 6; file += 1) engine.learnFile(`app/${file}.ts`, text);
    }
    assert.equal(engine.stats.learnedFiles, 26);
    assert.ok(engine.stats.indexBytes < 20e6, `${engine.stats.indexBytes} bytes`);
    assert.equal(engine.predict(behind("lasting7")).at(-1)?.text, "();");
  });
});
