import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DisposableStore } from "../../../src/base/disposable.ts";
import { Emitter } from "../../../src/base/emitter.ts";
import { Failure } from "../../../src/base/failure.ts";

describe("disposable store", () => {
  function owning(...names: string[]) {
    const store = new DisposableStore();
    const disposed: string[] = [];
    const item = (name: string) => ({ name, dispose: () => void disposed.push(name) });
    for (const name of names) store.add(item(name));
    return { store, disposed, item };
  }

  it("disposes what it owns in reverse order, once", () => {
    const { store, disposed } = owning("first", "second", "third");
    store.dispose();
    store.dispose();
    assert.deepEqual(disposed, ["third", "second", "first"]);
  });

  it("gives back what it was given", () => {
    const { store, item } = owning();
    const added = item("it");
    assert.equal(store.add(added), added);
  });

  it("disposes at once what comes after its disposal", () => {
    const { store, disposed, item } = owning("first");
    store.dispose();
    assert.equal(store.add(item("late")).name, "late");
    assert.deepEqual(disposed, ["first", "late"]);
  });

  it("disposes what is added while it is being disposed", () => {
    const { store, disposed, item } = owning();
    store.add({ dispose: () => void store.add(item("added meanwhile")) });
    store.dispose();
    assert.deepEqual(disposed, ["added meanwhile"]);
  });
});

describe("emitter", () => {
  it("tells every listener, and none after it has let go", () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.on((value) => heard.push(`first ${value}`));
    emitter.on((value) => heard.push(`second ${value}`));
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, ["first 1", "second 1", "second 2"]);
  });

  it("tells nobody after its disposal", () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.on((value) => heard.push(value));
    emitter.dispose();
    emitter.fire(1);
    assert.deepEqual(heard, []);
  });

  it("does not tell a value to those who came while it was told", () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.on((value) => {
      if (value === 1) emitter.on((later) => heard.push(later));
    });
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, [2]);
  });
});

describe("failure", () => {
  it("stays itself when it is wrapped", () => {
    const failure = new Failure("busy", "later");
    assert.equal(Failure.from(failure, "internal"), failure);
  });

  it("wraps an error with its message and keeps it as the cause", () => {
    const error = new Error("broken pipe");
    const failure = Failure.from(error, "link-lost");
    assert.equal(failure.code, "link-lost");
    assert.equal(failure.message, "broken pipe");
    assert.equal(failure.cause, error);
  });

  it("wraps whatever else is thrown", () => {
    assert.equal(Failure.from("a word").message, "a word");
    assert.equal(Failure.from(undefined).message, "undefined");
    assert.equal(Failure.from(Symbol("odd")).message, "Symbol(odd)");
    assert.equal(Failure.from(undefined).code, "internal");
  });
});
