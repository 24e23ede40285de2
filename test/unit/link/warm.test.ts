import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { localProfile } from "../../../src/link/linkProfile.ts";
import { ServerLink } from "../../../src/link/serverLink.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";
import { serverParts } from "../../helpers/linkParts.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";
import { AskedDocuments, textOf } from "../../helpers/requests.ts";
import { settled } from "../../helpers/settled.ts";

const never = new AbortController().signal;
const text = `${"const a = 1;\n".repeat(10)}const total = `;

/** What a model was given to read ahead. */
interface Warming {
  readonly request: CompletionRequest;
  readonly signal: AbortSignal;
}

describe("a place that asks are expected at", () => {
  let asked: AskedDocuments;
  let clock: ManualClock;
  let client: ClientLink;
  let server: ServerLink;
  let warmed: Warming[];
  let answered: CompletionRequest[];
  let letGo: () => void;

  beforeEach(async () => {
    const pair = new MemorySocketPair();
    clock = new ManualClock();
    [warmed, answered] = [[], []];
    const gate = Promise.withResolvers<undefined>();
    letGo = () => {
      gate.resolve(undefined);
    };
    const timings = { draftMs: undefined, firstRemoteMs: undefined, totalMs: 0 };
    server = new ServerLink({
      ...serverParts(pair.server, clock, async function* (request) {
        answered.push(request);
        await gate.promise;
        yield { kind: "end", timings };
      }),
      warm: (request, signal) => {
        warmed.push({ request, signal });
        return Promise.reject(new Error("the model has another opinion"));
      },
    });
    asked = new AskedDocuments();
    const { documents } = asked;
    const shared = { socket: pair.client, clock, client: "test/1", documents };
    client = new ClientLink({
      ...shared,
      profile: localProfile,
      onEnded: (failure) => assert.fail(failure),
    });
    await client.welcome;
  });
  afterEach(() => {
    client.dispose();
    server.dispose();
  });

  const warm = async (offset = text.length) => {
    client.warm("file:///app/main.ts", offset);
    await settled(); // it has arrived
    await settled(); // it has been looked at
  };

  it("is told with the document's text, before anything is asked", async () => {
    asked.askAt(text, 0);
    await warm();
    assert.deepEqual(
      warmed.map(({ request }) => [request.before, request.after, request.path]),
      [[text, "", "app/main.ts"]],
    );
    assert.deepEqual(answered, []);
  });

  it("has what was typed meanwhile", async () => {
    asked.askAt(text, 0);
    await warm(0);
    asked.type("x", text.length);
    await warm(text.length + 1);
    assert.equal(warmed.at(-1)?.request.before, `${text}x`);
  });

  it("is looked at once where many come in one turn: the last one", async () => {
    asked.askAt(text, 0);
    await warm(0);
    for (let offset = 1; offset <= 1_000; offset++) client.warm("file:///app/main.ts", offset % 40);
    await settled();
    assert.equal(warmed.length, 2);
    assert.equal(warmed[1]?.request.before, text.slice(0, 1_000 % 40));
  });

  it("gives way to the next ask, and to the next place", async () => {
    asked.askAt(text, 0);
    await warm();
    await warm(5);
    assert.deepEqual(
      warmed.map(({ signal }) => signal.aborted),
      [true, false],
    );
    letGo();
    await textOf(client.complete(asked.askAt(text, text.length), never));
    assert.equal(warmed[1]?.signal.aborted, true);
    assert.equal(answered[0]?.before, text);
  });

  it("is not warmed before the answers that are waited for are there", async () => {
    const first = textOf(client.complete(asked.askAt(text, text.length), never));
    await settled();
    await warm(3);
    await warm(5);
    assert.equal(warmed.length, 0);
    letGo();
    await first;
    await settled();
    assert.deepEqual(
      warmed.map(({ request }) => request.before),
      [text.slice(0, 5)],
    );
  });

  it("is in its own document, though another one is spoken of before the answers are there", async () => {
    const first = textOf(client.complete(asked.askAt(text, text.length), never));
    await settled();
    asked.askAt("another", 0, { path: "app/other.ts" });
    client.warm("file:///app/other.ts", 3);
    asked.type("x", 0);
    clock.advance(300); // what was typed goes in idle time
    await settled();
    letGo();
    await first;
    await settled();
    assert.deepEqual(
      warmed.map(({ request }) => [request.path, request.before]),
      [["app/other.ts", "ano"]],
    );
  });

  it("is left where its document has been closed before the answers are there", async () => {
    const first = textOf(client.complete(asked.askAt(text, text.length), never));
    await settled();
    asked.askAt("another", 0, { path: "app/other.ts" });
    client.warm("file:///app/other.ts", 3);
    asked.documents.close("file:///app/other.ts");
    await settled();
    letGo();
    await first;
    await settled();
    assert.deepEqual(warmed, []);
  });

  it("is not warmed when something was asked after it", async () => {
    const first = textOf(client.complete(asked.askAt(text, text.length), never));
    await settled();
    await warm(3);
    const second = textOf(client.complete(asked.askAt(text, 4), never));
    const both = Promise.allSettled([first, second]);
    await settled();
    letGo();
    await both;
    await settled();
    assert.deepEqual(warmed, []);
  });

  it("is nowhere where no document is, or its text ends before", async () => {
    client.warm("file:///app/other.ts", 0);
    asked.askAt(text, 0);
    await warm(text.length + 1);
    assert.deepEqual(warmed, []);
  });
});
