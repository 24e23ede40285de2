import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { MakePair } from "../socketPairs.ts";
import { PlainGatewayEnd, resync } from "./gatewayEnd.ts";

/** PROTOCOL.md section 7 at the gateway. */
export function describeSnippets(makePair: MakePair): void {
  let end: PlainGatewayEnd;
  beforeEach(async () => {
    end = await PlainGatewayEnd.greeted(makePair);
  });
  afterEach(() => {
    end.dispose();
  });

  it("go with asks in the order of use, until they are changed", async () => {
    const document = end.typist.open("x");
    end.typist.useSnippets(["one", "two"]);
    document.ask(1);
    assert.deepEqual((await end.desk.ask(1)).request.snippets, ["one", "two"]);
    end.client.say({ kind: "use", places: [1, 0, 1] });
    end.typist.snippets = ["two", "one", "two"];
    document.ask(1);
    assert.deepEqual((await end.desk.ask(2)).request.snippets, ["two", "one", "two"]);
    end.client.say({ kind: "put", place: 1, text: "zwei" });
    end.typist.snippets = ["zwei", "one", "zwei"];
    document.ask(1);
    assert.deepEqual((await end.desk.ask(3)).request.snippets, ["zwei", "one", "zwei"]);
    end.client.say({ kind: "use", places: [] });
    end.typist.snippets = [];
    document.ask(1);
    assert.deepEqual((await end.desk.ask(4)).request.snippets, []);
  });

  it("are part of the check", async () => {
    const document = end.typist.open("x");
    end.typist.useSnippets(["one"]);
    end.typist.snippets = ["other"];
    document.ask(1);
    assert.deepEqual(await end.said(), [resync(1)]);
  });

  it("hold 512 Ki units in all, and close with 4400 upon more", async () => {
    const quarter = "x".repeat(128 * 1024);
    for (const place of [0, 1, 2, 255, 0, 255]) {
      end.client.say({ kind: "put", place, text: quarter });
    }
    assert.deepEqual(await end.said(), []);
    end.client.say({ kind: "put", place: 3, text: "x" });
    await end.assertClosedWith(4400);
  });

  it("are at most 8 in use", async () => {
    end.client.say({ kind: "use", places: [0, 1, 2, 3, 4, 5, 6, 7] });
    assert.deepEqual(await end.said(), []);
    end.client.say({ kind: "use", places: [0, 1, 2, 3, 4, 5, 6, 7, 8] });
    await end.assertClosedWith(4400);
  });
}
