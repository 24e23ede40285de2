import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Failure } from "../../../src/base/failure.ts";
import { type AheadReader, warmOf } from "../../../src/gateway/pipeline.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { aRequest } from "../../helpers/requests.ts";
import { ChoosingStage } from "./choosing/choosingStage.ts";

const never = new AbortController().signal;

describe("what is read ahead of the asks", () => {
  let stage: ChoosingStage;
  let read: CompletionRequest[];
  let engine: AheadReader;

  beforeEach(() => {
    stage = new ChoosingStage();
    read = [];
    engine = {
      read: (request) => {
        assert.equal(stage.first.warmed.length, 1, "the model's request goes first");
        read.push(request);
      },
    };
  });

  it("is read by the model and, behind its request, by the engine", async () => {
    const request = aRequest();
    stage.first.warming = new Promise(() => undefined);
    void warmOf(stage.all, engine)(request, never, "team");
    assert.deepEqual([stage.first.warmed, read], [[request], []]);
    await setImmediate();
    await setImmediate();
    assert.deepEqual(read, [request]);
  });

  it("is not read by the engine where something was asked in the same turn", async () => {
    const asked = new AbortController();
    const warming = warmOf(stage.all, engine)(aRequest(), asked.signal, "team");
    asked.abort(new Failure("superseded", "something is asked"));
    await warming;
    assert.deepEqual(read, []);
  });

  it("is read by the engine alone where there is no model, or the file goes to none", async () => {
    const reader: AheadReader = { read: (request) => read.push(request) };
    await warmOf(undefined, reader)(aRequest(), never, "");
    await warmOf(stage.all, reader)(aRequest({ isConfined: true }), never, "team");
    assert.deepEqual([stage.first.warmed.length, read.length], [0, 2]);
  });
});
